import EchoFormats

/// The rows of numbers of a text file, one by one, without a last one that is cut off.
struct CSVRows {
    private(set) var reader: CSVReader
    /// What is unusual about the end; nil if nothing is.
    private var endNote: String?
    /// Blank lines between rows, and the last of them.
    private var gaps: (count: Int, line: Int)?
    private let layout: CSVLayout
    private let mark: UInt8
    private let content: SignalContent
    private var count = 0

    /// What is unusual about the rows, once they were read to the end; nil if nothing is.
    var note: String? {
        let blank = gaps.map { gaps in
            "blank lines between the rows (\(gaps.count), the last of them line \(gaps.line)): if "
                + "values are missing there, what is before and after them was joined"
        }
        return Notes.joined([blank, endNote])
    }

    /// - Throws: ``SignalError`` if the file cannot be opened.
    init(
        _ content: SignalContent, _ layout: CSVLayout, _ dialect: CSVDialect
    ) throws(SignalError) {
        let stream = try CSVPrefix.open(content)
        let before = layout.firstLine - 1
        do throws(ByteStream.Failure) {
            _ = try CSVPrefix.skip(before, stream)
        } catch {
            throw content.error(.malformed(format: "text", error.text))
        }
        reader = CSVReader(stream, dialect.delimiter, linesBefore: before)
        (self.layout, mark, self.content) = (layout, dialect.mark, content)
    }

    /// Reads the next row; false at the end.
    ///
    /// - Throws: ``SignalError`` if it cannot be read.
    mutating func next() throws(SignalError) -> Bool {
        do throws(CSVReader.Failure) {
            guard try reader.next() else { return false }
        } catch {
            throw content.error(.field(line: error.line, column: nil, error.text))
        }
        if reader.isUnterminated, isCutOff() { return false }
        if reader.blankCount > 0, count > 0 { gaps = (reader.blankCount, reader.blankLine) }
        count += 1
        return true
    }

    /// The number in a column of the row.
    ///
    /// - Throws: ``SignalError`` if there is none.
    func value(_ column: Int) throws(SignalError) -> Double {
        guard column < reader.fieldCount else {
            throw error(column, "the row has \(reader.fieldCount.counted("field"))")
        }
        let value = reader.withField(column) { CSVNumber.value($0, mark: mark) }
        guard let value else { throw notANumber(column) }
        return value
    }

    /// The timestamp in a column of the row; nil if there is none.
    func timestamp(_ column: Int) -> CSVTimestamp? {
        guard column < reader.fieldCount else { return nil }
        return reader.withField(column) { CSVTimestamp($0, mark: mark) }
    }

    /// Fields beyond those of the first row are a sign that others are not where they seem to be.
    func requireNoMoreFields() throws(SignalError) {
        for index in layout.fieldCount..<reader.fieldCount where !reader.field(index).isEmpty {
            throw error(
                index,
                "the row has \(reader.fieldCount.counted("field")), others \(layout.fieldCount)")
        }
    }

    func error(_ column: Int, _ text: String) -> SignalError {
        content.error(.field(line: reader.line, column: column + 1, text))
    }

    func notANumber(_ column: Int) -> SignalError {
        guard column < reader.fieldCount else {
            return error(column, "the row has \(reader.fieldCount.counted("field"))")
        }
        let thousands =
            CSVNumber.hasThousands(reader.field(column)) ? "; write thousands without marks" : ""
        return error(column, CSVSource.shown(reader.text(column)) + " is not a number" + thousands)
    }

    /// Whether the row, which ends without a line end, is a part of one; says so.
    private mutating func isCutOff() -> Bool {
        guard let last = layout.numeric.last else { return false }
        if reader.fieldCount <= last { return cutOff(at: reader.fieldCount) }
        guard reader.fieldCount == last + 1 else { return false }
        guard let number = reader.withField(last, { CSVNumber.decimal($0, mark: mark) }) else {
            let field = Array(reader.field(last)) + [0x30]
            let isBegun = field.withUnsafeBufferPointer { CSVNumber.value($0, mark: mark) != nil }
            return isBegun && cutOff(at: reader.fieldCount)
        }
        let others = layout.rows.dropLast().compactMap { row in
            row.field(last).flatMap { field in
                Array(field.utf8).withUnsafeBufferPointer { CSVNumber.decimal($0, mark: mark) }
            }
        }
        let lengths = Set(others.map { [$0.fractionLength, $0.exponentLength] })
        let isShort = { (other: [Int]) in
            number.fractionLength < other[0] || number.exponentLength < other[1]
        }
        guard !lengths.isEmpty, lengths.allSatisfy(isShort) else { return false }
        if lengths.count == 1 { return cutOff(at: reader.fieldCount) }
        endNote =
            "the last line, \(reader.line), has no line end: its last number, \(reader.text(last)), "
            + "may be cut off"
        return false
    }

    private mutating func cutOff(at field: Int) -> Bool {
        endNote =
            "cut off: the last line, \(reader.line), ends in its field \(field) of "
            + "\(layout.fieldCount); the \(count) rows before it were embedded"
        return true
    }
}
