import EchoInvariant

/// How a sample lies in bytes, and what becomes of it.
///
/// Floating point comes as it is, rounded to float32; integers by their ``Scale``.
struct SampleFormat: Hashable, Sendable {
    enum Kind: Hashable, Sendable { case signed, unsigned, float }

    let kind: Kind
    let byteCount: Int
    let isBigEndian: Bool
    var scale: Scale

    /// What integers are turned into: `(value - offset) * factor`, rounded to float32 once, as the
    /// factor is a power of two.
    struct Scale: Hashable, Sendable {
        let offset: Int
        let factor: Float

        /// As they are.
        static let unscaled = Scale(offset: 0, factor: 1)

        /// To [-1, 1), as libsndfile does with recordings: divided by 2^(bits - 1), what has no sign less
        /// 2^(bits - 1) first.
        static func full(bits: Int, isSigned: Bool) -> Scale {
            // Of 64 bits 2^63 wraps, as the difference does.
            Scale(
                offset: isSigned ? 0 : 1 << (bits - 1),
                factor: Float(sign: .plus, exponent: 1 - bits, significand: 1))
        }
    }

    /// - Parameter scale: nil for the full scale of so many bytes.
    init(_ kind: Kind, byteCount: Int, isBigEndian: Bool = false, scale: Scale? = nil) {
        (self.kind, self.byteCount, self.isBigEndian) = (kind, byteCount, isBigEndian)
        let full = Scale.full(bits: 8 * byteCount, isSigned: kind == .signed)
        self.scale = kind == .float ? .unscaled : scale ?? full
    }

    /// From the name of a headerless format: `s16le`.
    init?(rawName: String) {
        var name = Substring(rawName)
        let isBig = name.hasSuffix("be")
        if isBig || name.hasSuffix("le") { name = name.dropLast(2) }
        let (kind, byteCount): (Kind, Int)
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
        self.init(kind, byteCount: byteCount, isBigEndian: isBig)
    }

    /// As numpy and MATLAB call it: `int16`, `float64`.
    var name: String {
        let word =
            switch kind {
            case .signed: "int"
            case .unsigned: "uint"
            case .float: "float"
            }
        return "\(word)\(8 * byteCount)"
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
        let (offset, factor) = (scale.offset, scale.factor)
        switch (kind, byteCount) {
        case (.float, 2):
            convert(count, result, first, step) {
                Float(Float16(bitPattern: load(bytes, $0, UInt16.self)))
            }
        case (.float, 4):
            convert(count, result, first, step) { Float(bitPattern: load(bytes, $0, UInt32.self)) }
        case (.float, _):
            convert(count, result, first, step) {
                Float(Double(bitPattern: load(bytes, $0, UInt64.self)))
            }
        case (.unsigned, 8) where offset == 0:
            convert(count, result, first, step) { Float(load(bytes, $0, UInt64.self)) * factor }
        default:
            convert(count, result, first, step) {
                Float(integer(bytes, $0) &- offset) * factor
            }
        }
    }

    /// The number at that byte, unscaled: what is no sample, such as a time or a rate.
    func number(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Double {
        switch (kind, byteCount) {
        case (.float, 2): Double(Float16(bitPattern: load(bytes, place, UInt16.self)))
        case (.float, 4): Double(Float(bitPattern: load(bytes, place, UInt32.self)))
        case (.float, _): Double(bitPattern: load(bytes, place, UInt64.self))
        case (.unsigned, 8): Double(load(bytes, place, UInt64.self))
        default: Double(integer(bytes, place))
        }
    }

    /// An integer; of 64 bits without a sign, its bits.
    @inline(__always)
    private func integer(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> Int {
        switch (kind, byteCount) {
        case (.signed, 1): return Int(bytes.loadUnaligned(fromByteOffset: place, as: Int8.self))
        case (_, 1): return Int(bytes[place])
        case (.signed, 2): return Int(Int16(bitPattern: load(bytes, place, UInt16.self)))
        case (_, 2): return Int(load(bytes, place, UInt16.self))
        case (_, 3):
            let (low, high) = isBigEndian ? (place + 2, place) : (place, place + 2)
            return Int(bytes[low]) | Int(bytes[place + 1]) << 8
                | Int(Int8(bitPattern: bytes[high])) << 16
        case (.signed, 4): return Int(Int32(bitPattern: load(bytes, place, UInt32.self)))
        case (_, 4): return Int(load(bytes, place, UInt32.self))
        default: return Int(bitPattern: UInt(load(bytes, place, UInt64.self)))
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
