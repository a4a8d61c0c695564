import EchoFormats
import Testing

import EchoReport

@Suite(.timeLimit(.minutes(20)))
struct HTMLTests {
    @Test(arguments: [
        ("<script>", "&lt;script&gt;"),
        ("a & b", "a &amp; b"),
        ("&amp;", "&amp;amp;"),
        ("\" onclick='x'", "&quot; onclick=&#39;x&#39;"),
        ("one\u{2028}two\u{202e}", "one\\u{2028}two\\u{202e}"),
        ("nul\u{0} tab\t", "nul\\u{0} tab\\u{9}"),
        // A combining mark makes one character with the sign before it, and it is escaped all the same.
        ("<\u{338}b", "&lt;\u{338}b"),
        ("öffnen דלת", "öffnen דלת"),
    ])
    func textIsEscaped(_ text: String, _ expected: String) {
        let html: HTML = "<td title=\"\(text)\">\(text)</td>"
        #expect(html.text == "<td title=\"\(expected)\">\(expected)</td>")
    }

    @Test func piecesOfOurOwnAreNot() {
        let cell: HTML = "<b>\("<")</b>"
        let row: HTML = "<p>\(cell)\([cell, cell])\(12)</p>"
        #expect(row.text == "<p><b>&lt;</b><b>&lt;</b><b>&lt;</b>12</p>")
    }

    @Test func aLongNameIsCut() {
        let html = HTML.name(String(repeating: "<", count: 100_000))
        #expect(html.text.utf8.count < 2000 && html.text.hasSuffix("…</bdi>"))
    }

    @Test func dataCannotEndItsElement() throws {
        // U+0D4E and the sign behind it are one character.
        let name = "\u{d4e}</script><!-- \u{2028} \u{202e} \" \\ é"
        let html = HTML.data(.array([.string(name)]), id: "names").text
        let body = try #require(html.firstMatch(of: #/<script[^>]*>(.*)</script>/#)?.1)
        #expect(!body.utf8.contains(UInt8(ascii: "<")))
        #expect(!body.unicodeScalars.contains { !$0.isVisible })
        var scanner = JSONScanner(Array(body.utf8))
        #expect(try scanner.value() == .array([.string(name)]))
    }

    @Test(arguments: [
        ("/a/rec/x.wav", "/a/pages", "../rec/x.wav"),
        ("/a/x.wav", "/a", "x.wav"),
        ("/x.wav", "/a/b", "../../x.wav"),
        ("/a/javascript:run().wav", "/a", "javascript%3Arun%28%29.wav"),
        ("/a/50% #1?é.wav", "/a", "50%25%20%231%3F%C3%A9.wav"),
        ("/a/ab/x.wav", "/a/a", "../ab/x.wav"),
    ])
    func linksAreRelative(_ path: String, _ folder: String, _ expected: String) {
        #expect(RelativeURL(path: path, from: folder).text == expected)
    }
}
