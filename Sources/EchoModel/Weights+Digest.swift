import EchoFormats
import EchoTensor

extension Weights {
    /// SHA-256 in hexadecimal digits: of the checkpoint's file, as `sha256sum` prints it, from the bytes
    /// that these weights were read from; of weights that were made, of their tensors' bytes in the
    /// order of a checkpoint.
    package func sha256() -> String {
        if let fileDigest { return fileDigest }
        var hash = SHA256()
        for expected in configuration.checkpointTensors {
            tensors[expected.name]?.withBytes { hash.update($0) }
        }
        return hash.finalize().hexadecimalDigits
    }
}
