/// The first lines of a text file, from which it is found out how to read it.
struct CSVPrefix {
    /// Whole lines, each with its line end, after those that are left out.
    private(set) var bytes: [UInt8] = []
    /// Lines before them: those that `--csv-skip` leaves out, comments and blank lines.
    private(set) var linesBefore = 0
    /// The first line of their later half, which is beyond whatever stands above the signal.
    private(set) var middleLine = 0
    /// Whether the file ends with them, and whether it ends without a line end.
    private(set) var isWholeFile = false
    private(set) var isUnterminated = false

    /// Lines that are enough, and bytes where lines are long.
    private static let lineCount = 128
    private static let byteCount = 1 << 16
    private static let fewestLines = 8
    /// What opens a comment.
    private static let commentMarks = Array("#%".utf8)

    /// - Throws: ``SignalError`` if there is no line, or one does not end.
    init(_ content: SignalContent, skip: Int) throws(SignalError) {
        let stream = try Self.open(content)
        do throws(ByteStream.Failure) {
            linesBefore = try Self.skip(skip, stream)
            guard linesBefore == skip else { throw .init(text: "the file ends before it") }
            try readRows(stream)
        } catch {
            throw content.error(.field(line: linesBefore + 1, column: nil, error.text))
        }
        if bytes.isEmpty { throw content.error(.empty) }
        findMiddle()
    }

    private mutating func readRows(_ stream: ByteStream) throws(ByteStream.Failure) {
        var count = 0
        while count < Self.lineCount, count < Self.fewestLines || bytes.count < Self.byteCount {
            var line: [UInt8] = []
            guard let end = try stream.appendLine(to: &line, limit: CSVReader.rowLimit) else {
                isWholeFile = true
                return
            }
            if count == 0, Self.isComment(line) || line.allSatisfy({ $0 <= 0x20 }) {
                linesBefore += 1
                continue
            }
            bytes += line + Array(end.text.utf8)
            isUnterminated = end == .endOfText
            count += 1
        }
        isWholeFile = try stream.peek() == nil
    }

    /// Of the rows that are looked at, not of the lines: there may be blank ones, and rows of several.
    private mutating func findMiddle() {
        var lines: [Int] = []
        forEachRow(.byte(0)) { lines.append($0.line) }
        middleLine = lines.isEmpty ? 0 : lines[lines.count / 2]
    }

    private static func isComment(_ line: [UInt8]) -> Bool {
        line.first.map { commentMarks.contains($0) } ?? false
    }

    /// The text of a file, its first byte next; of UTF-16 the UTF-8.
    static func open(_ content: SignalContent) throws(SignalError) -> ByteStream {
        // Holds the size to a regular file's, and says why if it cannot be opened.
        let file = try ByteFile(content)
        if let cause = notText(try file.bytes(upTo: 64, at: 0)) { throw content.error(cause) }
        do throws(ByteStream.Failure) {
            let stream = try ByteStream(path: content.location)
            try stream.detectUTF16()
            return stream
        } catch {
            throw content.error(.missing(error.text))
        }
    }

    /// What a file is that starts so and is no text to read; nil if it may be some.
    private static func notText(_ start: [UInt8]) -> SignalError.Cause? {
        if let name = FileKind.archive(start) {
            return .malformed(format: "text", "it is \(name); unpack it first")
        }
        let quads = start.prefix(start.count / 4 * 4)
        guard quads.count >= 8 else { return nil }
        // ASCII in UTF-32 is three zeros and a letter.
        let isWide = [0, 3].contains { place in
            quads.indices.dropFirst(4).allSatisfy { (quads[$0] != 0) == ($0 % 4 == place) }
        }
        return isWide
            ? .malformed(format: "text", "it is UTF-32; save it as UTF-8 or UTF-16") : nil
    }

    /// Steps over lines; returns how many there were.
    static func skip(_ count: Int, _ stream: ByteStream) throws(ByteStream.Failure) -> Int {
        var line: [UInt8] = []
        for number in 0..<count {
            line.removeAll(keepingCapacity: true)
            guard try stream.appendLine(to: &line, limit: CSVReader.rowLimit) != nil else {
                return number
            }
        }
        return count
    }

    /// The rows under this delimiter, as far as they are whole, passed on one by one.
    func forEachRow(_ delimiter: CSVReader.Delimiter, _ take: (inout CSVReader) -> Void) {
        var reader = CSVReader(ByteStream(bytes), delimiter, linesBefore: linesBefore)
        var count = 0
        // What is wrong with a row is said when it is read for its samples.
        while (try? reader.next()) == true {
            // The last line may be cut off; it is looked at if there is no other.
            if isWholeFile, isUnterminated, reader.isUnterminated, count > 1 { return }
            take(&reader)
            count += 1
        }
    }
}
