import EchoFormats
import FoundationEssentials
import Glibc

/// Numbers in text, as programs print them: `-12`, `0.5`, `.5`, `1.5e-03`, `nan`, `inf`.
enum CSVNumber {
    /// A decimal number as it is written: `mantissa * 10^exponent`.
    struct Decimal {
        var isNegative = false
        /// Of its digits the first 19.
        var mantissa: UInt64 = 0
        var exponent = 0
        /// Whether the mantissa has all digits.
        var isWhole = true
        /// Digits after the decimal mark, and those of the exponent.
        var fractionLength = 0
        var exponentLength = 0
    }

    /// Powers of ten that a double holds exactly.
    static let powers: [Double] = (0...22).map { Double("1e\($0)") ?? .nan }
    /// Mantissas below it are doubles.
    private static let exactMantissa: UInt64 = 1 << 53

    /// The number that a field holds, blanks around it left out, rounded once; nil if it holds none.
    ///
    /// - Parameter mark: The decimal mark.
    static func value(_ field: UnsafeBufferPointer<UInt8>, mark: UInt8) -> Double? {
        guard let decimal = decimal(field, mark: mark) else {
            return special(field)
        }
        return value(decimal, field, mark: mark)
    }

    /// The value of a number that was taken apart.
    @inline(__always)
    static func value(
        _ decimal: Decimal, _ field: UnsafeBufferPointer<UInt8>, mark: UInt8
    ) -> Double? {
        // Both are exact, so that the quotient or product is rounded once.
        if decimal.isWhole, decimal.mantissa < exactMantissa, decimal.exponent.magnitude <= 22 {
            let magnitude = Double(decimal.mantissa)
            let power = powers[Int(decimal.exponent.magnitude)]
            let value = decimal.exponent < 0 ? magnitude / power : magnitude * power
            return decimal.isNegative ? -value : value
        }
        return converted(field, mark: mark)
    }

    /// As ``value(_:mark:)``, of text.
    static func value(_ text: String, mark: UInt8 = point) -> Double? {
        Array(text.utf8).withUnsafeBufferPointer { value($0, mark: mark) }
    }

    static let point = UInt8(ascii: ".")
    static let comma = UInt8(ascii: ",")

    /// Takes a decimal number apart; nil if the field is none.
    static func decimal(_ field: UnsafeBufferPointer<UInt8>, mark: UInt8) -> Decimal? {
        var (index, end) = (0, field.count)
        while index < end, isBlank(field[index]) { index += 1 }
        while end > index, isBlank(field[end - 1]) { end -= 1 }
        var number = Decimal()
        if index < end, field[index] == UInt8(ascii: "-") || field[index] == UInt8(ascii: "+") {
            number.isNegative = field[index] == UInt8(ascii: "-")
            index += 1
        }
        var digitCount = 0
        while index < end, let digit = digit(field[index]) {
            if !number.add(digit) { number.exponent += 1 }
            digitCount += 1
            index += 1
        }
        if index < end, field[index] == mark {
            index += 1
            while index < end, let digit = digit(field[index]) {
                if number.add(digit) { number.exponent -= 1 }
                number.fractionLength += 1
                digitCount += 1
                index += 1
            }
            // "1," ends a list rather than a number.
            if mark == comma, number.fractionLength == 0 { return nil }
        }
        guard digitCount > 0 else { return nil }
        guard index < end else { return number }
        guard field[index] | 0x20 == UInt8(ascii: "e") else { return nil }
        index += 1
        let isBelow = index < end && field[index] == UInt8(ascii: "-")
        if isBelow || (index < end && field[index] == UInt8(ascii: "+")) { index += 1 }
        var exponent = 0
        while index < end, let digit = digit(field[index]) {
            exponent = min(exponent * 10 + Int(digit), 99_999)
            number.exponentLength += 1
            index += 1
        }
        guard index == end, number.exponentLength > 0 else { return nil }
        number.exponent += isBelow ? -exponent : exponent
        return number
    }

    @inline(__always)
    private static func digit(_ byte: UInt8) -> UInt8? {
        let digit = byte &- UInt8(ascii: "0")
        return digit <= 9 ? digit : nil
    }

    @inline(__always)
    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    /// A number that is none, or has no end; nil if the field is neither.
    private static func special(_ field: UnsafeBufferPointer<UInt8>) -> Double? {
        guard field.count <= 16 else { return nil }
        let text = String(decoding: field, as: UTF8.self)
            .trimmed.lowercased()
        let word = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        switch word {
        case "nan": return .nan
        case "inf", "infinity": return text.hasPrefix("-") ? -.infinity : .infinity
        default: return nil
        }
    }

    /// What the C library makes of a decimal number, which it rounds correctly however long it is.
    private static func converted(
        _ field: UnsafeBufferPointer<UInt8>, mark: UInt8
    ) -> Double? {
        // Nobody prints more digits; and nothing longer is copied.
        guard field.count <= 1100 else { return nil }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: field.count + 1) { text in
            for (index, byte) in field.enumerated() {
                text[index] = CChar(bitPattern: byte == mark ? point : byte)
            }
            text[field.count] = 0
            return text.baseAddress.map { start in withPlainLocale { strtod(start, nil) } }
        }
    }
}

extension CSVNumber.Decimal {
    /// Appends a digit; false if it is one more than the mantissa takes.
    @inline(__always)
    fileprivate mutating func add(_ digit: UInt8) -> Bool {
        guard mantissa < 1_000_000_000_000_000_000 else {
            if digit > 0 { isWhole = false }
            return false
        }
        mantissa = mantissa * 10 + UInt64(digit)
        return true
    }
}
