/// Text of RFC 4180: fields with commas between them, in quotes where they hold a comma, a quote or a line
/// break; a quote in them is doubled. Lines end in a line feed; a carriage return before it is read too.
package enum CSVText {
    /// What is wrong, and on which line, from 1.
    package struct Failure: Error, Hashable {
        package let line: Int
        package let problem: String
    }

    private static let comma = UInt8(ascii: ",")
    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// A line with its end.
    package static func line(_ fields: [String]) -> String {
        fields.map(field).joined(separator: ",") + "\n"
    }

    private static func field(_ text: String) -> String {
        let marks = [comma, quote, lineFeed, carriageReturn]
        guard text.utf8.contains(where: marks.contains) else { return text }
        // By code points: a quote that a mark follows makes one character with it.
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" { quoted += "\"" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }

    /// Hands out the records one by one, with the line that each begins on; empty lines are left out.
    ///
    /// - Throws: ``Failure`` where a quote is not closed, or stands in the middle of a field, or a field is not
    ///   UTF-8.
    package static func forEachRecord(
        _ bytes: [UInt8], _ take: (_ fields: [String], _ line: Int) throws(Failure) -> Void
    ) throws(Failure) {
        var position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var line = 1
        while position < bytes.count {
            let start = line
            let fields = try record(bytes, &position, &line)
            if fields != [""] { try take(fields, start) }
        }
    }

    /// Reads a record and steps over its end.
    private static func record(
        _ bytes: [UInt8], _ position: inout Int, _ line: inout Int
    ) throws(Failure) -> [String] {
        var fields: [String] = []
        while true {
            fields.append(try field(bytes, &position, &line))
            guard position < bytes.count else { return fields }
            defer { position += 1 }
            switch bytes[position] {
            case comma: continue
            case carriageReturn:
                if position + 1 < bytes.count, bytes[position + 1] == lineFeed { position += 1 }
                fallthrough
            case lineFeed:
                line += 1
                return fields
            default:
                throw Failure(line: line, problem: "a field goes on after its closing quote")
            }
        }
    }

    private static func field(
        _ bytes: [UInt8], _ position: inout Int, _ line: inout Int
    ) throws(Failure) -> String {
        let start = line
        var value: [UInt8] = []
        if position < bytes.count, bytes[position] == quote {
            position += 1
            while true {
                guard position < bytes.count else {
                    throw Failure(line: start, problem: "a quote is not closed")
                }
                let byte = bytes[position]
                position += 1
                if byte == quote {
                    guard position < bytes.count, bytes[position] == quote else { break }
                    position += 1
                }
                if byte == lineFeed { line += 1 }
                value.append(byte)
            }
        } else {
            let ends = [comma, lineFeed, carriageReturn]
            let end = bytes[position...].firstIndex(where: ends.contains) ?? bytes.count
            value = Array(bytes[position..<end])
            position = end
            if value.contains(quote) {
                throw Failure(line: start, problem: "a quote stands in a field without quotes")
            }
        }
        guard let text = String(validating: value, as: UTF8.self) else {
            throw Failure(line: start, problem: "a field is not UTF-8")
        }
        return text
    }
}
