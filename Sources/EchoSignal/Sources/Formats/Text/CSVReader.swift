/// Reads comma-separated values (RFC 4180) row by row: quoted fields, line breaks and doubled quotes
/// inside them; lines end in LF, CR or both.
///
/// One row is held at a time. Our own, because SwiftCSV takes the whole text as a `String`, walks it by
/// grapheme clusters, knows no lines and columns, and takes a quote that is never closed.
struct CSVReader {
    /// What parts the fields.
    enum Delimiter: Hashable {
        case byte(UInt8)
        /// Any number of spaces and tabs, which do not count at the start and end of a line.
        case blanks

        /// The likeliest for this line: a tab, a semicolon, a comma, else blanks.
        static func detect(in line: some Sequence<UInt8>) -> Delimiter {
            let bytes = Set(line)
            let candidates: [Unicode.Scalar] = ["\t", ";", ","]
            return candidates.first { bytes.contains(UInt8(ascii: $0)) }
                .map { .byte(UInt8(ascii: $0)) } ?? .blanks
        }

        @inline(__always)
        func parts(at byte: UInt8) -> Bool {
            switch self {
            case .byte(let own): byte == own
            case .blanks: byte == 0x20 || byte == 0x09
            }
        }
    }

    /// What is wrong, and on which line, from 1.
    struct Failure: Error {
        let line: Int
        let text: String
    }

    /// Bytes that a row has at most.
    static let rowLimit = 1 << 20
    private static let quote = UInt8(ascii: "\"")

    /// The line that the row starts on, from 1.
    private(set) var line = 0
    /// Whether the text ends with the row, without a line end.
    private(set) var isUnterminated = false
    /// Blank lines so far, and the last of them.
    private(set) var blankCount = 0
    private(set) var blankLine = 0
    private var hasQuotes = false
    private var nextLine: Int
    private let stream: ByteStream
    private let delimiter: Delimiter
    /// The row without quotes, and where its fields lie in there.
    private var bytes: [UInt8] = []
    private var fields: [Range<Int>] = []

    /// - Parameter linesBefore: Lines that were read from `stream` before.
    init(_ stream: ByteStream, _ delimiter: Delimiter, linesBefore: Int = 0) {
        nextLine = linesBefore + 1
        self.stream = stream
        self.delimiter = delimiter
    }

    var fieldCount: Int { fields.count }

    /// The bytes of a field, which need not be UTF-8.
    func field(_ index: Int) -> ArraySlice<UInt8> { bytes[fields[index]] }

    /// A field as text; what is not UTF-8 is read as Windows-1252.
    func text(_ index: Int) -> String { WesternText.string(field(index)) }

    /// Passes on the bytes of a field, which hold while `take` runs.
    @inline(__always)
    func withField<Result>(
        _ index: Int, _ take: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        bytes.withUnsafeBufferPointer { take(UnsafeBufferPointer(rebasing: $0[fields[index]])) }
    }

    /// Reads the next row that is not blank; false at the end.
    ///
    /// - Throws: ``Failure`` if a quote is not closed, or a row does not end.
    mutating func next() throws(Failure) -> Bool {
        do throws(ByteStream.Failure) {
            while true {
                line = nextLine
                bytes.removeAll(keepingCapacity: true)
                let end = try stream.appendLine(to: &bytes, limit: Self.rowLimit)
                guard let end else { return false }
                nextLine += 1
                isUnterminated = end == .endOfText
                fields.removeAll(keepingCapacity: true)
                hasQuotes = !splitPlain()
                if hasQuotes { try splitQuoted(end) }
                if !isBlank { return true }
                (blankCount, blankLine) = (blankCount + 1, line)
            }
        } catch {
            throw Failure(line: line, text: error.text)
        }
    }

    /// Whether the row has no field: one in quotes is a field, though it be empty.
    private var isBlank: Bool {
        guard fields.count <= 1, !hasQuotes else { return false }
        return bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 }
    }

    /// Finds the fields of a row without quotes; false if there are some.
    private mutating func splitPlain() -> Bool {
        var start = 0
        return bytes.withUnsafeBufferPointer { text in
            while start <= text.count {
                if delimiter == .blanks {
                    while start < text.count, delimiter.parts(at: text[start]) { start += 1 }
                    if start == text.count { return true }
                }
                if start < text.count, text[start] == Self.quote { return false }
                var end = start
                while end < text.count, !delimiter.parts(at: text[end]) { end += 1 }
                fields.append(start..<end)
                start = end + 1
            }
            return true
        }
    }

    /// Reads a row with quotes in it, whose first line is in `bytes` and ended in `end`.
    private mutating func splitQuoted(_ end: ByteStream.LineEnd) throws(ByteStream.Failure) {
        var (text, index, end) = (bytes, 0, end)
        bytes.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
        while true {
            if delimiter == .blanks {
                while index < text.count, delimiter.parts(at: text[index]) { index += 1 }
            }
            let start = bytes.count
            let isQuoted = index < text.count && text[index] == Self.quote
            if isQuoted { try readQuoted(&text, &index, &end) }
            while index < text.count, !delimiter.parts(at: text[index]) {
                bytes.append(text[index])
                index += 1
            }
            if delimiter != .blanks || isQuoted || bytes.count > start {
                fields.append(start..<bytes.count)
            }
            if index == text.count { break }
            index += 1
        }
        isUnterminated = end == .endOfText
    }

    /// Reads from a quote to the one that closes it, perhaps lines further on.
    private mutating func readQuoted(
        _ text: inout [UInt8], _ index: inout Int, _ end: inout ByteStream.LineEnd
    ) throws(ByteStream.Failure) {
        index += 1
        while true {
            if index == text.count {
                bytes += Array(end.text.utf8)
                text.removeAll(keepingCapacity: true)
                guard bytes.count <= Self.rowLimit else {
                    throw .init(text: "it is longer than \(Self.rowLimit) bytes")
                }
                guard let next = try stream.appendLine(to: &text, limit: Self.rowLimit) else {
                    throw .init(text: "a quote is never closed")
                }
                (index, end) = (0, next)
                nextLine += 1
                continue
            }
            if text[index] == Self.quote {
                index += 1
                guard index < text.count, text[index] == Self.quote else { return }
            }
            bytes.append(text[index])
            index += 1
        }
    }
}
