import EchoFormats
import EchoInvariant

/// The header of a table `[rows, columns]`: of the same length whatever the number of rows, so that
/// it can be written again once that number is known.
struct TableHeader {
    let format: ArrayFormat
    let element: ArrayElement
    /// What safetensors calls the tensor.
    let name: String
    let columns: Int

    /// Bytes before the first value, a multiple of 64: enough for every extent that fits an `Int`.
    var byteCount: Int { format == .npy ? 128 : 256 }

    func encoded(rows: Int) -> [UInt8] {
        let bytes = format == .npy ? npy(rows) : safetensors(rows)
        invariant(bytes.count == byteCount, "a header of \(bytes.count) bytes")
        return bytes
    }

    /// numpy's version 1.0; see ``NPYHeader``.
    private func npy(_ rows: Int) -> [UInt8] {
        let type = element == .float32 ? "<f4" : "<f2"
        let text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(rows), \(columns)), }"
        let prefix = NPYHeader.magic + [1, 0, UInt8(byteCount - 10), 0]
        return prefix + padded(text, to: byteCount - prefix.count - 1) + Array("\n".utf8)
    }

    private func safetensors(_ rows: Int) -> [UInt8] {
        let type = element == .float32 ? "F32" : "F16"
        let end = rows * columns * element.byteCount
        let text = """
            {"\(name)":{"dtype":"\(type)","shape":[\(rows),\(columns)],"data_offsets":[0,\(end)]}}
            """
        let length = UInt64(byteCount - 8).littleEndian
        return withUnsafeBytes(of: length) { Array($0) } + padded(text, to: byteCount - 8)
    }

    private func padded(_ text: String, to count: Int) -> [UInt8] {
        let bytes = Array(text.utf8)
        return bytes + repeatElement(UInt8(ascii: " "), count: max(0, count - bytes.count))
    }
}
