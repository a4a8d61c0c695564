/// The columns of a text file, as a stream: `.csv`, `.tsv`, `.txt`, and with `--text` any name.
///
/// Delimiter, decimal mark, header and columns that count time are told or found (``CSVDialect``,
/// ``CSVLayout``, ``CSVColumns``); lines that start with `#` or `%` before the first row are left out.
final class CSVSource: SampleSource {
    let path: String
    let sampleRate: Int
    /// What the channels are called, where the file has other columns too, or several.
    let columns: [String]?
    private let content: SignalContent
    private let dialect: CSVDialect
    private let layout: CSVLayout
    private let channels: [Int]
    private let notes: [String]
    private var rows: CSVRows?
    private var endNote: String?

    var channelCount: Int { channels.count }

    var note: String? { Notes.joined(notes + [endNote]) }

    /// - Parameter sampleRate: Hz; nil to take it from the timestamps, where the options say so.
    /// - Throws: ``SignalError`` if there is no rate, no row, or no column of numbers, or if the
    ///   file can be read in two ways.
    init(
        _ content: SignalContent, _ options: CSVOptions, sampleRate: Int?
    ) throws(SignalError) {
        let prefix = try CSVPrefix(content, skip: options.skip)
        let reading = try CSVDialect.read(prefix, options, content)
        dialect = reading.dialect
        let isTold = options.skip > 0 || options.columns?.allSatisfy { Int($0) != nil } == true
        layout = try CSVLayout(prefix, reading, isTold: isTold, content)
        guard sampleRate != nil || options.rateFromTime != nil else {
            throw content.error(.noSampleRate(format: "a text file"))
        }
        let found = try CSVColumns(
            layout, dialect, options, sampleRate: sampleRate, content)
        guard let rate = sampleRate ?? found.rate else {
            throw content.error(.noSampleRate(format: "a text file"))
        }
        self.sampleRate = rate
        channels = found.channels
        columns = layout.fieldCount > 1 ? found.labels : nil
        notes = [layout.note, found.note].compactMap { $0 }
        path = content.path
        self.content = content
        try rewind()
    }

    func rewind() throws(SignalError) { rows = try CSVRows(content, layout, dialect) }

    func read(into block: inout [Float]) throws(SignalError) -> Int {
        guard var rows else { return 0 }
        // The only copy, or every row would copy its buffers.
        self.rows = nil
        let capacity = block.count / channels.count
        var (count, place) = (0, 0)
        while count < capacity {
            guard try rows.next() else {
                endNote = rows.note
                return count
            }
            if rows.reader.fieldCount > layout.fieldCount { try rows.requireNoMoreFields() }
            for column in channels {
                let value = try rows.value(column)
                block[place] = Float(value)
                if !block[place].isFinite { throw notFinite(rows, column, value) }
                place += 1
            }
            count += 1
        }
        self.rows = rows
        return count
    }

    private func notFinite(_ rows: CSVRows, _ column: Int, _ value: Double) -> SignalError {
        let text = value.isFinite ? "is beyond 32 bits" : "is not a finite number"
        return content.error(
            .notFiniteField(
                line: rows.reader.line, column: column + 1,
                "\(Self.shown(rows.reader.text(column))) \(text)"))
    }

    static func shown(_ text: String) -> String {
        text.isEmpty ? "an empty field" : "'\(text.prefix(40))'"
    }
}
