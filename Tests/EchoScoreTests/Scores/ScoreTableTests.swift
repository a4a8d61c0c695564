import EchoScore
import EchoStore
import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct ScoreTableTests {
    private static let rows = [
        ScoreRow(
            id: "a,\"b\"\nc\r\u{301}", channel: 3, group: "fan/section_00", label: "normal",
            domain: "source", time: 1_714_564_800.25, score: 0.1 + 0.2, threshold: 1e-300,
            nearest: [
                .init(id: "", channel: nil, distance: -0.5),
                .init(id: "é", channel: 1, distance: 2),
            ]),
        ScoreRow(id: "e\u{301}", score: .leastNonzeroMagnitude),
    ]

    @Test func whatIsWrittenIsReadAgain() throws {
        let folder = try ScratchFolder()
        let text =
            ScoreTable.header(nearestCount: 2)
            + Self.rows.map { ScoreTable.line($0, nearestCount: 2) }.joined()
        let rows = try ScoreTable.read(try folder.text("scores.csv", text))
        #expect(rows == Self.rows)
        #expect(rows.map { Array($0.id.utf8) } == Self.rows.map { Array($0.id.utf8) })
        #expect(text.contains("2024-05-01T12:00:00.250Z"))
    }

    @Test(arguments: [
        ("", "empty"), ("id,score\n", "columns"), ("a,,,,,,1,,\n", "fields"),
        ("a,,,,,,,,,,,\n", "no score"), ("a,,,,,,much,,,,,\n", "score is \"much\""),
        ("a,,,,,yesterday,1,,,,,\n", "time is \"yesterday\""),
        ("a,,,,,,1,,perhaps,,,\n", "odd is \"perhaps\""), ("\"a,,,,,,1\n", "quote"),
        ("a,,,,,,1,,,b,one,2\n", "channel is \"one\""),
    ])
    func whatIsNoTableIsNamed(text: String, problem: String) throws {
        let folder = try ScratchFolder()
        let hasHeader = !text.isEmpty && !text.hasPrefix("id")
        let path = try folder.text(
            "scores.csv", (hasHeader ? ScoreTable.header(nearestCount: 1) : "") + text)
        let error = #expect(throws: StoreError.self) { try ScoreTable.read(path) }
        let message = error?.description ?? ""
        #expect(message.contains(problem) && message.contains("scores.csv"), "\(message)")
        #expect(!hasHeader || message.contains("line 2"), "\(message)")
    }

    /// As a later release may write it.
    @Test func columnsBehindThoseThatAreKnownArePassedOver() throws {
        let folder = try ScratchFolder()
        let header = String(ScoreTable.header(nearestCount: 2).dropLast())
        let line = String(ScoreTable.line(Self.rows[0], nearestCount: 2).dropLast())
        let text = header + ",shift,nearest_4\n" + line + ",0.5,x\n"
        #expect(try ScoreTable.read(try folder.text("scores.csv", text)) == [Self.rows[0]])
    }

    @Test func nearestAreAsManyAsThereAreColumns() {
        let line = ScoreTable.line(Self.rows[0], nearestCount: 1)
        #expect(line.hasSuffix(",true,,,-0.5\n"))
        #expect(ScoreTable.line(Self.rows[1], nearestCount: 2).hasSuffix("5e-324,,,,,,,,\n"))
    }
}
