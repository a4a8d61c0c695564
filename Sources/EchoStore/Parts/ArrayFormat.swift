/// The file format of a table of embeddings.
public enum ArrayFormat: String, CaseIterable, Sendable {
    /// numpy's, one array a file.
    case npy
    /// Hugging Face's; the file's one tensor is called `utterance` or `segment`.
    case safetensors
}

/// How a table stores its values, little endian.
public enum ArrayElement: String, CaseIterable, Sendable {
    /// Single precision, 4 bytes a value.
    case float32
    /// Half precision, 2 bytes a value; a recording with a value beyond 65504 fails.
    case float16

    var byteCount: Int { self == .float32 ? 4 : 2 }

    /// The largest magnitude that it holds.
    package var limit: Float {
        self == .float32 ? .greatestFiniteMagnitude : Float(Float16.greatestFiniteMagnitude)
    }

    /// The bytes of these values, rounded to nearest.
    func bytes(of values: [Float]) -> [UInt8] {
        switch self {
        case .float32: values.withUnsafeBytes { Array($0) }
        case .float16: values.map { Float16($0) }.withUnsafeBytes { Array($0) }
        }
    }
}
