import EchoFormats
import Testing

@Suite(.timeLimit(.minutes(20))) struct JSONValueTests {
    private static func value(_ text: String) throws -> JSONValue {
        var scanner = JSONScanner(Array(text.utf8))
        let value = try scanner.value()
        try scanner.end()
        return value
    }

    /// Order, digits, escapes and nesting, to the letter.
    @Test(arguments: [
        #"{"z":1,"a":[true,false,null],"m":{"y":{},"b":[]}}"#,
        #"[0,-0,1.50,12345678901234567890123,-1E+400,1e-7]"#,
        #"["\"\\\n\r\t\u0001","é","🎵","/"]"#,
        #""text""#, "3", "null",
    ])
    func whatIsReadIsWrittenAgain(text: String) throws {
        #expect(try Self.value(text).text == text)
    }

    @Test func membersAreFoundByName() throws {
        let value = try Self.value(#" { "b" : 1 , "a" : "x" } "#)
        guard case .object(let object) = value else { throw Unexpected() }
        #expect(object["a"] == .string("x"))
        #expect(object["b"] == .integer(1))
        #expect(object["c"] == nil)
        #expect(object == ["b": .number("1"), "a": .string("x")])
        #expect(object != ["a": .string("x"), "b": .number("1")])
    }

    @Test(arguments: [
        "", "{", "[1,]", "{\"a\":1,\"a\":2}", "01", "nul", "\"\u{1}\"", "\"\\x\"", "{1:2}", "1 2",
        String(repeating: "[", count: 100),
    ])
    func whatIsNoJSONIsRefused(text: String) {
        #expect(throws: JSONScanner.Failure.self) { try Self.value(text) }
    }

    struct Unexpected: Error {}
}
