/// Reads comma-separated values (RFC 4180) row by row: quoted fields, line breaks and doubled quotes
/// inside them, LF and CRLF.
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
    }

    /// What is wrong, and on which line, from 1.
    struct Failure: Error {
        let line: Int
        let text: String
    }

    /// Bytes that a row has at most.
    static let rowLimit = 1 << 20

    /// The line that the row starts on, from 1.
    private(set) var line = 0
    private var nextLine: Int
    private let stream: ByteStream
    private let delimiter: Delimiter
    /// The fields' bytes without quotes, one after the other, and where each ends.
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    /// - Parameter linesBefore: Lines that were read from `stream` before.
    init(_ stream: ByteStream, _ delimiter: Delimiter, linesBefore: Int = 0) {
        nextLine = linesBefore + 1
        self.stream = stream
        self.delimiter = delimiter
    }

    var fieldCount: Int { ends.count }

    /// The bytes of a field, which need not be UTF-8.
    func field(_ index: Int) -> ArraySlice<UInt8> {
        bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
    }

    /// A field as text; what is not UTF-8 becomes replacement characters.
    func text(_ index: Int) -> String { String(decoding: field(index), as: UTF8.self) }

    /// Reads the next row that is not blank; false at the end.
    ///
    /// - Throws: ``Failure`` where a quote is not closed, or a row does not end.
    mutating func next() throws(Failure) -> Bool {
        do throws(ByteStream.Failure) {
            repeat {
                guard try stream.peek() != nil else { return false }
                line = nextLine
                bytes.removeAll(keepingCapacity: true)
                ends.removeAll(keepingCapacity: true)
                if let problem = try readRow() { throw ByteStream.Failure(text: problem) }
            } while bytes.isEmpty && ends.count <= 1
            return true
        } catch {
            throw Failure(line: line, text: error.text)
        }
    }

    /// Reads a row; what is wrong with it, if anything.
    private mutating func readRow() throws(ByteStream.Failure) -> String? {
        while true {
            if delimiter == .blanks {
                while let byte = try stream.peek(), byte == 0x20 || byte == 0x09 {
                    _ = try stream.next()
                }
            }
            if try stream.peek() == UInt8(ascii: "\"") {
                if let problem = try readQuoted() { return problem }
            }
            let end = try readPlain()
            guard bytes.count + ends.count <= Self.rowLimit else {
                return "it is longer than \(Self.rowLimit) bytes"
            }
            let start = ends.last ?? 0
            if delimiter != .blanks || bytes.count > start { ends.append(bytes.count) }
            if end { return nil }
        }
    }

    /// Reads to the end of a field without quotes; true where the row ends too.
    private mutating func readPlain() throws(ByteStream.Failure) -> Bool {
        while let byte = try stream.next() {
            switch byte {
            case 0x0A:
                nextLine += 1
                return true
            case 0x0D where try stream.peek() == 0x0A: break
            case 0x20, 0x09:
                if delimiter == .blanks || delimiter == .byte(byte) { return false }
                bytes.append(byte)
            default:
                if delimiter == .byte(byte) { return false }
                bytes.append(byte)
                if bytes.count > Self.rowLimit { return true }
            }
        }
        return true
    }

    /// Reads a field in quotes, up to the quote that closes it.
    private mutating func readQuoted() throws(ByteStream.Failure) -> String? {
        _ = try stream.next()
        while let byte = try stream.next() {
            if byte == 0x0A { nextLine += 1 }
            if byte == UInt8(ascii: "\"") {
                guard try stream.peek() == UInt8(ascii: "\"") else { return nil }
                _ = try stream.next()
            }
            bytes.append(byte)
            if bytes.count > Self.rowLimit { return "it is longer than \(Self.rowLimit) bytes" }
        }
        return "a quote is never closed"
    }
}
