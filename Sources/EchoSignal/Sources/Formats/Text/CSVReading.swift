/// The first rows of a text file, read in one dialect: how many fields they have, and which are numbers.
struct CSVReading: Equatable {
    let dialect: CSVDialect
    /// Fields of most rows in the later half, which is beyond whatever stands above the signal.
    private(set) var fieldCount = 0
    /// Columns that are numbers in at least half of those rows.
    private(set) var numeric: [Int] = []
    /// The first of those rows, and what stands in it.
    private(set) var line = 0
    private(set) var example = ""
    /// Whether every number with a comma could be thousands, `1,234`; and whether one has a point.
    private(set) var hasOnlyThousands = false
    private(set) var hasPoint = false
    /// Whether a number has a comma in it.
    private(set) var hasComma = false

    private struct Row {
        let line: Int
        let isNumber: [Bool]
        var hasComma = false
        var hasPoint = false
        var hasOnlyThousands = true
    }

    init(_ prefix: CSVPrefix, _ dialect: CSVDialect) {
        self.dialect = dialect
        var later: [Row] = []
        prefix.forEachRow(dialect.delimiter) { reader in
            if reader.line >= prefix.middleLine { later.append(Self.row(reader, dialect.mark)) }
        }
        var counts: [Int: Int] = [:]
        for row in later { counts[row.isNumber.count, default: 0] += 1 }
        let most = counts.values.max() ?? 0
        fieldCount = later.first { counts[$0.isNumber.count] == most }?.isNumber.count ?? 0
        let alike = later.filter { $0.isNumber.count == fieldCount }
        numeric = (0..<fieldCount).filter { column in
            2 * alike.count { $0.isNumber[column] } >= alike.count
        }
        line = alike.first?.line ?? 1
        hasPoint = alike.contains(where: \.hasPoint)
        let withCommas = alike.filter(\.hasComma)
        hasComma = !withCommas.isEmpty
        hasOnlyThousands = !withCommas.isEmpty && withCommas.allSatisfy(\.hasOnlyThousands)
        if let place = withCommas.first?.line {
            prefix.forEachRow(dialect.delimiter) { reader in
                guard reader.line == place else { return }
                let texts = (0..<reader.fieldCount).map(reader.text)
                example = texts.first { $0.contains(",") } ?? ""
            }
        }
    }

    /// Whether no other reading can be better: all fields are numbers, and points part decimals.
    var isPlain: Bool {
        dialect.delimiter != .blanks && dialect.mark == CSVNumber.point && hasPoint
            && numberShare == 1
    }

    /// The share of fields that are numbers; 0 if a delimiter parts nothing.
    var numberShare: Double {
        guard dialect.delimiter == .blanks || fieldCount > 1 || numeric.count == fieldCount else {
            return 0
        }
        return fieldCount == 0 ? 0 : Double(numeric.count) / Double(fieldCount)
    }

    private static func row(_ reader: CSVReader, _ mark: UInt8) -> Row {
        let isNumber = (0..<reader.fieldCount).map { index in
            reader.withField(index) { CSVNumber.value($0, mark: mark) != nil }
        }
        var row = Row(line: reader.line, isNumber: isNumber)
        for index in isNumber.indices where isNumber[index] {
            let field = reader.field(index)
            row.hasPoint = row.hasPoint || field.contains(CSVNumber.point)
            guard field.contains(CSVNumber.comma) else { continue }
            row.hasComma = true
            row.hasOnlyThousands = row.hasOnlyThousands && CSVNumber.hasThousands(field)
        }
        return row
    }
}

extension CSVNumber {
    /// Whether a text is digits in groups of three, `-1,234` or `1.234.567`, perhaps with a fraction
    /// after another mark: numbers that people read and programs do not.
    static func hasThousands(_ field: some Collection<UInt8>) -> Bool {
        var text = Array(field).filter { $0 != 0x20 && $0 != 0x09 }[...]
        if let sign = text.first, "+-".utf8.contains(sign) { text = text.dropFirst() }
        guard let separator = text.first(where: { ",.'".utf8.contains($0) }) else { return false }
        var groups = text.split(separator: separator, omittingEmptySubsequences: false)
        let other = separator == point ? comma : point
        if separator != UInt8(ascii: "'") || text.contains(point) {
            // The fraction hangs on the last group.
            groups[groups.count - 1] = groups[groups.count - 1].prefix { $0 != other }
        }
        guard let first = groups.first, (1...3).contains(first.count), groups.count > 1,
            first.first != UInt8(ascii: "0") || first.count > 1
        else { return false }
        let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
        return first.allSatisfy(isDigit)
            && groups.dropFirst().allSatisfy { $0.count == 3 && $0.allSatisfy(isDigit) }
    }
}
