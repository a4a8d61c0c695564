/// The types of TDMS, by their numbers in the file.
enum TDMSType {
    static let string = 0x20

    /// Bytes of a value; nil if they vary or the type is not known.
    static func byteCount(_ type: Int) -> Int? {
        switch type {
        case 1, 5, 0x21: 1
        case 2, 6: 2
        case 3, 7, 9, 0x19: 4
        case 4, 8, 10, 0x1A, 0x08000C: 8
        case 11, 0x1B, 0x44, 0x10000D: 16
        default: nil
        }
    }

    /// How samples of the type lie; nil for what is no signal.
    static func format(_ type: Int, isBigEndian: Bool, _ options: ArrayOptions) -> SampleFormat? {
        let (kind, size): (SampleFormat.Kind, Int)
        switch type {
        case 1...4: (kind, size) = (.signed, 1 << (type - 1))
        case 5...8: (kind, size) = (.unsigned, 1 << (type - 5))
        case 9, 0x19: (kind, size) = (.float, 4)
        case 10, 0x1A: (kind, size) = (.float, 8)
        default: return nil
        }
        return SampleFormat(
            kind, byteCount: size, isBigEndian: isBigEndian,
            scale: options.scale(bits: 8 * size, isSigned: kind == .signed))
    }

    /// What is no signal, in words.
    static func name(_ type: Int) -> String {
        switch type {
        case 11, 0x1B: "extended"
        case string: "text"
        case 0x21: "boolean"
        case 0x44: "timestamps"
        case 0x08000C, 0x10000D: "complex"
        default: "type \(type)"
        }
    }
}

/// The value of a property.
enum TDMSValue {
    case number(Double)
    case text(String)
    case other

    var number: Double? { if case .number(let number) = self { number } else { nil } }
    var text: String? { if case .text(let text) = self { text } else { nil } }
}

/// Bytes of a TDMS file that are read one value after the other.
struct TDMSBytes {
    /// They end early, or are no such values.
    struct Failure: Error {
        let text: String
        /// Whether there is nothing wrong but that they end.
        let isCutOff: Bool
    }

    let bytes: [UInt8]
    var isBigEndian: Bool
    private(set) var position = 0

    init(_ bytes: [UInt8], isBigEndian: Bool) {
        (self.bytes, self.isBigEndian) = (bytes, isBigEndian)
    }

    mutating func take(_ count: Int) throws(Failure) -> ArraySlice<UInt8> {
        guard count <= bytes.count - position else {
            throw Failure(text: "its metadata end early", isCutOff: true)
        }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func word() throws(Failure) -> Int {
        let word = try take(4)
        return isBigEndian
            ? word.reduce(0) { $0 << 8 | Int($1) }
            : word.reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    mutating func long() throws(Failure) -> UInt64 {
        let word = try take(8)
        return isBigEndian
            ? word.reduce(0) { $0 << 8 | UInt64($1) }
            : word.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func text() throws(Failure) -> String {
        String(decoding: try take(try word()), as: UTF8.self)
    }

    /// A property's value of the type that stands before it.
    mutating func value() throws(Failure) -> TDMSValue {
        let type = try word()
        if type == TDMSType.string { return .text(try text()) }
        guard let size = TDMSType.byteCount(type) else {
            throw Failure(text: "a property is of the unknown type \(type)", isCutOff: false)
        }
        let bytes = try take(size)
        guard
            let format = TDMSType.format(type, isBigEndian: isBigEndian, ArrayOptions())
        else { return .other }
        return .number(Array(bytes).withUnsafeBytes { format.number($0, at: 0) })
    }
}
