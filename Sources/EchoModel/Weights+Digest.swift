import Crypto
import EchoTensor

extension Weights {
    /// SHA-256 in hexadecimal digits: of the checkpoint's file, as `sha256sum` prints it; of weights
    /// that were made, of their tensors' bytes in the order of a checkpoint.
    package func sha256() -> String {
        var hash = SHA256()
        if let file {
            file.withBytes { hash.update(bufferPointer: $0) }
        } else {
            for expected in configuration.checkpointTensors {
                tensors[expected.name]?.withBytes { hash.update(bufferPointer: $0) }
            }
        }
        return hash.finalize().map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
