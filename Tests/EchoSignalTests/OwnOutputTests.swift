import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// What echo-gpu wrote is never an input, however it is come upon.
@Suite(.timeLimit(.minutes(20))) struct OwnOutputTests {
    private static let record = """
        {"settings":{"layout":1,"weights_sha256":"00","level":"utterance"},"information":{}}
        """
    private static let reading = ReadingOptions(sampleRate: 1000)

    /// A recording and an array in `in`, and an output folder `in/out` with what each layout writes.
    private static func folder(record: String? = OwnOutputTests.record) throws -> ScratchFolder {
        let scratch = try ScratchFolder()
        for name in [
            "a.wav", "b.npy", "out/a.wav.utterance.npy", "out/b.npy.segment.npy",
            "out/sub/c.utterance.npy",
            "out/utterance-192-000000.npy", "out/manifest-000000.jsonl", "out/own.npy",
            ".a.wav.utterance.npy.tmp-1-2", ".lock", ".lock-3of8",
        ] { try scratch.text("in/" + name, "") }
        if let record { try scratch.text("in/out/run.json", record) }
        return scratch
    }

    private static func find(
        _ arguments: [String], output: String? = nil, files0: String? = nil, manifest: String? = nil
    ) throws -> InputDiscovery {
        try InputDiscovery(
            InputSelection(
                arguments: arguments, manifest: manifest, files0: files0, reading: reading,
                output: output))
    }

    @Test func foldersWithARunRecordAreLeftOut() throws {
        let scratch = try Self.folder()
        let found = try Self.find([scratch.path + "/in"])
        #expect(found.inputs.map(\.name) == ["a.wav", "b.npy"])
        #expect(found.skipped.ownFolderCount == 1)
        // Locks and temporary files of ours are not even mentioned.
        #expect(found.skipped.hiddenCount == 0)
        #expect(found.skipped.sentences.joined().contains("in/out)"))
    }

    /// The name alone is no proof.
    @Test(arguments: ["{}", "no JSON", #"{"settings":{"level":"x"},"information":{}}"#])
    func aRunRecordIsKnownByItsContent(record: String) throws {
        let scratch = try Self.folder(record: record)
        #expect(try Self.find([scratch.path + "/in"]).inputs.count == 7)
    }

    /// A folder that holds nothing of ours yet, reached by another path than the one that was given.
    @Test func theRunsOwnOutputIsLeftOut() throws {
        let scratch = try Self.folder(record: nil)
        let (input, link) = (scratch.path + "/in", scratch.path + "/link")
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: input + "/out")
        for output in [input + "/out", input + "/out/", input + "/sub/../out", link] {
            try FileManager.default.createDirectory(
                atPath: input + "/sub", withIntermediateDirectories: true)
            let found = try Self.find([input], output: output)
            #expect(found.inputs.map(\.name) == ["a.wav", "b.npy"], "\(output)")
        }
        // The output is the input's name for a link.
        try FileManager.default.createSymbolicLink(
            atPath: input + "/other", withDestinationPath: "out")
        #expect(try Self.find([input], output: link).inputs.count == 2)
    }

    /// `--output DIR DIR`: recordings and outputs lie side by side.
    @Test func inAnOutputFolderThatIsNamedRecordingsAreFound() throws {
        let scratch = try Self.folder(record: nil)
        let folder = scratch.path + "/in/out"
        try scratch.text("in/out/r.wav", "")
        let found = try Self.find([folder], output: folder)
        #expect(found.inputs.map(\.name) == ["own.npy", "r.wav"])
        #expect(found.skipped.ownFileCount == 5)
    }

    @Test(arguments: ["*", "**/*", "**/*.npy", "*/*.npy", "out/*.npy", "out/**/*.npy"])
    func patternsDoNotMatchOutputs(pattern: String) throws {
        let scratch = try Self.folder()
        let found = try Self.find([scratch.path + "/in/" + pattern, scratch.path + "/in/a.wav"])
        let names = found.inputs.map(\.name)
        #expect(names.allSatisfy { ["a.wav", "b.npy", "own.npy"].contains($0) }, "\(names)")
        #expect(found.skipped.ownFolderCount + found.skipped.ownFileCount > 0)
    }

    /// What `find` and the shell list.
    @Test func listedOutputsAreLeftOut() throws {
        let scratch = try Self.folder(record: nil)
        let names = [
            "a.wav", "out/a.wav.utterance.npy", "out/sub/c.utterance.npy",
            "out/utterance-192-000000.npy",
        ]
        let paths = names.map { scratch.path + "/in/" + $0 }
        let output = scratch.path + "/in/out"
        let files0 = try scratch.text("files0", paths.map { $0 + "\0" }.joined())
        let manifest = try scratch.text("list.csv", "path\n" + paths.map { $0 + "\n" }.joined())
        for found in [
            try Self.find(paths, output: output), try Self.find([], output: output, files0: files0),
            try Self.find([], output: output, manifest: manifest),
        ] {
            #expect(found.inputs.map(\.path) == [paths[0]])
            #expect(found.skipped.ownFileCount == 3)
        }
        // Elsewhere such a name is anybody's.
        #expect(try Self.find(paths).inputs.count == 4)
    }

    @Test func anArchiveOfAnOutputFolderHoldsNoInputs() throws {
        let scratch = try ScratchFolder()
        var tar = TarFile()
        tar.add("out/x.utterance.npy", [1])
        tar.add("./out/run.json", Array(Self.record.utf8))
        tar.add("out/sub/y.segment.npy", [1])
        tar.add("other/x.segment.npy", [1])
        let path = try scratch.file("x.tar")
        try tar.write(to: path)
        let found = try Self.find([path])
        #expect(found.inputs.map(\.name) == ["x.tar/other/x.segment.npy"])
        #expect(found.skipped.ownFileCount == 2)
    }

    /// Tables of `score`, known by the metrics beside them, and what the run writes beside its output.
    @Test(arguments: ["score", "another"])
    func tablesOfScoresAndTheRunsOwnFilesAreLeftOut(command: String) throws {
        let scratch = try ScratchFolder()
        for name in ["a.csv", "run.txt", "sub/run.txt", "scores/scores.csv"] {
            try scratch.text("in/" + name, "1\n")
        }
        try scratch.text(
            "in/scores/metrics.json", #"{"settings":{"command":"\#(command)"},"counts":{}}"#)
        for argument in [scratch.path + "/in", scratch.path + "/in/**"] {
            var selection = InputSelection(arguments: [argument], reading: Self.reading)
            selection.ownFiles = [scratch.path + "/in/sub/../run.txt"]
            let found = try InputDiscovery(selection)
            let isOurs = command == "score"
            let names = ["a.csv", "scores/scores.csv", "sub/run.txt"].filter {
                !isOurs || !$0.hasPrefix("scores")
            }
            #expect(found.inputs.map { String($0.path.dropFirst(scratch.path.count + 4)) } == names)
            #expect(found.skipped.ownFileCount == (isOurs ? 2 : 1))
        }
    }
}
