import EchoScore
import EchoTestSupport
import Foundation
import Testing

/// `echo-gpu score` on recordings, embedded by `extract` before or in memory.
@Suite(.timeLimit(.minutes(20))) struct ScoreRecordingTests {
    /// A tree of machines as DCASE has it, of half a second each; anomalous test clips are another tone.
    private static func tree() throws -> Workplace {
        let place = try Workplace()
        var seed: UInt64 = 0
        for (use, label, count) in [
            ("train", "normal", 3), ("test", "normal", 2), ("test", "anomaly", 2),
        ] {
            for number in 0..<count {
                seed += 1
                let name = "section_00_source_\(use)_\(label)_000\(number).wav"
                let own = label == "normal" ? seed % 3 : 40 + seed
                let signal = ExtractFixtures.signal(
                    seed: own, sampleCount: 4000 + 10 * Int(seed), sampleRate: 8000)
                try place.folder.wav("dev_data/fan/\(use)/\(name)", signal, sampleRate: 8000)
            }
        }
        return place
    }

    private static func score(
        _ place: Workplace, bank: String, test: String, _ more: [String] = [],
        status: Int32 = 0
    ) throws -> [ScoreRow] {
        let result = try EchoGPUProcess(
            [
                "score", "--device", "cpu", "--bank", place.folder[bank], "--test",
                place.folder[test], "--bank-where", "split=train", "--test-where", "split=test",
                "--group-by", "machine,section", "--labels", "label", "--output",
                place.folder["scores"],
            ] + more)
        #expect(result.status == status, "\(result.standardError)")
        return try ScoreTable.read(place.folder["scores/scores.csv"])
    }

    @Test func allLayoutsGiveTheSameScores() throws {
        let place = try Self.tree()
        func extract(_ out: String, _ more: String...) throws {
            let result = try EchoGPUProcess(
                ["extract", "--model", place.model, "--device", "cpu", "--output"]
                    + [place.folder[out]] + more + [place.folder["dev_data"]])
            #expect(result.status == 0, "\(result.standardError)")
        }
        try extract("files")
        try extract("parts", "--layout", "parts", "--format", "safetensors", "--level", "both")
        try extract("half", "--layout", "parts", "--dtype", "float16")
        let rows = try Self.score(place, bank: "files", test: "files")
        #expect(rows.count == 4 && rows.allSatisfy { $0.group == "fan/section_00" })
        #expect(rows.count { $0.label == "anomaly" } == 2)
        // Found in order of name in every layout.
        #expect(try Self.score(place, bank: "parts", test: "parts") == rows)
        // 11 bits of each value: of unit vectors of 64 values about 5e-4, and its square is what a cosine feels.
        for (half, row) in zip(try Self.score(place, bank: "half", test: "half"), rows) {
            #expect(half.id == row.id && abs(half.score - row.score) < 1e-3)
        }
    }

    @Test func recordingsAreEmbeddedFirst() throws {
        let place = try Self.tree()
        try place.folder.text("dev_data/fan/test/section_00_source_test_normal_0009.wav", "none")
        #expect(try place.extract(place.folder["dev_data"]).status == 3)
        let model = ["--model", place.model]
        let before = try Self.score(place, bank: "out", test: "out")
        let mixed = try Self.score(place, bank: "out", test: "dev_data", model, status: 3)
        let memory = try Self.score(place, bank: "dev_data", test: "dev_data", model, status: 3)
        #expect(before == mixed && before == memory)
        let metrics = try #require(try ScoreFolder(path: place.folder["scores"]).metrics())
        #expect(metrics.counts.testFailed == 1 && metrics.settings.bank == metrics.settings.test)
        let without = try EchoGPUProcess(
            ["score", "--bank", place.folder["out"], "--test", place.folder["dev_data"]])
        #expect(without.status == 64 && without.standardError.contains("--model"))
        // Another model than the folder's.
        let demo = try EchoGPUProcess(
            [
                "score", "--device", "cpu", "--bank", place.folder["out"], "--test",
                place.folder["dev_data/fan/test"], "--model", "demo",
            ])
        #expect(demo.status == 64 && demo.standardError.contains("weights_sha256"))
    }

    @Test func fieldsOfNamesAreReadByAPattern() throws {
        let place = try Workplace()
        for (index, name) in ["mill-ok-1", "mill-ok-2", "mill-bad-1", "mill-ok-3"].enumerated() {
            let signal = ExtractFixtures.signal(
                seed: UInt64(index + 1), sampleCount: 4000, sampleRate: 8000)
            try place.folder.wav("in/\(name).wav", signal, sampleRate: 8000)
        }
        #expect(try place.extract(place.folder["in"]).status == 0)
        func score(_ pattern: String) throws -> EchoGPUProcess {
            try EchoGPUProcess(
                [
                    "score", "--test", place.folder["out"], "--loocv", "--pattern", pattern,
                    "--group-by", "machine", "--labels", "state", "--normal", "ok", "--json",
                ])
        }
        let result = try score("(?<machine>[a-z]+)-(?<state>[a-z]+)")
        #expect(result.status == 0, "\(result.standardError)")
        let groups = try #require(try result.json()["groups"] as? [[String: Any]])
        #expect(groups.map { $0["name"] as? String } == ["mill"])
        let counts = try #require(groups[0]["counts"] as? [String: Int])
        #expect(counts["normal"] == 3 && counts["anomalous"] == 1 && counts["bank"] == 3)
        for wrong in ["(?<machine>[0-9]{9})", "(?<machine", "mill"] {
            let refused = try score(wrong)
            #expect(refused.status == 64 && refused.standardError.contains("--pattern"))
        }
    }

    /// What `KEY.json` says of a recording's rate: as a number the same, and one that was not used.
    @Test func whatWasEmbeddedGoesBeforeKEYJSON() throws {
        let place = try Workplace()
        for (name, json) in [
            ("a", #"{"sample_rate": 8000.0}"#), ("b", #"{"sample_rate": 12000}"#), ("c", "{}"),
        ] {
            let signal = ExtractFixtures.signal(
                seed: UInt64(json.utf8.count), sampleCount: 4000, sampleRate: 8000)
            try place.folder.wav("in/\(name).wav", signal, sampleRate: 8000)
            try place.folder.text("in/\(name).json", json)
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["tar", "-cf", place.folder["a.tar"], "-C", place.folder["in"], "."]
        try process.run()
        process.waitUntilExit()
        let run = try place.extract(place.folder["a.tar"])
        #expect(run.status == 0, "\(run.standardError)")
        let scores = try EchoGPUProcess([
            "score", "--test", place.folder["out"], "--loocv", "--group-by", "sample_rate",
            "--json",
        ])
        #expect(scores.status == 0, "\(scores.standardError)")
        let metrics = try scores.json()
        let warnings = try #require(metrics["warnings"] as? [String])
        let said = warnings.filter { $0.contains("sample_rate of 1 recording is not") }
        #expect(said.count == 1 && said.first?.contains("12000 there") == true, "\(warnings)")
        let groups = try #require(metrics["groups"] as? [[String: Any]])
        #expect(groups.count == 1)
    }
}
