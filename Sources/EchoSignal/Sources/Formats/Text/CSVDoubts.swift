import EchoFormats

/// What looks like numbers in another dialect, in the first rows of a text file that were read in the
/// likeliest one: thousands with a mark between them, units, a delimiter that was not taken for one.
struct CSVDoubts {
    private let reading: CSVReading
    private let options: CSVOptions
    private let content: SignalContent
    /// Rows that are alike.
    private var rows: [[String]] = []

    /// Longer words are text.
    private static let unitLength = 8
    private static let delimiters = Array("\t;,| ".utf8)

    init(
        _ prefix: CSVPrefix, _ reading: CSVReading, _ options: CSVOptions, _ content: SignalContent
    ) {
        (self.reading, self.options, self.content) = (reading, options, content)
        prefix.forEachRow(reading.dialect.delimiter) { reader in
            guard reader.line >= reading.line, reader.fieldCount == reading.fieldCount else {
                return
            }
            rows.append((0..<reader.fieldCount).map(reader.text))
        }
    }

    /// - Throws: ``SignalError`` if there is a doubt that no option decides.
    func require() throws(SignalError) {
        try requireNoSplitThousands()
        for column in 0..<reading.fieldCount {
            let fields = rows.map { CSVColumns.trimmed($0[column]) }
            if reading.numeric.contains(column) {
                try requireNoThousands(fields)
            } else if options.columns == nil {
                try requireNoNumbers(fields)
            }
        }
    }

    /// `1.234,56` is one number, or two with a comma between them.
    private func requireNoSplitThousands() throws(SignalError) {
        guard options.delimiter == nil, options.decimal == nil, reading.fieldCount == 2,
            reading.dialect.delimiter == .byte(CSVNumber.comma), areThousands(rows.map { $0[0] }),
            Set(rows.map(\.[1].utf8.count)).count == 1,
            rows.allSatisfy({ Self.areDigits($0[1].utf8) })
        else { return }
        let example = rows.first { $0[0].contains(".") }?.joined(separator: ",") ?? ""
        throw thousands(example, "or two numbers")
    }

    /// `1.234` beside `567` and `-89` is 1234.
    private func requireNoThousands(_ fields: [String]) throws(SignalError) {
        guard options.decimal == nil, reading.dialect.mark == CSVNumber.point,
            areThousands(fields)
        else { return }
        throw thousands(fields.first { $0.contains(".") } ?? "", "or has three decimals")
    }

    /// Whether some have a point before three digits and no other has a point, nor four digits.
    private func areThousands(_ fields: [String]) -> Bool {
        let (marked, plain) = (
            fields.filter { $0.contains(".") }, fields.filter { !$0.contains(".") }
        )
        guard !marked.isEmpty, !plain.isEmpty else { return false }
        return marked.allSatisfy { CSVNumber.hasThousands($0.utf8) }
            && plain.allSatisfy { text in
                let digits = text.utf8.drop { "+- ".utf8.contains($0) }
                return digits.count <= 3 && Self.areDigits(digits)
            }
    }

    private func thousands(_ example: String, _ other: String) -> SignalError {
        content.error(
            .ambiguous(
                line: reading.line,
                "\(quoted(example)) has a point between thousands, \(other)",
                remedy: "Write thousands without marks; give --csv-decimal . where the point is a "
                    + "decimal point."))
    }

    /// A column of text is left out; numbers are not, however they are written.
    private func requireNoNumbers(_ fields: [String]) throws(SignalError) {
        let parted = fields.filter { otherDelimiter($0) != nil }
        if let field = parted.first, let delimiter = otherDelimiter(field),
            2 * parted.count >= fields.count
        {
            throw doubt(field, "is numbers that another delimiter parts", delimiter)
        }
        let measured = fields.filter { Self.hasUnit($0) }
        if let field = measured.first, 2 * measured.count >= fields.count,
            2 * Set(measured).count > fields.count, fields.count > 2
        {
            throw doubt(field, "is a number with a unit")
        }
    }

    private func doubt(_ field: String, _ what: String, _ delimiter: UInt8? = nil) -> SignalError {
        let names: [UInt8: String] = [0x09: "tab", 0x20: "blanks"]
        let told = delimiter.map { byte in
            "Give --csv-delimiter '\(names[byte] ?? String(UnicodeScalar(byte)))' where it is, and with "
                + "--csv-decimal the decimal mark. "
        }
        return content.error(
            .ambiguous(
                line: reading.line, "\(quoted(String(field.prefix(40)))) \(what), or text",
                remedy: (told ?? "")
                    + "Write numbers without units, or name the channels with --csv-columns."))
    }

    /// `g;0.5678`, `12;0`: numbers, or a number and a unit, with another delimiter between them.
    private func otherDelimiter(_ field: String) -> UInt8? {
        guard !CSVNumber.hasThousands(field.utf8) else { return nil }
        return Self.delimiters.first { delimiter in
            guard reading.dialect.delimiter != .byte(delimiter), field.utf8.contains(delimiter)
            else {
                return false
            }
            let parts = field.utf8.split(separator: delimiter, omittingEmptySubsequences: false)
                .map { CSVColumns.trimmed(String(Substring($0))) }
            let numbers = parts.filter { CSVNumber.value($0) != nil || Self.hasUnit($0) }
            // Dates have blanks in them, and numbers with units.
            if delimiter == 0x20 {
                return numbers.count == parts.count && field.contains { ".,".contains($0) }
            }
            let isList = delimiter != CSVNumber.comma
            return !numbers.isEmpty
                && parts.allSatisfy { part in
                    CSVNumber.value(part) != nil || Self.hasUnit(part)
                        || Self.isUnit(part) && (isList || !part.isEmpty)
                }
        }
    }

    /// `0.5678 g`
    private static func hasUnit(_ field: String) -> Bool {
        let words = field.split(separator: " ")
        guard words.count == 2 else { return false }
        return [CSVNumber.point, CSVNumber.comma].contains { mark in
            CSVNumber.value(String(words[0]), mark: mark) != nil
        } && isUnit(String(words[1]))
    }

    private static func isUnit(_ text: String) -> Bool {
        text.utf8.count <= unitLength && CSVNumber.value(text) == nil
            && !text.utf8.contains { (0x30...0x39).contains($0) }
    }

    private static func areDigits(_ text: some Collection<UInt8>) -> Bool {
        !text.isEmpty && text.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// A character that would part columns of numbers, if nothing that is looked for does.
    static func otherDelimiter(_ prefix: CSVPrefix, _ dialect: CSVDialect) -> String? {
        let present = Set(prefix.bytes)
        let found = "|:&/!_~^".utf8.first { byte in
            guard present.contains(byte) else { return false }
            return [CSVNumber.point, CSVNumber.comma].contains { mark in
                let reading = CSVReading(
                    prefix, CSVDialect(delimiter: .byte(byte), mark: mark))
                return reading.fieldCount > 1 && reading.numberShare == 1
            }
        }
        return found.map { String(UnicodeScalar($0)) }
    }
}
