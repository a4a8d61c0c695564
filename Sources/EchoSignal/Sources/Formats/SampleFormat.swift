import EchoInvariant

/// How a sample lies in bytes.
///
/// Integers are scaled to [-1, 1), as libsndfile does with recordings: divided by 2^(bits - 1), 8
/// bits without a sign less 128 first. Floating point comes as it is, rounded to float32.
struct SampleFormat: Hashable, Sendable {
    enum Kind: Hashable, Sendable { case signed, unsigned, float }

    let kind: Kind
    let byteCount: Int
    let isBigEndian: Bool

    /// From the name of a headerless format: `s16le`.
    init?(rawName: String) {
        var name = Substring(rawName)
        let isBig = name.hasSuffix("be")
        if isBig || name.hasSuffix("le") { name = name.dropLast(2) }
        switch (name, rawName == name) {
        case ("s8", true): (kind, byteCount) = (.signed, 1)
        case ("u8", true): (kind, byteCount) = (.unsigned, 1)
        case ("s16", false): (kind, byteCount) = (.signed, 2)
        case ("s24", false): (kind, byteCount) = (.signed, 3)
        case ("s32", false): (kind, byteCount) = (.signed, 4)
        case ("f32", false): (kind, byteCount) = (.float, 4)
        case ("f64", false): (kind, byteCount) = (.float, 8)
        default: return nil
        }
        isBigEndian = isBig
    }

    /// From numpy's name of an element type: `<f4`; nil for what is no signal.
    init?(numpy descriptor: String) {
        guard let order = descriptor.first, "<>|=".contains(order) else { return nil }
        switch descriptor.dropFirst() {
        case "i1": (kind, byteCount) = (.signed, 1)
        case "u1": (kind, byteCount) = (.unsigned, 1)
        case "i2": (kind, byteCount) = (.signed, 2)
        case "i4": (kind, byteCount) = (.signed, 4)
        case "f4": (kind, byteCount) = (.float, 4)
        case "f8": (kind, byteCount) = (.float, 8)
        default: return nil
        }
        guard byteCount == 1 || order == "<" || order == ">" else { return nil }
        isBigEndian = order == ">"
    }

    /// Decodes samples, `stride` bytes apart, into every `step`-th place of `result`.
    ///
    /// - Precondition: `bytes` holds them, and `result` the places.
    func decode(
        _ bytes: UnsafeRawBufferPointer, count: Int, into result: UnsafeMutableBufferPointer<Float>,
        from first: Int = 0, step: Int = 1
    ) {
        invariant(
            count == 0 || count * byteCount <= bytes.count,
            "\(count) samples of \(byteCount) bytes in \(bytes.count)")
        invariant(
            count == 0 || first + (count - 1) * step < result.count,
            "\(count) samples from \(first) by \(step) in \(result.count)")
        switch (kind, byteCount) {
        case (.signed, 1):
            convert(count, result, first, step) {
                Float(bytes.loadUnaligned(fromByteOffset: $0, as: Int8.self)) / 128
            }
        case (.unsigned, _):
            convert(count, result, first, step) { Float(Int(bytes[$0]) - 128) / 128 }
        case (.signed, 2):
            convert(count, result, first, step) {
                Float(Int16(bitPattern: load(bytes, $0, UInt16.self))) / 32_768
            }
        case (.signed, 3):
            convert(count, result, first, step) {
                let (low, high) = isBigEndian ? ($0 + 2, $0) : ($0, $0 + 2)
                let code =
                    UInt32(bytes[low]) << 8 | UInt32(bytes[$0 + 1]) << 16
                    | UInt32(bytes[high]) << 24
                return Float(Int32(bitPattern: code)) / 2_147_483_648
            }
        case (.signed, _):
            convert(count, result, first, step) {
                Float(Int32(bitPattern: load(bytes, $0, UInt32.self))) / 2_147_483_648
            }
        case (.float, 4):
            convert(count, result, first, step) { Float(bitPattern: load(bytes, $0, UInt32.self)) }
        case (.float, _):
            convert(count, result, first, step) {
                Float(Double(bitPattern: load(bytes, $0, UInt64.self)))
            }
        }
    }

    @inline(__always)
    private func convert(
        _ count: Int, _ result: UnsafeMutableBufferPointer<Float>, _ first: Int, _ step: Int,
        _ sample: (Int) -> Float
    ) {
        var (offset, place) = (0, first)
        for _ in 0..<count {
            result[place] = sample(offset)
            offset += byteCount
            place += step
        }
    }

    @inline(__always)
    private func load<Code: FixedWidthInteger & BitwiseCopyable>(
        _ bytes: UnsafeRawBufferPointer, _ offset: Int, _ type: Code.Type
    ) -> Code {
        let code = bytes.loadUnaligned(fromByteOffset: offset, as: Code.self)
        return isBigEndian ? Code(bigEndian: code) : Code(littleEndian: code)
    }
}
