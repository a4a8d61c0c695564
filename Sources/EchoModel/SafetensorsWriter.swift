import EchoInvariant
import EchoTensor
import FoundationEssentials
import Glibc

extension SafetensorsFile {
    /// A tensor to write.
    package struct NamedTensor: Sendable {
        package let name: String
        package let shape: Shape
        package let tensor: HostTensor

        /// - Precondition: `tensor` is float32, with as many elements as `shape`, by default its own.
        package init(_ name: String, _ tensor: HostTensor, shape: Shape? = nil) {
            self.name = name
            self.shape = shape ?? tensor.shape
            self.tensor = tensor
            invariant(tensor.type.element == .float32, "\(name) is \(tensor.type)")
            invariant(
                self.shape.elementCount == tensor.elementCount, "\(name): \(self.shape)")
        }
    }

    /// Writes tensors as F32, in the order given; the file appears whole or not at all.
    ///
    /// - Throws: ``ModelError`` if the folder is missing or cannot be written to.
    package static func write(_ tensors: [NamedTensor], to path: String) throws(ModelError) {
        let temporary = path + ".\(UUID().uuidString).partial"
        do throws(SystemFailure) {
            try write(tensors, toNewFile: temporary)
            guard rename(temporary, path) == 0 else { throw SystemFailure(number: errno) }
        } catch {
            unlink(temporary)
            throw ModelError(
                file: path, what: "the file cannot be written",
                values: String(cString: strerror(error.number)),
                remedy: "Check that the folder exists, may be written to and has space.")
        }
    }

    /// What the system refused, by its number.
    private struct SystemFailure: Error {
        let number: Int32
    }

    private static func write(
        _ tensors: [NamedTensor], toNewFile path: String
    ) throws(SystemFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw SystemFailure(number: errno) }
        defer { close(descriptor) }
        try Array(header(of: tensors)).withUnsafeBufferPointer { bytes throws(SystemFailure) in
            try write(UnsafeRawBufferPointer(bytes), to: descriptor)
        }
        for entry in tensors {
            try entry.tensor.withBytes { bytes throws(SystemFailure) in
                try write(bytes, to: descriptor)
            }
        }
        guard fsync(descriptor) == 0 else { throw SystemFailure(number: errno) }
    }

    private static func write(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32
    ) throws(SystemFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = UnsafeRawBufferPointer(rebasing: rest)
            let count = Glibc.write(descriptor, piece.baseAddress, piece.count)
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw SystemFailure(number: errno)
            }
        }
    }

    /// The length and the JSON, padded with spaces so that the data begin at a multiple of 64.
    private static func header(of tensors: [NamedTensor]) -> Data {
        var offset = 0
        let members = tensors.map { entry in
            defer { offset += entry.tensor.type.byteCount }
            return """
                \(jsonString(entry.name)):{"dtype":"F32","shape":\(entry.shape),\
                "data_offsets":[\(offset),\(offset + entry.tensor.type.byteCount)]}
                """
        }
        var json = Data(("{" + members.joined(separator: ",") + "}").utf8)
        let padding = (64 - (8 + json.count) % 64) % 64
        json.append(contentsOf: repeatElement(UInt8(ascii: " "), count: padding))
        let length = UInt64(json.count).littleEndian
        return withUnsafeBytes(of: length) { Data($0) } + json
    }

    private static func jsonString(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case ..<" ": "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: String(scalar)
            }
        }
        return "\"" + escaped.joined() + "\""
    }
}
