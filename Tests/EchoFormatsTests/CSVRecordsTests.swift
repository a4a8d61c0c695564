import EchoFormats
import Testing

@Suite(.timeLimit(.minutes(20)))
struct CSVRecordsTests {
    private func fields(_ text: String) throws -> [[String]] {
        try CSVRecords.all(in: Array(text.utf8)).map(\.fields)
    }

    @Test(arguments: [
        ("", []), ("\n\r\n", []), ("a", [["a"]]), ("a,b\nc,d\n", [["a", "b"], ["c", "d"]]),
        ("a,b\r\nc,d", [["a", "b"], ["c", "d"]]), (",\n", [["", ""]]), ("a,", [["a", ""]]),
        ("\"a,b\",\"c\"\"d\",\"\"\n", [["a,b", "c\"d", ""]]), ("\"a\r\nb\",c", [["a\r\nb", "c"]]),
        ("\u{FEFF}a,b", [["a", "b"]]), ("a\rb\n", [["a\rb"]]), ("a b, \"c", [["a b", " \"c"]]),
        ("e,\u{301}f\n", [["e", "\u{301}f"]]),
    ])
    func recordsAreThoseOfRFC4180(_ text: String, _ expected: [[String]]) throws {
        #expect(try fields(text) == expected)
    }

    @Test func recordsKnowTheirLines() throws {
        let records = try CSVRecords.all(in: Array("a\n\n\"b\nc\",d\ne\n".utf8))
        #expect(records.map(\.line) == [1, 3, 5])
    }

    @Test(arguments: [("a\n\"b", 2), ("\"a\"b", 1), ("\"a\n\"b\n", 2)])
    func whatIsMalformedIsNamedByItsLine(_ text: String, _ line: Int) {
        let error = #expect(throws: CSVRecords.Malformed.self) { try fields(text) }
        #expect(error?.line == line)
    }

    @Test func whatIsNoUnicodeIsRefused() {
        let error = #expect(throws: CSVRecords.Malformed.self) {
            try CSVRecords.all(in: [0x61, 0x0A, 0xC3, 0x0A])
        }
        #expect(error?.line == 2)
    }

    @Test(arguments: ["", "a", "a,b", "\"", "a\nb", "a\rb", "\"\u{301}", "é, \"x\""])
    func whatIsWrittenIsReadAgain(_ text: String) throws {
        let line = "\(text.asCSVField),\("b,".asCSVField)\n"
        #expect(
            try fields(line).map { $0.map { Array($0.utf8) } } == [
                [Array(text.utf8), Array("b,".utf8)]
            ])
    }
}
