import EchoScore
import EchoTestSupport
import Foundation
import Testing

/// `echo-gpu score` on embeddings that are known.
@Suite(.timeLimit(.minutes(20))) struct ScoreCommandTests {
    private static func bank(_ archive: VectorArchive) throws -> String {
        try archive.write(
            "bank", [.init("b/x", [1, 0]), .init("b/y", [0, 1]), .init("b/z", [3, 3])])
    }

    @Test func aScoreIsTheDistanceToTheNearest() throws {
        let archive = try VectorArchive()
        let bank = try Self.bank(archive)
        let test = try archive.write("test", [.init("t/1", [2, 1]), .init("t/2", [-1, 0])])
        let result = try archive.score(
            "--bank", bank, "--test", test, "--nearest", "2", "--output", archive["scores"])
        #expect(result.status == 0, "\(result.standardError)")
        let rows = try ScoreTable.read(archive["scores/scores.csv"])
        #expect(rows.map(\.id) == ["t/1", "t/2"])
        // 1 - 3 / sqrt(10), 1 - 2 / sqrt(5); of equal distances the lower row.
        #expect(abs(rows[0].score - (1 - 3 / 10.0.squareRoot())) < 1e-9)
        #expect(rows[0].nearest.map(\.id) == ["b/z", "b/x"])
        #expect(abs(rows[0].nearest[1].distance - (1 - 2 / 5.0.squareRoot())) < 1e-9)
        #expect(rows[1].nearest.map(\.id) == ["b/y", "b/z"] && abs(rows[1].score - 1) < 1e-9)
        #expect(rows[0].time == 1_700_000_000 && rows[0].channel == nil && rows[0].label == nil)
        #expect(result.standardOutput.contains("Scored 2 recordings against 3"))
    }

    @Test(arguments: [
        (["--metric", "euclidean"], 1.0), (["--k", "2", "--metric", "euclidean"], 1.5),
        (["--k", "2", "--metric", "euclidean", "--aggregate", "kth"], 2.0),
        // A bank of three has no fourth: all of it counts.
        (["--k", "4", "--metric", "euclidean"], 2.0),
    ])
    func neighboursBecomeOneScore(arguments: [String], expected: Double) throws {
        let archive = try VectorArchive()
        let bank = try archive.write("bank", [.init("a", [1]), .init("b", [2]), .init("c", [3])])
        let test = try archive.write("test", [.init("t", [0])])
        let result = try EchoGPUProcess(
            ["score", "--bank", bank, "--test", test, "--output", archive["scores"]] + arguments)
        #expect(result.status == 0, "\(result.standardError)")
        let row = try #require(try ScoreTable.read(archive["scores/scores.csv"]).first)
        #expect(row.score == expected)
        #expect(result.standardError.contains("fewer than --k 4") == arguments.contains("4"))
    }

    @Test func groupsHaveBanksAndThresholdsOfTheirOwn() throws {
        let archive = try VectorArchive()
        func recording(_ id: String, _ value: Float, _ group: String) -> VectorArchive.Recording {
            .init(id, [value], fields: ["machine": group])
        }
        let bank = try archive.write(
            "bank",
            [
                recording("a0", 0, "fan"), recording("a1", 1, "fan"), recording("a2", 3, "fan"),
                recording("b0", 100, "pump"),
            ])
        let test = try archive.write(
            "test",
            [recording("s", 5, "fan"), recording("t", 4, "fan"), recording("u", 90, "pump")])
        let result = try archive.score(
            "--bank", bank, "--test", test, "--group-by", "machine", "--metric", "euclidean",
            "--quantile", "0.75", "--output", archive["scores"])
        #expect(result.status == 0, "\(result.standardError)")
        let rows = try ScoreTable.read(archive["scores/scores.csv"])
        #expect(rows.map(\.group) == ["fan", "fan", "pump"])
        #expect(rows.map(\.score) == [2, 1, 10])
        // The fans' own: 1, 1, 2; numpy.quantile of these at 0.75 is 1.5. One pump has no other.
        #expect(rows.map(\.threshold) == [1.5, 1.5, nil])
        #expect(rows.map(\.isOdd) == [true, false, nil])
        #expect(result.standardError.contains("group pump"))
    }

    @Test func eachIsHeldAgainstTheOthers() throws {
        let archive = try VectorArchive()
        let test = try archive.write("test", [.init("a", [0]), .init("b", [1]), .init("c", [9])])
        let result = try archive.score(
            "--test", test, "--loocv", "--metric", "euclidean", "--output", archive["scores"])
        #expect(result.status == 0, "\(result.standardError)")
        let rows = try ScoreTable.read(archive["scores/scores.csv"])
        #expect(rows.map(\.score) == [1, 1, 8])
        #expect(rows.map { $0.nearest.map(\.id) } == [["b", "c"], ["a", "c"], ["b", "a"]])
    }

    @Test func channelsAreHeldAgainstTheirOwn() throws {
        let archive = try VectorArchive()
        func each(_ id: String, _ first: Float, _ second: Float) -> [VectorArchive.Recording] {
            [.init(id, [first], channel: 0), .init(id, [second], channel: 1)]
        }
        let bank = try archive.write("bank", each("a", 1, 7) + each("b", 2, 8))
        let test = try archive.write("test", each("t", 7, 8.5))
        let result = try archive.score(
            "--bank", bank, "--test", test, "--metric", "euclidean", "--output", archive["scores"])
        #expect(result.status == 0, "\(result.standardError)")
        let rows = try ScoreTable.read(archive["scores/scores.csv"])
        #expect(rows.map(\.channel) == [0, 1] && rows.map(\.score) == [5, 0.5])
        #expect(rows[1].nearest.map(\.channel) == [1, 1])
    }

    @Test func severalFoldersAreOneBank() throws {
        let archive = try VectorArchive()
        try archive.write("banks/1", [.init("a", [1, 0])], failed: ["broken"])
        try archive.write("banks/2", [.init("b", [0, 1]), .init("c", [1, 1])])
        let test = try archive.write("test", [.init("t", [0, 5]), .init("u", [1, 1.1])])
        let result = try archive.score(
            "--bank", archive["banks/*"], "--test", test, "--json", "--output", archive["scores"])
        #expect(result.status == 0, "\(result.standardError)")
        let rows = try ScoreTable.read(archive["scores/scores.csv"])
        #expect(rows.map { $0.nearest[0].id } == ["b", "c"])
        let counts = try #require(try result.json()["counts"] as? [String: Int])
        #expect(counts["bank"] == 3 && counts["bank_failed"] == 1 && counts["test"] == 2)
        let file = try String(contentsOfFile: archive["scores/metrics.json"], encoding: .utf8)
        #expect(result.standardOutput == file)
    }

    @Test func aPartOfAFolderIsChosenByItsFields() throws {
        let archive = try VectorArchive()
        let all = try archive.write(
            "all",
            ["train", "train", "test", "spare"].enumerated().map { index, split in
                .init("\(index)", [Float(index)], fields: ["split": split])
            })
        let result = try archive.score(
            "--bank", all, "--bank-where", "split=train", "--test", all, "--test-where",
            "split!=train", "--test-where", "split!=spare", "--metric", "euclidean", "--output",
            archive["scores"])
        #expect(result.status == 0, "\(result.standardError)")
        let rows = try ScoreTable.read(archive["scores/scores.csv"])
        #expect(rows.map(\.id) == ["2"] && rows.map(\.score) == [1])
    }

    @Test func aFolderOfOursIsReplacedAndNoOther() throws {
        let archive = try VectorArchive()
        let bank = try Self.bank(archive)
        let test = try archive.write("test", [.init("t", [2, 1])])
        let scores = archive["scores"]
        #expect(try archive.score("--bank", bank, "--test", test, "--output", scores).status == 0)
        try archive.folder.text("scores/report.html", "mine")
        let again = try archive.score("--test", bank, "--loocv", "--output", scores)
        #expect(again.status == 0, "\(again.standardError)")
        #expect(try ScoreTable.read(scores + "/scores.csv").count == 3)
        #expect(try archive.folder.files(in: "scores").contains("report.html"))
        try archive.folder.text("foreign/metrics.json", "{}")
        let refused = try archive.score(
            "--bank", bank, "--test", test, "--output", archive["foreign"])
        #expect(refused.status == 65 && refused.standardError.contains("foreign"))
        #expect(try archive.folder.files(in: "foreign") == ["metrics.json"])
    }
}
