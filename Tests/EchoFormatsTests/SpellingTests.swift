import EchoFormats
import Testing

@Suite(.timeLimit(.minutes(20))) struct SpellingTests {
    @Test(arguments: [
        ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("abc", "abd", 1),
        ("abc", "acb", 1), ("ca", "abc", 3), ("extrat", "extract", 1), ("kitten", "sitting", 3),
    ])
    func distances(first: String, second: String, distance: Int) {
        #expect(Spelling.distance(Array(first.utf8), Array(second.utf8)) == distance)
        #expect(Spelling.distance(Array(second.utf8), Array(first.utf8)) == distance)
    }

    @Test func theNearestOrNone() {
        let names = ["extract", "plan", "score", "search"]
        #expect(Spelling.nearest(to: "serach", among: names) == "search")
        #expect(Spelling.nearest(to: "paln", among: names) == "plan")
        #expect(Spelling.nearest(to: "xyz", among: names) == nil)
        #expect(Spelling.nearest(to: "plan", among: []) == nil)
        #expect(Spelling.nearest(to: String(repeating: "x", count: 1 << 16), among: names) == nil)
    }

    @Test func beginnings() {
        let names = ["output", "retry-failed", "recordings", "replace", "reset"]
        #expect(Spelling.candidates(for: "out", among: names) == ["output"])
        #expect(Spelling.candidates(for: "retry", among: names) == ["retry-failed"])
        #expect(Spelling.candidates(for: "re", among: names) == [], "four are no suggestion")
        #expect(Spelling.candidates(for: "o", among: names) == [])
    }
}
