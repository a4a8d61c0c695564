/// The columns of a text file, as a stream: `.csv`, `.tsv`, `.txt`.
///
/// Fields are parted by commas, semicolons, tabs or blanks, whichever the first line has; lines that
/// start with `#` or `%` before the first row are left out.
final class CSVSource: SampleSource {
    let path: String
    let sampleRate: Int
    private let content: SignalContent
    private let delimiter: CSVReader.Delimiter
    private let columns: CSVColumns
    private var reader: CSVReader?

    var channelCount: Int { columns.channels.count }

    /// - Parameter sampleRate: Hz; nil to take it from the timestamps, where the options say so.
    /// - Throws: ``SignalError`` where there is no rate, no row, or no column of numbers.
    init(
        _ content: SignalContent, _ options: CSVOptions, sampleRate: Int?
    ) throws(SignalError) {
        let stream = try Self.open(content)
        let (delimiter, lineCount) = try Self.skipComments(stream, content)
        var reader = CSVReader(stream, delimiter, linesBefore: lineCount)
        var rows: [[String]] = []
        var firstLine = 1
        while rows.count <= CSVColumns.sampleRowCount, try Self.next(&reader, content) {
            if rows.isEmpty { firstLine = reader.line }
            rows.append((0..<reader.fieldCount).map(reader.text))
        }
        guard !rows.isEmpty else { throw content.error(.empty) }
        columns = try CSVColumns(rows, firstLine: firstLine, options, content)
        if let sampleRate {
            self.sampleRate = sampleRate
        } else if let unit = options.rateFromTime {
            self.sampleRate = try columns.sampleRate(
                rows, firstLine: firstLine, unit, content)
        } else {
            throw content.error(.noSampleRate(format: "a text file"))
        }
        path = content.path
        self.content = content
        self.delimiter = delimiter
        try rewind()
    }

    func rewind() throws(SignalError) {
        let stream = try Self.open(content)
        let (_, lineCount) = try Self.skipComments(stream, content)
        var reader = CSVReader(stream, delimiter, linesBefore: lineCount)
        if columns.hasHeader { _ = try Self.next(&reader, content) }
        self.reader = reader
    }

    func read(into block: inout [Float]) throws(SignalError) -> Int {
        guard var reader else { return 0 }
        // The only copy, or every row would copy its buffers.
        self.reader = nil
        let capacity = block.count / channelCount
        var (count, place) = (0, 0)
        while count < capacity {
            guard try Self.next(&reader, content) else { return count }
            for column in columns.channels {
                guard column < reader.fieldCount else {
                    throw content.error(
                        .field(
                            line: reader.line, column: column + 1,
                            "the row has \(reader.fieldCount) fields"))
                }
                guard let value = CSVColumns.number(reader.field(column)) else {
                    throw content.error(
                        .field(
                            line: reader.line, column: column + 1,
                            "\(Self.shown(reader.text(column))) is not a number"))
                }
                block[place] = Float(value)
                place += 1
            }
            count += 1
        }
        self.reader = reader
        return count
    }

    private static func shown(_ text: String) -> String {
        text.isEmpty ? "an empty field" : "'\(text.prefix(40))'"
    }

    private static func open(_ content: SignalContent) throws(SignalError) -> ByteStream {
        // Holds the size to a regular file's, and says why where it cannot be opened.
        _ = try ByteFile(content)
        do throws(ByteStream.Failure) {
            return try ByteStream(path: content.location)
        } catch {
            throw content.error(.missing(error.text))
        }
    }

    /// Steps over comments and blank lines; says what parts the fields of the next line, and how many lines it went.
    private static func skipComments(
        _ stream: ByteStream, _ content: SignalContent
    ) throws(SignalError) -> (CSVReader.Delimiter, lineCount: Int) {
        do throws(ByteStream.Failure) {
            var lineCount = 0
            while let byte = try stream.peek(), "#%\r\n".utf8.contains(byte) {
                _ = try stream.read(to: 0x0A, limit: CSVReader.rowLimit)
                lineCount += 1
            }
            let line = try stream.lookAhead().prefix { $0 != 0x0A }
            return (.detect(in: line), lineCount)
        } catch {
            throw content.error(.malformed(format: "text", error.text))
        }
    }

    private static func next(
        _ reader: inout CSVReader, _ content: SignalContent
    ) throws(SignalError) -> Bool {
        do throws(CSVReader.Failure) {
            return try reader.next()
        } catch {
            throw content.error(.field(line: error.line, column: nil, error.text))
        }
    }
}
