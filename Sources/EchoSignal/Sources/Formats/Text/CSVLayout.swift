import EchoFormats

/// Where the rows of numbers of a text file start, what stands above them, and what they look like.
struct CSVLayout {
    /// The line that the first row of numbers starts on, from 1.
    let firstLine: Int
    /// Fields of a row.
    let fieldCount: Int
    /// The columns' names; empty if there is no header.
    let names: [String]
    /// Columns that hold a number in the first row of numbers.
    let numeric: [Int]
    /// The first rows of numbers.
    let rows: [Row]
    /// Lines that are left out though nobody asked for it; nil if there are none.
    let note: String?

    /// A row, and the line that it starts on.
    struct Row {
        let line: Int
        let fields: [String]

        func field(_ column: Int) -> String? {
            fields.indices.contains(column) ? fields[column] : nil
        }
    }

    /// - Throws: ``SignalError`` if there are no rows of numbers, or what stands above them could
    ///   be some.
    /// - Parameter isTold: Whether it was said that the first row is one of the signal: columns of
    ///   numbers that are named by number have no header.
    init(
        _ prefix: CSVPrefix, _ reading: CSVReading, isTold: Bool = false, _ content: SignalContent
    ) throws(SignalError) {
        let dialect = reading.dialect
        var rows: [Row] = []
        prefix.forEachRow(dialect.delimiter) { reader in
            rows.append(Row(line: reader.line, fields: (0..<reader.fieldCount).map(reader.text)))
        }
        guard let first = rows.first else { throw content.error(.empty) }
        let isNumber = { (text: String) in CSVNumber.value(text, mark: dialect.mark) != nil }
        let isData = { (row: Row) in
            row.fields.count >= reading.fieldCount
                && row.fields.dropFirst(reading.fieldCount).allSatisfy(\.isEmpty)
                && reading.numeric.allSatisfy { isNumber(row.fields[$0]) }
        }
        guard !reading.numeric.isEmpty, var start = rows.firstIndex(where: isData) else {
            if let delimiter = CSVDoubts.otherDelimiter(prefix, dialect) {
                throw content.error(
                    .ambiguous(
                        line: first.line,
                        "no column of numbers, unless \(quoted(delimiter)) parts the fields",
                        remedy: "If so, say it with --csv-delimiter '\(delimiter)'."))
            }
            throw content.error(
                .field(line: first.line, column: nil, "no column of numbers"))
        }
        let isNumbered =
            start == 0 && Self.isNumberedHeader(rows.map(\.fields), reading.numeric)
        if isNumbered { start = 1 }
        if start == 0, !isTold {
            try CSVHead(rows.map(\.fields), reading).requireNone(line: first.line, content)
        }
        let above = rows[..<start].filter { !Self.isComment($0) }
        let header = Self.header(Array(above), rows[start].fields)
        if !isNumbered {
            try Self.requireNoNumbers(above, header, isNumber, rows[start], content)
        }
        firstLine = rows[start].line
        fieldCount = reading.fieldCount
        // Names with blanks in them are more words than columns: which is whose is not certain.
        let areWords = dialect.delimiter == .blanks && header?.fields.count ?? 0 > fieldCount
        names = areWords ? [] : header?.fields ?? []
        numeric = (0..<reading.fieldCount).filter { isNumber(rows[start].field($0) ?? "") }
        self.rows = Array(rows[start...])
        let skipped = above.filter { row in header.map { row.line < $0.line } ?? true }
        note = skipped.first.map { row in
            let last = skipped.last?.line ?? row.line
            let lines = last == row.line ? "line \(last)" : "lines \(row.line) to \(last)"
            return "left out above the columns: \(lines); --csv-skip \(last) says that it is meant"
        }
    }

