import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// `echo-gpu search` over archives of small recordings, of either layout.
@Suite(.timeLimit(.minutes(20))) struct SearchCommandTests {
    private static func search(_ folder: ScratchFolder, _ arguments: String...) throws
        -> EchoGPUProcess
    {
        try EchoGPUProcess(["search", "--in", folder["out"], "--device", "cpu"] + arguments)
    }

    private static func answers(_ run: EchoGPUProcess) throws -> [[String: Any]] {
        try #require(try run.json()["answers"] as? [[String: Any]])
    }

    private static func hits(_ run: EchoGPUProcess, of answer: Int = 0) throws -> [[String: Any]] {
        let answers = try answers(run)
        return try #require(answers[answer]["hits"] as? [[String: Any]])
    }

    /// a to e are others; copy.wav is c under another name.
    private static func archive(_ layout: FolderLayout, _ more: String...) throws -> EitherLayout {
        let runs = try EitherLayout(layout)
        for (seed, name) in ["a", "b", "c", "d", "e"].enumerated() {
            try runs.recording("in/\(name).wav", seed: UInt64(seed + 1))
        }
        try runs.recording("in/copy.wav", seed: 3)
        let run = try EchoGPUProcess(
            [
                "extract", "--model", runs.place.model, "--device", "cpu", "--layout", "\(layout)",
                "--level", "both", "--output", runs.folder["out"],
            ] + more + [runs.folder["in"]])
        #expect(run.status == 0, "\(run.standardError)")
        return runs
    }

    /// A query and a bank that do not say their rate are read as extract reads them.
    @Test func queriesThatDoNotSayTheirRate() throws {
        let runs = try Self.archive(.parts)
        let text = try runs.folder.text(
            "query.csv", (0..<9000).map { "\(sin(Double($0) / 9))" }.joined(separator: "\n"))
        let model = ["--model", runs.place.model, "--file", text]
        let command = ["search", "--in", runs.folder["out"], "--device", "cpu"] + model
        let refused = try EchoGPUProcess(command)
        #expect(refused.standardError.contains("Give --sample-rate HZ"), "\(refused.standardError)")
        let found = try EchoGPUProcess(command + ["--sample-rate", "8k", "--json"])
        #expect(found.status == 0, "\(found.standardError)")
        #expect(try !Self.hits(found).isEmpty)
        let score = try EchoGPUProcess([
            "score", "--bank", runs.folder["out"], "--test", text, "--device", "cpu", "--csv-skip",
            "1",
            "--sample-rate", "8k", "--model", runs.place.model,
        ])
        #expect(score.status == 0, "\(score.standardError)")
    }

    /// Sounds of an earlier search beside those of this one: it is said that they are none of its hits.
    @Test func soundsOfEarlierSearchesAreToldOf() throws {
        let runs = try Self.archive(.parts)
        let clips = ["--clips", runs.folder["clips"], "--top", "1"]
        let first = try EchoGPUProcess(
            ["search", "--in", runs.folder["out"], "--device", "cpu"] + clips + ["a.wav"])
        #expect(first.status == 0 && !first.standardError.contains("before this search"))
        #expect(!first.standardOutput.contains("before this search"))
        let second = try EchoGPUProcess(
            ["search", "--in", runs.folder["out"], "--device", "cpu"] + clips + ["b.wav"])
        #expect(second.status == 0, "\(second.standardError)")
        #expect(
            (second.standardOutput + second.standardError).contains(
                "1 file lay in \(runs.folder["clips"]) before this search"))
    }

    /// What cannot be read is an input that cannot be read, and nothing that could not be written.
    @Test func aTableWithoutPermissionIsAnInputError() throws {
        let runs = try Self.archive(.parts)
        let table = try #require(
            try runs.folder.arrays(in: "out").first { $0.hasPrefix("utterance") })
        for path in ["", "/out"] {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: runs.folder.path + path)
        }
        try FileManager.default.setAttributes(
            [.posixPermissions: 0], ofItemAtPath: runs.folder["out/" + table])
        let result = try LimitedEchoGPU([
            "search", "--in", runs.folder["out"], "--device", "cpu", "b.wav",
        ])
        #expect(result.status == 66, "\(result.standardError)")
        #expect(result.standardError.contains(table))
    }

    @Test(arguments: FolderLayout.allCases, ["npy", "float16", "safetensors"])
    func aCopyIsTheFirstHit(layout: FolderLayout, storage: String) throws {
        guard layout == .parts || storage == "npy" else { return }
        let runs =
            switch storage {
            case "float16": try Self.archive(layout, "--dtype", "float16", "--part-size", "2")
            case "safetensors": try Self.archive(layout, "--format", "safetensors")
            default: try Self.archive(layout)
            }
        for metric in ["cosine", "euclidean"] {
            let run = try Self.search(
                runs.folder, "--metric", metric, "--json", "--top", "3", "c.wav")
            #expect(run.status == 0, "\(run.standardError)")
            let hits = try Self.hits(run)
            #expect(hits.map { $0["id"] as? String }.first == "copy.wav")
            #expect(hits.count == 3 && !hits.contains { $0["id"] as? String == "c.wav" })
            let distances = hits.compactMap { $0["distance"] as? Double }
            #expect(
                abs(distances[0]) < 1e-9 && distances[1] > 1e-6 && distances == distances.sorted())
            let answer = try Self.answers(run)[0]
            #expect(answer["kind"] as? String == "id" && answer["searched_row_count"] as? Int == 5)
        }
        let text = try Self.search(runs.folder, "c.wav")
        #expect(text.status == 0 && text.standardOutput.contains("Nearest to c.wav, of 5 rows"))
        #expect(text.standardOutput.contains("copy.wav"))
    }

    @Test func aRecordingIsEmbeddedWithTheFoldersModel() throws {
        let runs = try Self.archive(.parts)
        let strange = try runs.recording("strange.wav", seed: 3)
        let without = try Self.search(runs.folder, strange)
        #expect(without.status == 64 && without.standardError.contains("--model"))
        #expect(without.standardError.contains("echo-test"), "the folder's model is named")
        let other = try Self.search(runs.folder, "--model", "demo", strange)
        #expect(other.status == 64, "\(other.standardError)")
        #expect(other.standardError.contains("weights_sha256 is"))
        let run = try Self.search(
            runs.folder, "--model", runs.place.model, "--json", "--top", "2", strange)
        #expect(run.status == 0, "\(run.standardError)")
        let hits = try Self.hits(run)
        #expect(hits.map { $0["id"] as? String } == ["c.wav", "copy.wav"])
        #expect(hits.allSatisfy { abs($0["distance"] as? Double ?? 1) < 1e-6 })
        // What cannot be embedded is named, and the other query is answered.
        let bad = try runs.folder.text("bad.wav", "no recording")
        let both = try Self.search(
            runs.folder, "--model", runs.place.model, "--json", "a.wav", bad)
        #expect(both.status == 3 && both.standardError.contains("bad.wav"))
        #expect(try Self.answers(both).count == 1)
    }

    /// A file that is in the folder too is no neighbour of its own; a copy of it is.
    @Test(arguments: ["utterance", "segment"])
    func aFileOfTheFolderIsLeftOut(level: String) throws {
        let runs = try Self.archive(.parts)
        let run = try Self.search(
            runs.folder, "--model", runs.place.model, "--level", level, "--json",
            runs.folder["in/c.wav"])
        #expect(run.status == 0, "\(run.standardError)")
        let ids = try Self.hits(run).map { $0["id"] as? String }
        #expect(ids.first == "copy.wav" && !ids.contains("c.wav"))
        #expect(try Self.answers(run)[0]["kind"] as? String == "recording")
    }

    @Test func segmentsHaveTimesAndClips() throws {
        let runs = try EitherLayout(.parts)
        // b is a's second half second, in the middle of something else.
        let a = ExtractFixtures.signal(seed: 1, sampleCount: 16_000, sampleRate: 8000)
        let other = ExtractFixtures.signal(seed: 9, sampleCount: 8000, sampleRate: 8000)
        try runs.folder.wav("in/a.wav", a, sampleRate: 8000)
        try runs.folder.wav("in/b.wav", other + a[4000..<8000] + other, sampleRate: 8000)
        let extract = try EchoGPUProcess([
            "extract", "--model", runs.place.model, "--device", "cpu", "--layout", "parts",
            "--level", "segment", "--output", runs.folder["out"], runs.folder["in"],
        ])
        #expect(extract.status == 0, "\(extract.standardError)")
        let run = try Self.search(
            runs.folder, "--level", "segment", "--json", "--top", "3", "--clips",
            runs.folder["clips"], "a.wav")
        #expect(run.status == 0, "\(run.standardError)")
        let hits = try Self.hits(run)
        #expect(hits.count == 3 && hits.allSatisfy { $0["id"] as? String == "b.wav" })
        for hit in hits {
            let (start, end) = (hit["start"] as? Double ?? -1, hit["end"] as? Double ?? -1)
            #expect(start >= 0 && end > start && end - start < 0.1601 && hit["query_start"] != nil)
            let clip = try Data(contentsOf: URL(fileURLWithPath: #require(hit["clip"] as? String)))
            // 8000 Hz, exact: 32 bits a sample, and a header.
            let bytes = Int(((end - start) * 8000).rounded()) * 4
            #expect(clip.count > bytes && clip.count < bytes + 200, "\(clip.count) of \(bytes)")
        }
        // A file of another kind that has a hit's name stays.
        let clip = try #require(hits[0]["clip"] as? String)
        try Data("precious".utf8).write(to: URL(fileURLWithPath: clip))
        let refused = try Self.search(
            runs.folder, "--level", "segment", "--top", "3", "--clips", runs.folder["clips"],
            "a.wav")
        #expect(refused.status == 73, "\(refused.standardError)")
        #expect(refused.standardError.contains("is not a WAV file"), "\(refused.standardError)")
        #expect(try String(contentsOfFile: clip, encoding: .utf8) == "precious")
        // A recording that is gone is told with its hit.
        try FileManager.default.removeItem(atPath: runs.folder["in/b.wav"])
        try FileManager.default.removeItem(atPath: clip)
        let gone = try Self.search(
            runs.folder, "--level", "segment", "--clips", runs.folder["clips"], "--top", "1",
            "a.wav")
        #expect(gone.status == 3 && gone.standardOutput.contains("b.wav"))
        #expect(gone.standardError.contains("--recordings"), "\(gone.standardError)")
        let utterance = try Self.search(runs.folder, "a.wav")
        #expect(utterance.status == 64 && utterance.standardError.contains("--level segment"))
    }

    @Test func otherWidthsAreCountedAndReplacedRowsLeftOut() throws {
        let runs = try Self.archive(.parts)
        try runs.folder.wav(
            "in/fast.wav", ExtractFixtures.signal(seed: 4, sampleCount: 8000, sampleRate: 16_000),
            sampleRate: 16_000)
        // copy.wav is another recording since.
        try runs.recording("in/copy.wav", seed: 8, modified: 2e9)
        #expect(try runs.extract(runs.folder["in"]).status == 0)
        let run = try Self.search(runs.folder, "--json", "c.wav")
        let hits = try Self.hits(run)
        #expect(hits.count == 5 && !hits.contains { $0["id"] as? String == "fast.wav" })
        #expect(hits.allSatisfy { $0["distance"] as? Double ?? 0 > 1e-6 }, "the copy is replaced")
        #expect(try Self.answers(run)[0]["other_row_count"] as? Int == 1)
        let notes = try run.json()["notes"] as? [String] ?? []
        #expect(notes.contains { $0.contains("not searched") && $0.contains("1 row)") }, "\(notes)")
        #expect(notes.contains { $0.contains("replaced") }, "\(notes)")
        let alone = try Self.search(runs.folder, "fast.wav")
        #expect(alone.status == 0 && alone.standardOutput.contains("no other row of its width"))
    }

    @Test func channelsAreQueriesOfTheirOwn() throws {
        let runs = try EitherLayout(.files)
        let left = ExtractFixtures.signal(seed: 1, sampleCount: 4000, sampleRate: 8000)
        let right = ExtractFixtures.signal(seed: 2, sampleCount: 4000, sampleRate: 8000)
        func both(_ x: [Float], _ y: [Float]) -> [Float] { zip(x, y).flatMap { [$0, $1] } }
        try runs.folder.wav("in/a.wav", both(left, right), channels: 2, sampleRate: 8000)
        try runs.folder.wav("in/b.wav", both(right, left), channels: 2, sampleRate: 8000)
        #expect(try runs.extract("--channels", "each", runs.folder["in"]).status == 0)
        let run = try Self.search(runs.folder, "--json", "--top", "3", "a.wav")
        let answers = try Self.answers(run)
        #expect(answers.map { $0["channel"] as? Int } == [0, 1])
        for (channel, _) in answers.enumerated() {
            let hits = try Self.hits(run, of: channel)
            #expect(hits[0]["id"] as? String == "b.wav")
            #expect(hits[0]["channel"] as? Int == 1 - channel)
            #expect(
                hits.contains { $0["id"] as? String == "a.wav" }, "the other channel may be a hit")
        }
    }

    @Test func aQueryWithTwoMeaningsIsRefused() throws {
        let runs = try Self.archive(.parts)
        try runs.recording("a.wav", seed: 7)
        func run(_ arguments: String...) throws -> EchoGPUProcess {
            // Where a.wav lies.
            let script = "cd \"$0\" && exec \"$@\""
            return try EchoGPUProcess(
                [
                    "-c", script, runs.folder.path, EchoGPUProcess.binary().path, "search", "--in",
                    "out",
                    "--device", "cpu", "--model", runs.place.model, "--json",
                ] + arguments,
                program: URL(fileURLWithPath: "/bin/sh"))
        }
        let refused = try run("a.wav")
        #expect(refused.status == 64, "\(refused.standardError)")
        #expect(refused.standardError.contains("--id a.wav"))
        #expect(refused.standardError.contains("--file a.wav"))
        for (arguments, kind) in [
            (["--id", "a.wav"], "id"), (["--file", "a.wav"], "recording"),
            (["./a.wav"], "recording"),
        ] {
            let found = try run(arguments[0], arguments.count > 1 ? arguments[1] : "--json")
            #expect(found.status == 0, "\(found.standardError)")
            #expect(try Self.answers(found)[0]["kind"] as? String == kind)
        }
    }

    @Test func whatCannotBeSearchedIsSaid() throws {
        let runs = try Self.archive(.files)
        let cases: [(arguments: [String], status: Int32, part: String)] = [
            (["nowhere.wav"], 66, "nowhere.wav"), ([], 64, "what to look for"),
            (["--top", "0", "a.wav"], 64, "1 to"), (["--metric", "x", "a.wav"], 64, "cosine"),
            (["--recordings", "x", "a.wav"], 64, "--clips"),
            (["--id", runs.folder["in/a.wav"]], 66, "no recording"),
        ]
        for (arguments, status, part) in cases {
            let run = try EchoGPUProcess(
                ["search", "--in", runs.folder["out"], "--device", "cpu"] + arguments)
            #expect(run.status == status, "\(arguments): \(run.standardError)")
            #expect(run.standardError.contains(part) && run.standardOutput.isEmpty, "\(arguments)")
        }
        for (folder, status) in [("missing", Int32(66)), ("in", 65)] {
            let run = try EchoGPUProcess(["search", "--in", runs.folder[folder], "a.wav"])
            #expect(run.status == status, "\(folder): \(run.standardError)")
            #expect(run.standardError.contains(folder))
        }
    }

    @Test func rowsOfOtherWeightsAreNoNeighbours() throws {
        let runs = try Self.archive(.parts)
        try runs.recording("in/new.wav", seed: 3)
        let forced = try EchoGPUProcess([
            "extract", "--model", "demo", "--device", "cpu", "--force", "--output",
            runs.folder["out"], runs.folder["in"],
        ])
        #expect(forced.status == 0, "\(forced.standardError)")
        let old = try Self.search(runs.folder, "c.wav")
        #expect(old.status == 64 && old.standardError.contains("weights_sha256"))
        let new = try Self.search(runs.folder, "--json", "new.wav")
        #expect(new.status == 0, "\(new.standardError)")
        #expect(try Self.hits(new).isEmpty)
        let notes = try new.json()["notes"] as? [String] ?? []
        #expect(notes.contains { $0.contains("weights_sha256") && $0.contains("6 embeddings") })
        #expect(notes.contains { $0.contains("untrained") })
    }
}
