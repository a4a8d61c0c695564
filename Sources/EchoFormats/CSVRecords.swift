/// Records of comma-separated text as RFC 4180 has it, one after the other.
///
/// Fields may stand in quotes; in there a comma or a line break is text, and two quotes are one. Lines end in
/// LF or CRLF; a byte order mark at the start and empty lines are skipped.
package struct CSVRecords {
    private let bytes: [UInt8]
    private var place: Int
    private var line = 1

    package struct Record: Hashable, Sendable {
        /// The line that it begins in, from 1.
        package let line: Int
        package let fields: [String]
    }

    package struct Malformed: Error, Hashable, Sendable {
        package let line: Int
        package let reason: String

        package init(line: Int, reason: String) { (self.line, self.reason) = (line, reason) }
    }

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        place = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// All of them.
    package static func all(in bytes: [UInt8]) throws(Malformed) -> [Record] {
        var records = CSVRecords(bytes)
        var all: [Record] = []
        while let record = try records.record() { all.append(record) }
        return all
    }

    /// The next one; nil at the end.
    ///
    /// - Throws: ``Malformed`` for a quote that is never closed, text beside quotes, and what is not UTF-8.
    package mutating func record() throws(Malformed) -> Record? {
        while place < bytes.count, isLineEnd { skipLineEnd() }
        guard place < bytes.count else { return nil }
        let start = line
        var fields = [try field()]
        while place < bytes.count, bytes[place] == comma {
            place += 1
            fields.append(try field())
        }
        if place < bytes.count { skipLineEnd() }
        return Record(line: start, fields: fields)
    }

    private mutating func field() throws(Malformed) -> String {
        guard place < bytes.count, bytes[place] == quote else {
            let end = bytes[place...].firstIndex { $0 == comma || $0 == lineFeed } ?? bytes.count
            var field = bytes[place..<end]
            if end == bytes.count || bytes[end] == lineFeed, field.last == carriageReturn {
                field.removeLast()
            }
            place += field.count
            return try text(field)
        }
        return try quotedField()
    }

    private mutating func quotedField() throws(Malformed) -> String {
        let start = line
        place += 1
        var field: [UInt8] = []
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            if byte == lineFeed { line += 1 }
            guard byte == quote else {
                field.append(byte)
                continue
            }
            if place < bytes.count, bytes[place] == quote {
                field.append(quote)
                place += 1
            } else if place == bytes.count || bytes[place] == comma || isLineEnd {
                return try text(field[...])
            } else {
                throw Malformed(line: line, reason: "text follows a field in quotes")
            }
        }
        throw Malformed(line: start, reason: "a quote is opened and never closed")
    }

    private func text(_ bytes: ArraySlice<UInt8>) throws(Malformed) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Malformed(line: line, reason: "it is not UTF-8")
        }
        return text
    }

    private var isLineEnd: Bool {
        bytes[place] == lineFeed
            || bytes[place] == carriageReturn
                && (place + 1 == bytes.count || bytes[place + 1] == lineFeed)
    }

    /// A record with its end, fields in quotes where they need them.
    package static func line(_ fields: [String]) -> String {
        fields.map(\.asCSVField).joined(separator: ",") + "\n"
    }

    private mutating func skipLineEnd() {
        if bytes[place] == carriageReturn { place += 1 }
        if place < bytes.count, bytes[place] == lineFeed { place += 1 }
        line += 1
    }
}

private let comma = UInt8(ascii: ",")
private let quote = UInt8(ascii: "\"")
private let lineFeed = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")

extension String {
    /// As a field of comma-separated text: in quotes where it needs them.
    package var asCSVField: String {
        guard utf8.contains(where: { [comma, quote, lineFeed, carriageReturn].contains($0) }) else {
            return self
        }
        // By code points: a quote may make one character with a mark that follows it.
        var field = "\""
        for scalar in unicodeScalars {
            if scalar == "\"" { field.unicodeScalars.append(scalar) }
            field.unicodeScalars.append(scalar)
        }
        return field + "\""
    }
}
