import EchoFormats
import EchoInvariant
import EchoTensor

/// A safetensors file, mapped into memory: its tensors are views of the file where they can be.
package struct SafetensorsFile: Sendable {
    private let mapping: FileMapping
    private let entries: [String: SafetensorsHeader.Entry]
    private let dataStart: Int

    /// Maps a file and checks its header.
    ///
    /// - Throws: ``ModelError`` where the file cannot be read or breaks the format.
    package init(path: String) throws(ModelError) {
        mapping = try FileMapping(path: path)
        let header = try SafetensorsHeader(of: mapping)
        entries = header.entries
        dataStart = header.dataStart
    }

    /// The file's path.
    package var path: String { mapping.path }

    /// Its bytes, for as long as `body` runs.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withExtendedLifetime(mapping) { body(mapping.bytes) }
    }

    /// The names of its tensors, sorted.
    package var names: [String] { entries.keys.sorted() }

    /// The shape that the file gives a tensor; nil where there is no such tensor.
    package func shape(of name: String) -> Shape? {
        entries[name].map { Shape($0.shape) }
    }

    /// A tensor as float32: F32 without a copy (unless it is misaligned), F16 and BF16 converted.
    ///
    /// - Parameter shape: The shape to give it, with as many elements as the file's; nil: the file's.
    /// - Throws: ``ModelError`` where the tensor is missing or of another dtype.
    package func tensor(_ name: String, as shape: Shape? = nil) throws(ModelError) -> HostTensor {
        guard let entry = entries[name] else {
            throw ModelError(
                file: path, what: "tensor \(quoted(name)) is missing",
                remedy: "Use the file as published.")
        }
        let type = TensorType(shape ?? Shape(entry.shape))
        invariant(
            type.shape.elementCount == Shape(entry.shape).elementCount,
            "\(name): \(entry.shape) as \(type.shape)")
        let bytes = UnsafeRawBufferPointer(
            rebasing: mapping.bytes[dataStart + entry.begin..<dataStart + entry.end])
        switch entry.dtype {
        case "F32": return float32(type, bytes)
        case "F16": return widened(type, bytes) { Float(Float16(bitPattern: $0)) }
        case "BF16": return widened(type, bytes) { Float(bitPattern: UInt32($0) << 16) }
        default:
            throw ModelError(
                file: path, what: "tensor \(quoted(name)) has a dtype that cannot be used",
                values: quoted(entry.dtype),
                remedy: "Convert the checkpoint to F32, F16 or BF16.")
        }
    }

    private func float32(_ type: TensorType, _ bytes: UnsafeRawBufferPointer) -> HostTensor {
        let address = UInt(bitPattern: bytes.baseAddress)
        guard address.isMultiple(of: UInt(MemoryLayout<Float>.alignment)) else {
            return HostTensor(type) { $0.copyMemory(from: bytes) }
        }
        return HostTensor(type, over: bytes, owner: mapping)
    }

    private func widened(
        _ type: TensorType, _ bytes: UnsafeRawBufferPointer, _ convert: (UInt16) -> Float
    ) -> HostTensor {
        HostTensor(type.shape) { floats in
            for index in floats.indices {
                let bits = bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
                floats[index] = convert(UInt16(littleEndian: bits))
            }
        }
    }
}
