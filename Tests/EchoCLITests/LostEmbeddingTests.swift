import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// Tables and arrays that are gone or cut off: a run notices, and makes them again.
@Suite(.timeLimit(.minutes(20))) struct LostEmbeddingTests {
    private static let ids = ["1.wav", "2.wav", "3.wav"]

    /// Three recordings, in parts of one; both levels.
    private static func runs(_ layout: FolderLayout) throws -> EitherLayout {
        let runs = try EitherLayout(layout)
        for (seed, id) in ids.enumerated() {
            try runs.recording("in/" + id, seed: UInt64(seed + 1))
        }
        let part = layout == .parts ? ["--part-size", "1"] : []
        let run = try EchoGPUProcess(
            [
                "extract", "--model", runs.place.model, "--device", "cpu", "--output",
                runs.folder["out"], "--layout", "\(layout)", "--level", "both",
            ] + part + [runs.folder["in"]])
        #expect(run.status == 0, "\(run.standardError)")
        return runs
    }

    private static func check(_ runs: EitherLayout) throws -> EchoGPUProcess {
        try EchoGPUProcess(["inspect", "--check", runs.folder["out"]])
    }

    @Test(arguments: FolderLayout.allCases, ["utterance", "segment"])
    func whatIsGoneOrCutOffIsMadeAgain(layout: FolderLayout, level: String) throws {
        for isGone in [true, false] {
            let runs = try Self.runs(layout)
            let before = try Self.ids.map { try runs.value($0) }
            let name = try #require(
                try runs.folder.files(in: "out").first {
                    layout == .files
                        ? $0 == "2.wav.\(level).npy"
                        : $0.hasPrefix(level) && $0.hasSuffix("-000001.npy")
                })
            let url = URL(fileURLWithPath: runs.folder["out/" + name])
            let bytes = try Data(contentsOf: url)
            try FileManager.default.removeItem(at: url)
            if !isGone { try bytes.dropLast(4).write(to: url) }
            let broken = try Self.check(runs)
            #expect(broken.status == 1)
            #expect(broken.standardOutput.contains("embeds its recordings again"))
            let plan = try EchoGPUProcess(
                ["plan", "--json", "--output", runs.folder["out"], runs.folder["in"]])
            let total = try #require(try plan.json()["total"] as? [String: Any])
            #expect(total["missing_count"] as? Int == 1, "a plan sees what a run does")

            let run = try runs.extract(runs.folder["in"])
            #expect(run.status == 0 && run.standardOutput.contains("Embedded 1 of 1"))
            #expect(run.standardError.contains(layout == .parts ? name : "made again: 1"))
            #expect(try Self.ids.map { try runs.value($0) } == before)
            #expect(try Self.check(runs).status == 0)
            #expect(try EchoGPUProcess(["inspect", runs.folder["out"]]).status == 0)
            // Of what is replaced nothing is looked for again, and compact takes it away.
            let next = try runs.extract(runs.folder["in"])
            #expect(next.standardOutput.contains("3 others were there before"))
            #expect(!next.standardError.contains("made again"))
            #expect(try EchoGPUProcess(["compact", runs.folder["out"]]).status == 0)
            #expect(try Self.ids.map { try runs.value($0) } == before)
            let read = try Self.check(runs)
            #expect(read.status == 0 && !read.standardOutput.contains("gone or damaged"))
        }
    }

    /// Recordings that a run is not given stay lost, and it says so.
    @Test func whatTheRunIsNotGivenIsNamed() throws {
        let runs = try Self.runs(.parts)
        for name in try runs.folder.files(in: "out") where name.hasPrefix("utterance") {
            try FileManager.default.removeItem(atPath: runs.folder["out/" + name])
        }
        let run = try runs.extract(runs.folder["in/1.wav"])
        #expect(run.status == 0 && run.standardError.contains("made again: 1. Others: 2"))
        #expect(try Self.check(runs).status == 1)
        #expect(try runs.extract(runs.folder["in"]).status == 0)
        #expect(try Self.check(runs).status == 0)
    }

    /// Every channel has files of its own.
    @Test func theArrayOfALaterChannelIsMissedToo() throws {
        let runs = try EitherLayout(.files)
        let signal = ExtractFixtures.signal(seed: 1, sampleCount: 8000, sampleRate: 8000)
        let path = try runs.folder.wav("a.wav", signal, channels: 2, sampleRate: 8000)
        #expect(try runs.extract("--channels", "each", path).status == 0)
        let array = runs.folder["out/a.wav.ch1.utterance.npy"]
        try FileManager.default.removeItem(atPath: array)
        #expect(try runs.extract(path).standardOutput.contains("Embedded 1 of 1"))
        #expect(FileManager.default.fileExists(atPath: array))
        #expect(try runs.extract(path).standardOutput.contains("1 other was there before"))
    }

    /// The quick look and the deep one say the same of a lost manifest, until compact knows that it is gone.
    @Test(arguments: FolderLayout.allCases)
    func aLostManifestIsForgottenOnceNothingIsLeftOfIt(layout: FolderLayout) throws {
        let runs = try Self.runs(.parts)
        let out = runs.folder["out"]
        if layout == .files {
            // Manifests of a folder of files are as long as 16,384 lines: this one had one before.
            let files = try Self.runs(.files)
            try FileManager.default.removeItem(atPath: out)
            try FileManager.default.moveItem(atPath: files.folder["out"], toPath: out)
            try FileManager.default.moveItem(
                atPath: out + "/manifest-000000.jsonl", toPath: out + "/manifest-000001.jsonl")
        } else {
            try FileManager.default.removeItem(atPath: out + "/manifest-000001.jsonl")
        }
        let lost = layout == .files ? "manifest-000000.jsonl" : "manifest-000001.jsonl"
        func problems(_ options: String...) throws -> [Substring] {
            let result = try EchoGPUProcess(["inspect"] + options + [out])
            let problems = result.standardOutput.split(separator: "\n").filter {
                $0.hasPrefix("PROBLEM")
            }
            #expect(result.status == (problems.isEmpty ? 0 : 1))
            return problems
        }
        let found = try problems()
        #expect(found.count == 1 && found[0].contains(lost + " is missing"))
        #expect(try problems("--check") == found)
        if layout == .parts {
            // Its tables may be of use yet.
            let compact = try EchoGPUProcess(["compact", out])
            #expect(compact.status == 0 && compact.standardOutput.contains("still there"))
            #expect(try problems("--check") == found)
            let run = try runs.extract(runs.folder["in"])
            #expect(run.standardOutput.contains("Embedded 1 of 1"))
            #expect(try problems() == found)
        }
        let compact = try EchoGPUProcess(["compact", out])
        #expect(compact.status == 0 && compact.standardOutput.contains("Lost manifests"))
        #expect(try problems().isEmpty && problems("--check").isEmpty)
        #expect(try Self.ids.allSatisfy { try runs.value($0) != nil })
    }

    /// Without `run.json` the lines say which layout it is: one problem, not one for each recording.
    @Test(arguments: FolderLayout.allCases)
    func aLostRecordIsTheOnlyProblem(layout: FolderLayout) throws {
        let runs = try Self.runs(layout)
        try FileManager.default.removeItem(atPath: runs.folder["out/run.json"])
        for options in [[], ["--check"]] {
            let result = try EchoGPUProcess(["inspect", "--json"] + options + [runs.folder["out"]])
            let problems = try #require(try result.json()["problems"] as? [String])
            #expect(result.status == 1 && problems.count == 1, "\(problems)")
            #expect(problems[0].hasPrefix("run.json is missing: "))
        }
    }

    /// A run was begun and has embedded nothing yet: no fault, and nothing to join; 4 while it runs.
    @Test(arguments: FolderLayout.allCases)
    func aFolderThatWasJustBegunIsSound(layout: FolderLayout) throws {
        let runs = try EitherLayout(layout)
        let out = runs.folder["out"]
        try runs.folder.text(
            "out/run.json", "{\"settings\": {\"layout\": \"\(layout)\"}, \"information\": {}}")
        let lock = try OutputLock.take(folder: out, shard: Shard(1, of: 2), plan: "x")
        #expect(try EchoGPUProcess(["compact", out]).status == 4)
        for options in [["inspect"], ["inspect", "--check"]] {
            let text = try EchoGPUProcess(options + [out]).standardOutput
            #expect(
                text.contains("nothing is embedded yet.") && text.contains("In use:"), "\(text)")
            #expect(!text.contains("give its command again"), "\(text)")
        }
        withExtendedLifetime(lock) {}
        for options in [["inspect"], ["inspect", "--check"], ["compact", "--dry-run"]] {
            let result = try EchoGPUProcess(options + [out])
            #expect(result.status == 0 && result.standardOutput.contains("nothing is embedded"))
        }
        let score = try EchoGPUProcess([
            "score", "--bank", out, "--test", out, "--output", runs.folder["s"],
        ])
        #expect(score.status == 66 && score.standardError.contains("nothing is embedded yet"))
    }

    /// A run that holds the whole folder takes off the lists of shards what it embeds.
    @Test func theListsOfShardsAreKeptTrue() throws {
        let runs = try EitherLayout(.parts)
        try runs.recording("in/good.wav")
        for id in ["a.wav", "b.wav"] { try runs.folder.text("in/" + id, "no recording") }
        for index in 0..<2 { _ = try runs.extract("--shard", "\(index)/2", runs.folder["in"]) }
        func listed() throws -> [String] {
            try ["", "-0of2", "-1of2"].flatMap { suffix in
                try FailureList.read(runs.folder["out/errors\(suffix).jsonl"]).map {
                    suffix + " " + $0.id
                }
            }
        }
        let before = try listed()
        #expect(before.count == 2 && before.allSatisfy { $0.hasPrefix("-") })
        try runs.recording("in/a.wav")
        let run = try runs.extract(runs.folder["in"])
        let lists = "What failed is listed in \(runs.folder["out/errors-"])"
        #expect(run.standardOutput.contains(lists))
        #expect(try listed() == before.filter { $0.hasSuffix("b.wav") })
        // Tried again, it is on the list of the run that tried it.
        #expect(try runs.extract("--retry-failed", runs.folder["in"]).status == 3)
        #expect(try listed() == [" b.wav"])
    }
}
