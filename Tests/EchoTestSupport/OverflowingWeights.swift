import EchoModel
import Foundation

/// The small model with a last norm of 3e38: its embeddings are beyond float32, its spectrograms are not.
package enum OverflowingWeights {
    /// Writes the checkpoint into a folder, and returns that.
    package static func write(in folder: ScratchFolder) throws -> String {
        let path = try folder.file("overflowing/model.safetensors")
        try ExtractFixtures.weights.write(to: path)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        // An 8 byte length, the header as JSON, the tensors.
        let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = try JSONSerialization.jsonObject(with: bytes[8..<8 + length])
        let norm = (header as? [String: Any])?["norm.weight"] as? [String: Any]
        let offsets = norm?["data_offsets"] as? [Int] ?? []
        let value = withUnsafeBytes(of: Float(3e38)) { Data($0) }
        for offset in stride(from: 8 + length + offsets[0], to: 8 + length + offsets[1], by: 4) {
            bytes.replaceSubrange(offset..<offset + 4, with: value)
        }
        try bytes.write(to: URL(fileURLWithPath: path))
        return folder["overflowing"]
    }
}
