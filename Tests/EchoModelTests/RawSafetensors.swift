import EchoModel
import EchoTensor

/// A tensor for a safetensors file, byte by byte.
struct RawTensor {
    var name: String
    var dtype: String
    var shape: [Int]
    var bytes: [UInt8]

    init(_ name: String, _ dtype: String, _ shape: [Int], bytes: [UInt8]) {
        self.name = name
        self.dtype = dtype
        self.shape = shape
        self.bytes = bytes
    }

    /// A tensor of 16-bit elements.
    init(_ name: String, _ dtype: String, _ shape: [Int], halves: [UInt16]) {
        let bytes = halves.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        self.init(name, dtype, shape, bytes: bytes)
    }

    /// A float32 tensor.
    init(_ name: String, _ shape: [Int], _ values: [Float]) {
        let bytes = values.flatMap { value in
            withUnsafeBytes(of: value.bitPattern.littleEndian) { [UInt8]($0) }
        }
        self.init(name, "F32", shape, bytes: bytes)
    }
}

/// Safetensors files written by hand: what the project's own writer does not write as well.
enum RawSafetensors {
    /// A file with this header, these data, and the header's length or a false one before them.
    static func file(
        header: String, data: [UInt8] = [], length: UInt64? = nil
    ) -> [UInt8] {
        let length = (length ?? UInt64(header.utf8.count)).littleEndian
        return withUnsafeBytes(of: length) { [UInt8]($0) } + [UInt8](header.utf8) + data
    }

    /// A file of these tensors, one after the other; the header padded to a multiple of 8 bytes,
    /// then by `shift` bytes more.
    static func file(_ tensors: [RawTensor], shift: Int = 0) -> [UInt8] {
        var data: [UInt8] = []
        var members: [String] = []
        for tensor in tensors {
            let range = [data.count, data.count + tensor.bytes.count]
            members.append(
                """
                "\(tensor.name)": {"dtype": "\(tensor.dtype)", "shape": \(tensor.shape), \
                "data_offsets": \(range)}
                """)
            data += tensor.bytes
        }
        let header = "{" + members.joined(separator: ", ") + "}"
        let padding = (8 - header.utf8.count % 8) % 8 + shift
        return file(header: header + String(repeating: " ", count: padding), data: data)
    }
}

/// The smallest of encoders that exercise every tensor.
let smallConfiguration = Configuration(
    embeddingWidth: 64, layerCount: 2, headCount: 1, feedForwardWidth: 96)

/// The tensors of a checkpoint of this configuration, as upstream names and shapes them.
func rawCheckpoint(
    seed: UInt64 = 5, configuration: Configuration = smallConfiguration
) throws -> [RawTensor] {
    let folder = try TemporaryFolder()
    let path = folder.path + "/model.safetensors"
    try Weights.synthetic(seed: seed, configuration: configuration).write(to: path)
    let file = try SafetensorsFile(path: path)
    return try file.names.map { name in
        let tensor = try file.tensor(name)
        return RawTensor(name, tensor.shape.dimensions, tensor.floats)
    }
}
