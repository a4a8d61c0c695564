import EchoFormats
import EchoInvariant
import EchoTensor

/// A safetensors file: its header, read and checked, and its tensors, each read when it is asked for.
///
/// What is to be hashed as well is read at once, by ``CheckpointContent``.
package struct SafetensorsFile: Sendable {
    let content: ModelFile
    private let header: SafetensorsHeader

    /// Opens a file and checks its header.
    ///
    /// - Throws: ``ModelError`` if the file cannot be read or breaks the format.
    package init(path: String) throws(ModelError) {
        content = try ModelFile(path: path)
        header = try SafetensorsHeader(of: content)
        names = header.entries.keys.sorted()
    }

    /// The file's path.
    package var path: String { content.path }

    /// The names of its tensors, sorted.
    package let names: [String]

    /// The bytes before the data, and where these start.
    var headerBytes: [UInt8] { header.bytes }
    var dataStart: Int { header.bytes.count }

    /// Its tensors in the order of their bytes, which follow one another without a gap.
    var entriesInOrder: [SafetensorsHeader.Entry] {
        header.entries.values.sorted { ($0.begin, $0.end) < ($1.begin, $1.end) }
    }

    /// The shape that the file gives a tensor; nil if there is no such tensor.
    package func shape(of name: String) -> Shape? {
        header.entries[name].map { Shape($0.shape) }
    }

    /// A tensor as float32: F16 and BF16 are converted.
    ///
    /// - Parameter shape: The shape to give it, with as many elements as the file's; nil: the file's.
    /// - Throws: ``ModelError`` if the tensor is missing, of another dtype or no longer there.
    package func tensor(_ name: String, as shape: Shape? = nil) throws(ModelError) -> HostTensor {
        guard let entry = header.entries[name] else {
            throw ModelError(
                file: path, what: "tensor \(quoted(name)) is missing",
                remedy: "Use the file as published.")
        }
        let type = TensorType(shape ?? Shape(entry.shape))
        invariant(
            type.shape.elementCount == Shape(entry.shape).elementCount,
            "\(name): \(entry.shape) as \(type.shape)")
        let encoding = try encoding(of: entry)
        let start = dataStart + entry.begin
        guard encoding == .float32 else {
            let bytes = try content.bytes(start..<start + entry.end - entry.begin)
            return HostTensor(type) { target in
                bytes.withUnsafeBytes { encoding.widen($0, into: target) }
            }
        }
        var failure: ModelError?
        let tensor = HostTensor(type) { target in
            do throws(ModelError) {
                try content.read(into: target, at: start)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return tensor
    }

    /// How a tensor's values are stored.
    ///
    /// - Throws: ``ModelError`` if that is none that can be used.
    func encoding(of entry: SafetensorsHeader.Entry) throws(ModelError) -> FloatEncoding {
        guard let encoding = FloatEncoding(rawValue: entry.dtype) else {
            throw ModelError(
                file: path, what: "tensor \(quoted(entry.name)) has a dtype that cannot be used",
                values: quoted(entry.dtype),
                remedy: "Convert the checkpoint to F32, F16 or BF16.")
        }
        return encoding
    }
}
