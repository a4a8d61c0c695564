/// Rows of whole numbers with commas between them, which may be numbers with decimal commas: what
/// speaks for the one and for the other.
struct CommaPairs {
    enum Meaning { case fields, decimals, either }

    /// A row, as it is written.
    private(set) var example = ""
    private var rows: [[[UInt8]]] = []
    private var headerCount: Int?
    private var hasPoint = false

    init(_ prefix: CSVPrefix) {
        var all: [[[UInt8]]] = []
        prefix.forEachRow(.byte(CSVNumber.comma)) { reader in
            all.append((0..<reader.fieldCount).map { Array(reader.field($0)) })
        }
        let start = all.firstIndex { $0.allSatisfy(Self.isNumber) }
        // Where texts stand beside the numbers, what is above them is in the first half.
        rows = Array(all[(start ?? all.count / 2)...])
        if let start, start > 0 { headerCount = all[start - 1].count }
        hasPoint = rows.contains { $0.contains { $0.contains(CSVNumber.point) } }
        example =
            rows.first.map { fields in
                String(decoding: Array(fields.joined(separator: [CSVNumber.comma])), as: UTF8.self)
            } ?? ""
    }

    private static func isNumber(_ text: [UInt8]) -> Bool {
        text.withUnsafeBufferPointer { CSVNumber.value($0, mark: CSVNumber.point) != nil }
    }

    /// What pairs of numbers are, `0,1234`.
    var meaning: Meaning {
        let pairs = rows.filter { $0.count == 2 }
        guard canBeDecimals(pairs), !risesByWholeSteps(pairs) else { return .fields }
        let canBeFields = pairs.allSatisfy { $0.allSatisfy(Self.isWholeAlone) }
        switch (canBeFields, headerCount) {
        case (true, 2): return .fields
        case (_, 1), (false, nil): return .decimals
        default: return .either
        }
    }

    /// Whether two columns can only be the two halves of one, such as `0` and `0123`: whole numbers
    /// beside digits that have zeros before them, or `-0`.
    var areFractions: Bool {
        guard !hasPoint, let count = rows.map(\.count).max() else { return false }
        let alike = rows.filter { $0.count == count }
        let areHalves = { (column: Int) in
            alike.allSatisfy {
                Self.isWhole($0[column - 1]) && Self.isDigits(Self.mantissa($0[column]))
            }
        }
        // Two numbers for every name.
        if headerCount.map({ 2 * $0 == count }) == true,
            stride(from: 1, to: count, by: 2).allSatisfy(areHalves)
        {
            return true
        }
        return (1..<max(1, count)).contains { column in
            areHalves(column)
                && alike.contains { row in
                    let (whole, digits) = (row[column - 1], row[column])
                    return digits.count > 1 && digits[0] == UInt8(ascii: "0")
                        || whole.first == UInt8(ascii: "-") && Self.isZero(whole.dropFirst())
                }
        }
    }

    /// Whether every pair can be a number that was printed with a decimal comma: all with as many
    /// decimals, or none with a zero at its end.
    private func canBeDecimals(_ pairs: [[[UInt8]]]) -> Bool {
        guard !hasPoint else { return false }
        let fractions = pairs.map { Self.mantissa($0[1]) }
        let areShaped = zip(pairs, fractions).allSatisfy { pair, fraction in
            Self.isWhole(pair[0]) && Self.isDigits(fraction)
        }
        let areFixed = Set(fractions.map(\.count)).count == 1
        let areShort = fractions.allSatisfy { $0.count == 1 || $0.last != UInt8(ascii: "0") }
        return areShaped && (areFixed || areShort)
    }

    /// Whether the first of each pair counts up, as an index does.
    private func risesByWholeSteps(_ pairs: [[[UInt8]]]) -> Bool {
        let firsts = pairs.compactMap { Int(String(decoding: $0[0], as: UTF8.self)) }
        guard firsts.count > 2, pairs.allSatisfy({ $0.allSatisfy(Self.isWholeAlone) }) else {
            return false
        }
        let step = firsts[1] - firsts[0]
        return step > 0 && zip(firsts.dropFirst(), firsts).allSatisfy { $0 - $1 == step }
    }

    /// A whole number without zeros before it; `-0` too.
    private static func isWhole(_ text: [UInt8]) -> Bool {
        let digits = text.first.map { "+-".utf8.contains($0) } == true ? text[1...] : text[...]
        return isDigits(digits) && (digits.count == 1 || digits.first != UInt8(ascii: "0"))
    }

    /// A number that stands for itself: no `-0`, no zeros before it.
    private static func isWholeAlone(_ text: [UInt8]) -> Bool {
        let mantissa = Array(text.drop { $0 == 0x20 }.prefix { $0 | 0x20 != UInt8(ascii: "e") })
        let isNegativeZero = mantissa.first == UInt8(ascii: "-") && isZero(mantissa.dropFirst())
        return isWhole(mantissa) && !isNegativeZero
    }

    /// Without its exponent.
    private static func mantissa(_ text: [UInt8]) -> ArraySlice<UInt8> {
        text.prefix { $0 | 0x20 != UInt8(ascii: "e") }
    }

    private static func isDigits(_ text: some Collection<UInt8>) -> Bool {
        !text.isEmpty && text.allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func isZero(_ text: some Collection<UInt8>) -> Bool {
        !text.isEmpty && text.allSatisfy { $0 == 0x30 }
    }
}
