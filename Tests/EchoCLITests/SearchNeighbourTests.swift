import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// Which rows of a folder are neighbours of a query: not its own, and none of other settings.
@Suite(.timeLimit(.minutes(20))) struct SearchNeighbourTests {
    /// Five recordings in `in`, embedded into `out` at both levels; `in/sub/c.wav` sounds like `in/c.wav`.
    private static func archive() throws -> EitherLayout {
        let runs = try EitherLayout(.parts)
        for (seed, name) in ["a", "b", "c", "d", "sub/c"].enumerated() {
            try runs.recording("in/\(name).wav", seed: UInt64(seed % 4 + 1))
        }
        // Of another time, and so another recording than in/c.wav.
        try runs.recording("in/sub/c.wav", seed: 3, modified: 1.1e9)
        let run = try runs.extract("--level", "both", runs.folder["in"])
        #expect(run.status == 0, "\(run.standardError)")
        return runs
    }

    private static func search(_ runs: EitherLayout, _ arguments: [String]) throws -> EchoGPUProcess
    {
        try EchoGPUProcess(
            [
                "search", "--in", runs.folder["out"], "--device", "cpu", "--model",
                runs.place.model, "--json",
            ] + arguments)
    }

    private struct Answer {
        let query: String
        let own: Int
        let hits: [String]
    }

    private static func answers(_ run: EchoGPUProcess) throws -> [Answer] {
        #expect(run.status == 0, "\(run.standardError)")
        let answers = try #require(try run.json()["answers"] as? [[String: Any]])
        return answers.map { answer in
            let hits = (answer["hits"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
            return Answer(
                query: answer["query"] as? String ?? "", own: answer["own_row_count"] as? Int ?? -1,
                hits: hits)
        }
    }

    /// However a query is asked for, it is no neighbour of its own; its like of another time is the nearest.
    @Test(arguments: ["utterance", "segment"])
    func aFoldersRecordingsAreNoNeighboursOfTheirOwn(level: String) throws {
        let runs = try Self.archive()
        try runs.recording("one/c.wav", seed: 3)
        for arguments in [
            [runs.folder["one"]], ["--id", "c.wav", "--file", runs.folder["one/c.wav"]],
            [runs.folder["in/a.wav"], runs.folder["one"]],
        ] {
            let run = try Self.search(runs, ["--level", level] + arguments)
            let answer = try #require(try Self.answers(run).last)
            #expect(answer.query.hasSuffix("one/c.wav") && answer.own > 0, "\(arguments)")
            #expect(answer.hits.first == "sub/c.wav", "\(arguments): \(answer.hits)")
            #expect(!answer.hits.contains("c.wav"), "\(arguments): \(answer.hits)")
        }
        let all = try Self.answers(Self.search(runs, ["--level", level, runs.folder["in"]]))
        #expect(all.count == 5)
        for answer in all {
            let id = String(answer.query.dropFirst(runs.folder["in"].count + 1))
            #expect(answer.own > 0 && !answer.hits.contains(id), "\(id): \(answer.hits)")
        }
    }

    /// A recording that the folder has under several ids is left out under each; a member of an archive too.
    @Test func membersAndSeveralIdsAreLeftOut() throws {
        let runs = try Self.archive()
        for name in ["x/c.wav", "y/c.wav"] {
            try runs.recording("more/\(name)", seed: 3)
        }
        #expect(try runs.extract(runs.folder["more"]).status == 0)
        let tar = try EchoGPUProcess(
            ["-cf", runs.folder["q.tar"], "-C", runs.folder["in"], "c.wav"],
            program: URL(fileURLWithPath: "/bin/tar"))
        #expect(tar.status == 0, "\(tar.standardError)")
        #expect(try runs.extract(runs.folder["q.tar"]).status == 0)
        for (query, own, ownID) in [("more/x/c.wav", 3, "c.wav"), ("q.tar", 1, "q.tar/c.wav")] {
            let answers = try Self.answers(Self.search(runs, [runs.folder[query]]))
            #expect(answers.count == 1 && answers[0].own == own, "\(query): \(answers)")
            #expect(answers[0].hits.count == 8 - own)
            #expect(!answers[0].hits.contains(ownID))
        }
    }

    /// What `score` refuses to compare, `search` leaves out and counts, and `report` tells of; what may be
    /// compared is.
    @Test func rowsOfOtherSettingsAreLeftOutAndCounted() throws {
        let runs = try Self.archive()
        // How files are read changes no row that is there.
        try runs.recording("in/e.wav", seed: 5)
        let same = try runs.extract("--sample-rate", "8000", runs.folder["in"])
        #expect(same.status == 0, "\(same.standardError)")
        let together = try Self.search(runs, ["--id", "e.wav"])
        #expect(try Self.answers(together)[0].hits.count == 5)
        let page = ["report", runs.folder["out"], "--output", runs.folder["page.html"]]
        let calm = try EchoGPUProcess(page)
        #expect(calm.status == 0 && !calm.standardError.contains("not comparable"))

        try runs.recording("in/f.wav", seed: 6)
        let forced = try runs.extract("--channels", "0", "--force", runs.folder["in"])
        #expect(forced.status == 0, "\(forced.standardError)")
        let new = try Self.search(runs, ["--id", "f.wav"])
        #expect(try Self.answers(new)[0].hits.isEmpty)
        let notes = try new.json()["notes"] as? [String] ?? []
        #expect(notes.contains { $0.contains("(channels)") && $0.contains("6 embeddings") })
        let old = try Self.search(runs, ["--id", "a.wav"])
        #expect(old.status == 64 && old.standardError.contains("channels"), "\(old.standardError)")
        let score = try EchoGPUProcess(["score", "--test", runs.folder["out"], "--loocv"])
        #expect(score.status == 64 && score.standardError.contains("channels"))
        let report = try EchoGPUProcess(page)
        #expect(report.status == 0, "\(report.standardError)")
        #expect(report.standardError.contains("2 models or settings"), "\(report.standardError)")
    }
}
