import EchoFormats

/// Which columns of a text file are channels, and what those say that count time.
struct CSVColumns {
    /// The fields that are channels, in order.
    let channels: [Int]
    /// What the channels are called: names in the header, or numbers from 0.
    let labels: [String]
    /// Hz; nil if timestamps were not asked for it.
    let rate: Int?
    /// What is unusual about columns that count time; nil if nothing is.
    let note: String?

    /// More columns than that are windows or a table on its side, unless they are named.
    private static let channelLimit = 128

    /// - Parameter sampleRate: Hz; nil to take it from timestamps.
    /// - Throws: ``SignalError`` if a column that was named is not there, no column is left, or one
    ///   may be time or not.
    init(
        _ layout: CSVLayout, _ dialect: CSVDialect, _ options: CSVOptions, sampleRate: Int?,
        _ content: SignalContent
    ) throws(SignalError) {
        let names = CSVNames(layout, content)
        let counting = try CSVCounting(
            layout, dialect, options, sampleRate: sampleRate, names, content)
        if let columns = options.columns {
            var channels: [Int] = []
            for column in columns {
                let place = try names.place(column)
                if channels.contains(place) { throw names.repeated(column, place) }
                channels.append(place)
            }
            self.channels = channels
        } else {
            try Self.requireNoThousands(layout, counting.columns, content)
            channels = layout.numeric.filter { !counting.columns.contains($0) }
        }
        labels = channels.map(names.label)
        (rate, note) = (counting.rate, counting.note)
        guard !channels.isEmpty else {
            let left = layout.numeric.map { quoted(names.label($0)) }.joined(separator: ", ")
            throw content.error(
                .ambiguous(
                    line: layout.firstLine,
                    "no column of numbers but the time: \(left) rises by even steps, or is called so",
                    remedy: "Name it with --csv-columns to embed it all the same."))
        }
        guard options.columns != nil || channels.count <= Self.channelLimit else {
            throw content.error(
                .ambiguous(
                    line: layout.firstLine,
                    "\(channels.count) columns of numbers are windows, or time runs along the rows, "
                        + "rather than channels",
                    remedy: "Save a row for each point in time, or name the channels with "
                        + "--csv-columns."))
        }
    }

    /// Numbers with thousands apart are none, and their column no text that can be left out.
    private static func requireNoThousands(
        _ layout: CSVLayout, _ counting: Set<Int>, _ content: SignalContent
    ) throws(SignalError) {
        for row in layout.rows {
            for (column, field) in row.fields.enumerated()
            where !layout.numeric.contains(column) && !counting.contains(column)
                && CSVNumber.hasThousands(field.utf8)
            {
                throw content.error(
                    .field(
                        line: row.line, column: column + 1,
                        "\(CSVSource.shown(field)) is not a number; write thousands without marks"))
            }
        }
    }

    static func trimmed(_ text: String) -> String {
        text.trimmed
    }
}

/// What the columns of a text file are called.
struct CSVNames {
    private let layout: CSVLayout
    private let content: SignalContent

    /// Names that timestamps go by.
    private static let timeNames: Set<String> = [
        "time", "timestamp", "timestamps", "t", "date", "datetime", "date_time", "seconds",
        "elapsed", "elapsed_time", "x_value", "zeit", "zeitstempel", "uhrzeit", "datum", "tiempo",
    ]

    init(_ layout: CSVLayout, _ content: SignalContent) {
        (self.layout, self.content) = (layout, content)
    }

    /// The column of that name, else of that number.
    ///
    /// - Throws: ``SignalError`` if there is none.
    func place(_ column: String) throws(SignalError) -> Int {
        let places = layout.names.indices.filter { layout.names[$0] == column }
        guard places.count <= 1 else {
            let numbers = places.map(String.init).joined(separator: " and ")
            throw content.error(
                .ambiguous(
                    line: layout.firstLine, "columns \(numbers) are both called \(quoted(column))",
                    remedy: "Name the one that is meant by its number, which no column is called."))
        }
        if let index = places.first { return index }
        if let index = Int(column), (0..<layout.fieldCount).contains(index) { return index }
        let known =
            layout.names.isEmpty
            ? "\(layout.fieldCount) columns, from 0" : layout.names.joined(separator: ", ")
        throw content.error(
            .field(
                line: layout.firstLine, column: nil, "no column \(quoted(column)) among: \(known)"))
    }

    /// Why a column cannot be two channels.
    func repeated(_ column: String, _ place: Int) -> SignalError {
        content.error(
            .ambiguous(
                line: layout.firstLine,
                "--csv-columns names column \(place) twice, the second time as \(quoted(column))",
                remedy: "Name every column once."))
    }

    /// The column's name where it tells it from the others, else its number: what ``place(_:)`` takes.
    func label(_ column: Int) -> String {
        guard layout.names.indices.contains(column), !layout.names[column].isEmpty,
            layout.names.firstIndex(of: layout.names[column]) == column,
            layout.names.lastIndex(of: layout.names[column]) == column
        else { return "\(column)" }
        return layout.names[column]
    }

    /// The column whose name says time; of several the first that has numbers.
    var time: Int? {
        let columns = layout.names.indices.filter { index in
            // "time (s)", "Time [ms]", "time_s"
            let word = layout.names[index].lowercased().prefix { $0.isLetter || $0 == "_" }
            return Self.timeNames.contains(String(word)) || word.hasPrefix("time_")
                || word.hasPrefix("timestamp_")
        }
        return columns.first { layout.numeric.contains($0) } ?? columns.first
    }
}
