import EchoFormats
import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// What a run is tomorrow, on another mount, and with other options: in both layouts.
@Suite(.timeLimit(.minutes(20))) struct RerunCommandTests {
    private static let layouts = FolderLayout.allCases

    // MARK: Identity

    @Test(arguments: layouts)
    func aRecordingIsItsIdSizeAndTimeWhereverItLies(layout: FolderLayout) throws {
        let runs = try EitherLayout(layout)
        for mount in ["here", "there"] { try runs.recording("\(mount)/a.wav") }
        #expect(try runs.extract(runs.folder["here"]).status == 0)
        let again = try runs.extract("--json", runs.folder["there"])
        #expect(again.status == 0)
        #expect(try again.json()["embedded_before_count"] as? Int == 1)
        #expect(try runs.entries().map(\.attempt) == [1])
    }

    /// Nothing says then with which model, level and layout its embeddings were made.
    @Test(arguments: layouts)
    func aFolderWhoseSettingsAreLostIsRefused(layout: FolderLayout) throws {
        let runs = try EitherLayout(layout)
        let good = try runs.recording("a.wav")
        #expect(try runs.extract(good).status == 0)
        let lines = try String(
            contentsOfFile: runs.folder["out/manifest-000000.jsonl"], encoding: .utf8)
        try FileManager.default.removeItem(atPath: runs.folder["out/run.json"])
        let new = try runs.recording("b.wav")
        for option in ["--json", "--force", "--replace"] {
            let refused = try runs.extract(option, good, new)
            #expect(refused.status == 65, "\(option): \(refused.standardError)")
            #expect(refused.standardError.contains("run.json: is missing"))
        }
        let after = try String(
            contentsOfFile: runs.folder["out/manifest-000000.jsonl"], encoding: .utf8)
        #expect(after == lines)
    }

    @Test(arguments: layouts)
    func anIdOfOtherContentIsRefusedWithBothPaths(layout: FolderLayout) throws {
        let runs = try EitherLayout(layout)
        let day1 = try runs.recording("day1/00.wav", seed: 1)
        let day2 = try runs.recording("day2/00.wav", seed: 2, modified: 2e9)
        #expect(try runs.extract(day1).status == 0)
        let first = try runs.value("00.wav")
        let new = try runs.recording("new.wav")
        let refused = try runs.extract(new, day2)
        #expect(refused.status == 64)
        #expect(refused.standardError.contains(day1) && refused.standardError.contains(day2))
        #expect(refused.standardError.contains("--replace"))
        #expect(try runs.value("00.wav") == first && runs.value("new.wav") == nil)
        #expect(try runs.extract("--replace", new, day2).status == 0)
        #expect(try runs.value("00.wav") != first && runs.value("new.wav") != nil)
        #expect(try runs.entries().last { $0.source.id == "00.wav" }?.attempt == 2)
    }

    @Test(arguments: layouts)
    func aFileThatChangedInPlaceIsEmbeddedAgain(layout: FolderLayout) throws {
        let runs = try EitherLayout(layout)
        let path = try runs.recording("a.wav", seed: 1)
        #expect(try runs.extract(path).status == 0)
        let first = try runs.value("a.wav")
        try runs.recording("a.wav", seed: 2, modified: 2e9)
        #expect(try runs.extract(path).status == 0)
        let second = try runs.value("a.wav")
        #expect(second != first && second != nil)
        // By another path to it, it is the same file.
        try FileManager.default.createSymbolicLink(
            atPath: runs.folder["link"], withDestinationPath: runs.folder.path)
        try runs.recording("a.wav", seed: 3, modified: 3e9)
        #expect(try runs.extract(runs.folder["link/a.wav"]).status == 0)
        #expect(try runs.value("a.wav") != second)
    }

    @Test func anEmbeddingThatWasDeletedIsMadeAnew() throws {
        let runs = try EitherLayout(.files)
        let path = try runs.recording("a.wav")
        #expect(try runs.extract(path).status == 0)
        let first = try runs.value("a.wav")
        try FileManager.default.removeItem(atPath: runs.folder["out/a.wav.utterance.npy"])
        let plan = ["plan", "--json", "--output", runs.folder["out"], path]
        let total = try EchoGPUProcess(plan).json()["total"] as? [String: Any]
        #expect(total?["missing_count"] as? Int == 1)
        #expect(try runs.extract(path).status == 0)
        #expect(try runs.value("a.wav") == first)
    }

    // MARK: Settings

    @Test(arguments: layouts)
    func aFolderGoesOnAsItWasBegun(layout: FolderLayout) throws {
        let runs = try EitherLayout(layout)
        let stereo = ExtractFixtures.signal(seed: 1, sampleCount: 8000, sampleRate: 8000)
        for name in ["a", "b"] {
            try runs.folder.wav("in/\(name).wav", stereo, channels: 2, sampleRate: 8000)
        }
        let (a, b) = (runs.folder["in/a.wav"], runs.folder["in/b.wav"])
        let begun = try runs.extract(
            "--level", "both", "--channels", "each", "--resample", "16000", a)
        #expect(begun.status == 0, "\(begun.standardError)")
        #expect(try runs.extract(a, b).status == 0)
        let embeddings = try runs.entries().compactMap { entry -> ManifestEntry.Embedding? in
            if case .embedded(let embedding) = entry.outcome { embedding } else { nil }
        }
        #expect(embeddings.map(\.channel) == [0, 1, 0, 1])
        #expect(embeddings.allSatisfy { $0.utterance != nil && $0.segments != nil })
        #expect(Set(embeddings.map(\.width)) == [7 * 64], "bands of 16,000 Hz")
        #expect(Set(try runs.entries().map(\.run)).count == 1)
        for other in [["--level", "segment"], ["--channels", "mean"], ["--resample", "4000"]] {
            let refused = try EchoGPUProcess(
                ["extract", "--model", runs.place.model, "--device", "cpu", "--output"]
                    + [runs.folder["out"]] + other + [a])
            #expect(refused.status == 64)
            let name = other[0].dropFirst(2)
            #expect(refused.standardError.contains("\(name) was "), "\(refused.standardError)")
        }
    }

    @Test(arguments: layouts)
    func theOtherLayoutIsRefusedEvenWithForce(layout: FolderLayout) throws {
        let runs = try EitherLayout(layout)
        let path = try runs.recording("a.wav")
        #expect(try runs.extract(path).status == 0)
        let other: FolderLayout = layout == .files ? .parts : .files
        for force in [[], ["--force"]] {
            let refused = try runs.place.extract(
                path, "--layout", "\(other)", force.first ?? "--json")
            #expect(refused.status == 64)
            #expect(refused.standardError.contains("--layout \(layout)"))
        }
    }

    /// As `run.json` would be were it written by another release.
    private static func rewrite(
        _ runs: EitherLayout, _ change: (String) -> String
    ) throws {
        let path = runs.folder["out/run.json"]
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let changed = change(text)
        #expect(changed != text)
        try changed.write(toFile: path, atomically: true, encoding: .utf8)
    }

    @Test(arguments: layouts)
    func theNumberOfResultsIsComparedAndTheVersionIsNot(layout: FolderLayout) throws {
        let runs = try EitherLayout(layout)
        let (a, b) = (try runs.recording("a.wav"), try runs.recording("b.wav"))
        #expect(try runs.extract(a).status == 0)
        try Self.rewrite(runs) { $0.replacing(#/"version": "[^"]*"/#, with: #""version": "9.9""#) }
        #expect(try runs.extract(a, b).status == 0)
        #expect(Set(try runs.entries().map(\.run)).count == 1)
        try Self.rewrite(runs) { $0.replacing(#/"results": \d+/#, with: #""results": 99"#) }
        let refused = try runs.extract(a, b)
        #expect(refused.status == 64)
        #expect(refused.standardError.contains("results was 99, is "))
    }

    @Test func theSizeOfPartsIsKeptAndNotCompared() throws {
        let runs = try EitherLayout(.parts)
        for name in ["a", "b", "c"] { try runs.recording("in/\(name).wav") }
        #expect(try runs.extract("--part-size", "1", runs.folder["in/a.wav"]).status == 0)
        #expect(try runs.extract(runs.folder["in"]).status == 0)
        #expect(try PartFolder(path: runs.folder["out"]).parts.count == 3, "one of 1 each")
        for name in ["d", "e"] { try runs.recording("in/\(name).wav") }
        #expect(try runs.extract("--part-size", "2", runs.folder["in"]).status == 0)
        #expect(try PartFolder(path: runs.folder["out"]).parts.count == 4)
    }

    /// Its settings had a version, a size of parts and a layout that was a number.
    @Test func aFolderOfRelease010IsRefusedWithTheReasonAndGoesOnWithForce() throws {
        let runs = try EitherLayout(.parts)
        let (a, b) = (try runs.recording("a.wav"), try runs.recording("b.wav"))
        #expect(try runs.extract("--part-size", "7", a).status == 0)
        try Self.rewrite(runs) { text in
            text.replacing(#/"layout": "parts",\n +"results": \d+,/#) { _ in
                #""layout": 1, "version": "0.1.0", "part_size": 7,"#
            }
        }
        let refused = try runs.extract(a, b)
        #expect(refused.status == 64)
        #expect(refused.standardError.contains("results was 1, is "), "\(refused.standardError)")
        #expect(!refused.standardError.contains("version was"))
        #expect(!refused.standardError.contains("layout was"))
        let forced = try runs.extract("--force", a, b)
        #expect(forced.status == 0, "\(forced.standardError)")
        #expect(try runs.entries().map(\.source.id) == ["a.wav", "b.wav"])
        let kept = try runs.folder.files(in: "out").filter { $0.hasPrefix("run-") }
        let text = try String(
            contentsOfFile: runs.folder["out/" + (kept.first ?? "?")], encoding: .utf8)
        #expect(kept.count == 1 && text.contains(#""layout": 1"#))
    }

    /// What no embedding of the folder depends on may be set later.
    @Test(arguments: layouts)
    func aRateThatWasMissingMayBeGivenLater(layout: FolderLayout) throws {
        let runs = try EitherLayout(layout)
        let text = try runs.folder.text("x.csv", (0..<4000).map { "\($0 % 7)\n" }.joined())
        let wave = try runs.recording("a.wav")
        #expect(try runs.extract(wave, text).status == 3)
        let told = try runs.extract("--sample-rate", "8000", wave, text)
        #expect(told.status == 0, "\(told.standardError)")
        #expect(told.standardOutput.contains("sample_rate was not set, is 8000"))
        #expect(try runs.value("x.csv") != nil && runs.errors().isEmpty)
        #expect(try runs.entries().count == 3, "the recording is not embedded again")
        #expect(try runs.extract("--sample-rate", "9000", wave, text).status == 64)
        #expect(try runs.extract(wave, text).status == 0)
    }

    @Test(arguments: layouts)
    func aFolderThatHoldsNothingYetTakesOtherSettings(layout: FolderLayout) throws {
        let runs = try EitherLayout(layout)
        let path = try runs.folder.text("x.wav", "no recording")
        #expect(try runs.extract(path).status == 3)
        let wave = try runs.recording("a.wav")
        #expect(try runs.extract("--channels", "first", "--level", "both", wave).status == 0)
        #expect(try runs.value("a.wav") != nil)
        #expect(try runs.extract("--channels", "mean", wave).status == 64)
    }
}