    /// The columns' names: the last row above the numbers that has as many fields, or the one above
    /// it where that holds their units.
    private static func header(_ above: [Row], _ data: [String]) -> Row? {
        guard var row = above.last else { return nil }
        if above.count > 1, isUnits(row.fields) {
            let names = above[above.count - 2]
            if names.fields.count == row.fields.count { row = names }
        }
        var names = row.fields.map(CSVColumns.trimmed)
        if names.count == data.count - 1, data.last?.isEmpty == false {
            // R leaves out the name of the column of row names, which comes first.
            names.insert("", at: 0)
        }
        let isShort = names.count == data.count - 1 && data.last?.isEmpty == true
        guard names.count >= data.count || isShort else { return nil }
        return Row(line: row.line, fields: names)
    }

    /// Rows above the numbers must not look like some that are damaged, or belong to another signal.
    private static func requireNoNumbers(
        _ above: [Row], _ header: Row?, _ isNumber: (String) -> Bool, _ first: Row,
        _ content: SignalContent
    ) throws(SignalError) {
        for row in above {
            if row.fields.allSatisfy(isNumber) {
                throw content.error(
                    .ambiguous(
                        line: row.line,
                        "a row of \(row.fields.count) numbers stands above rows of "
                            + "\(first.fields.count): a part of the signal, or not",
                        remedy: "Where it is none, leave it out with --csv-skip \(row.line)."))
            }
            if row.line == header?.line, isDamaged(row, isNumber),
                let column = row.fields.firstIndex(where: { !isNumber($0) })
            {
                throw content.error(
                    .field(
                        line: row.line, column: column + 1,
                        "\(CSVSource.shown(row.fields[column])) is not a number"))
            }
        }
    }

    /// Whether a row that stands where names do is one of numbers with some missing: columns may be
    /// called 1 and 2, but nobody calls one 0.5, nor leaves all but 7 without a name.
    private static func isDamaged(_ row: Row, _ isNumber: (String) -> Bool) -> Bool {
        let texts = row.fields.filter { !$0.isEmpty }
        if texts.contains(where: { isNumber($0) && $0.contains { ".,".contains($0) } }) {
            return true
        }
        let numbers = texts.compactMap(Int.init)
        let areCounted = [0, 1].contains { Array($0..<$0 + texts.count) == numbers }
        return texts.allSatisfy(isNumber) && !areCounted
    }

    /// Whether the first row numbers the columns, as pandas calls those without names: 0, 1, 2, ...
    /// above numbers that all have decimals.
    private static func isNumberedHeader(_ rows: [[String]], _ numeric: [Int]) -> Bool {
        guard rows.count > 2, rows[0].count > 1,
            rows[0] == rows[0].indices.map(String.init)
        else { return false }
        return rows.dropFirst().allSatisfy { row in
            numeric.allSatisfy { $0 < row.count && row[$0].contains { ".,".contains($0) } }
        }
    }

    private static func isComment(_ row: Row) -> Bool {
        row.fields.first.map { $0.hasPrefix("#") || $0.hasPrefix("%") } ?? false
    }

    /// Units that stand without brackets.
    private static let units: Set<String> = [
        "s", "sec", "second", "seconds", "ms", "msec", "us", "µs", "μs", "ns", "v", "volt",
        "volts", "mv", "uv", "µv", "a", "ma", "amp", "amps", "ampere", "g", "mg", "gn", "m/s^2",
        "m/s2", "m/s²", "m/s", "mm/s", "m", "mm", "um", "µm", "n", "kn", "nm", "n·m", "pa", "kpa",
        "mpa", "bar", "hz", "khz", "rpm", "1/min", "db", "deg", "°", "°c", "c", "k", "w", "kw",
        "%", "-", "unit", "units",
    ]

    /// Whether a row under the names holds units: `(s)`, `[V]`, `Volt`.
    private static func isUnits(_ fields: [String]) -> Bool {
        let texts = fields.map(CSVColumns.trimmed).filter { !$0.isEmpty }
        return !texts.isEmpty
            && texts.allSatisfy { text in
                units.contains(text.lowercased()) || (text.hasPrefix("(") && text.hasSuffix(")"))
                    || (text.hasPrefix("[") && text.hasSuffix("]"))
            }
    }
}
