import EchoFormats
import Testing

@Suite(.timeLimit(.minutes(20))) struct NameTests {
    /// One letter in one code point, and in two.
    private static let (composed, decomposed) = ("\u{E9}.wav", "e\u{301}.wav")

    @Test func namesAreEqualWhereTheirBytesAre() {
        #expect(Self.composed == Self.decomposed)
        #expect(ByteName(Self.composed) != ByteName(Self.decomposed))
        #expect(Set([Self.composed, Self.decomposed].map(ByteName.init)).count == 2)
        #expect(ByteName(Self.composed) == ByteName("\u{E9}" + ".wav"))
    }

    /// A combining mark after a slash makes one character with it.
    @Test func slashesAreFoundBeforeCombiningMarks() {
        let path = "/in/\u{301}m.wav"
        #expect(path.pathParts == ["in", "\u{301}m.wav"])
        #expect(path.fileName.hasSameBytes(as: "\u{301}m.wav"))
        #expect(path.parentPath == "/in")
        #expect("/\u{301}m".isAbsolutePath)
        #expect("/\u{301}m".parentPath == "/")
        #expect("in/".asFolderPrefix == "in/")
        #expect("in".asFolderPrefix == "in/")
        #expect("".asFolderPrefix == "")
        #expect("a//b/".pathParts(keepingEmpty: true) == ["a", "", "b", ""])
        #expect("a".parentPath == nil)
    }

    @Test(arguments: [
        ("a.WAV", "wav"), ("x.tar/a.b.Npy", "npy"), ("d.wav/a", nil), ("a.", ""),
        (".\u{301}wav", "\u{301}wav"),
    ])
    func endingsAreThoseOfTheLastName(path: String, ending: String?) {
        #expect(path.ending == ending)
    }

    @Test func suffixesAreBytes() {
        #expect("a.json".endsInBytes(of: ".json"))
        #expect(!"a.json\u{301}".endsInBytes(of: ".json"))
        #expect("\u{301}.json".droppingLastBytes(5).hasSameBytes(as: "\u{301}"))
    }

    @Test(arguments: [
        ("a\u{1B}[31mb", "a\\u{1b}[31mb"), ("a\rb\nc", "a\\u{d}b\\u{a}c"),
        ("a\u{202E}b", "a\\u{202e}b"),
        ("a\u{200B}\u{2028}", "a\\u{200b}\\u{2028}"), ("\u{9B}2J\u{7F}", "\\u{9b}2J\\u{7f}"),
        ("Größe 温度 🙂", "Größe 温度 🙂"),
    ])
    func whatIsNotVisibleIsEscaped(text: String, result: String) {
        #expect(shown(text) == result)
    }

    @Test func longTextsAreCut() {
        #expect(shown("abcdef", limit: 3) == "abc…")
        #expect(quoted(String(repeating: "x", count: 81)).hasSuffix("x…\""))
    }

    /// A terminal obeys what it is shown of a file, too.
    @Test func JSONEscapesWhatIsNotVisible() throws {
        let value = JSONValue.string("a\u{9B}b\u{202E}c\u{E0001}\u{1B}é")
        #expect(value.text == #""a\u009bb\u202ec\udb40\udc01\u001bé""#)
        var scanner = JSONScanner(Array(value.text.utf8))
        #expect(try scanner.value() == value)
    }

    @Test func sumsOfClaimedSizesEndAtTheLargestNumber() {
        #expect((Int.max - 1).addingClamped(5) == Int.max)
        #expect(3.addingClamped(4) == 7)
    }
}
