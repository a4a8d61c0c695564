import EchoSignal
import EchoStore
import EchoTensor
import EchoTestSupport
import Foundation
import Testing

import EchoExtract

@Suite(.timeLimit(.minutes(20))) struct ExtractionTests {
    /// The mixture as recordings: `a/0.wav`, `b/1.wav`, `a/2.wav`, ...
    private static func mixture() throws -> ScratchFolder {
        let folder = try ScratchFolder()
        for (index, signal) in TestEcho.mixture.enumerated() {
            try folder.wav(
                "in/\(index % 2 == 0 ? "a" : "b")/\(index).wav", signal.samples,
                sampleRate: signal.sampleRate)
        }
        return folder
    }

    /// Embeds `paths` into a new folder and returns every file's bytes by name.
    private static func bytes(
        _ paths: [String], _ folder: ScratchFolder, on echo: Echo, batchSize: Int,
        as run: String
    ) throws -> [String: Data] {
        let options = Extraction.Options(
            level: .both, batchSize: batchSize, output: folder[run])
        let summary = try Extraction(paths: paths, options: options).run(on: echo)
        #expect(summary.badCount == 0, "\(summary.bad)")
        let names = try folder.arrays(in: run)
        return Dictionary(
            uniqueKeysWithValues: try names.map { name in
                (name, try Data(contentsOf: URL(fileURLWithPath: folder[run + "/" + name])))
            })
    }

    @Test(arguments: TestDevice.all)
    func batchSizeAndOrderDoNotChangeABit(device: TestDevice) throws {
        let folder = try Self.mixture()
        let echo = try TestEcho.on(device)
        let reference = try Self.bytes(
            [folder["in"]], folder, on: echo, batchSize: 1, as: "one")
        #expect(reference.count == 2 * TestEcho.mixture.count)
        for batchSize in [7, 64] {
            let result = try Self.bytes(
                [folder["in"]], folder, on: echo, batchSize: batchSize, as: "\(batchSize)")
            #expect(result == reference, "batches of \(batchSize)")
        }
        // Other folders first, so that other recordings meet in a batch.
        let shuffled = [folder["in/b"], folder["in/a"]]
        let result = try Self.bytes(shuffled, folder, on: echo, batchSize: 7, as: "shuffled")
        let names = reference.map { (String($0.key.dropFirst(2)), $0.value) }
        #expect(result == Dictionary(uniqueKeysWithValues: names))
    }

    @Test(arguments: TestDevice.all)
    func filesHoldWhatTheLibraryGives(device: TestDevice) throws {
        let folder = try Self.mixture()
        let echo = try TestEcho.on(device)
        _ = try Self.bytes([folder["in"]], folder, on: echo, batchSize: 64, as: "out")
        for (index, signal) in TestEcho.mixture.enumerated() {
            let stem = folder["out/\(index % 2 == 0 ? "a" : "b")/\(index).wav"]
            let features = try echo.features(
                signal: signal.samples, sampleRate: signal.sampleRate)
            let utterance = try NPYFile.read(stem + ".utterance.npy")
            #expect(utterance.shape == [features.width])
            #expect(utterance.floats == features.utterance)
            let segments = try NPYFile.read(stem + ".segment.npy")
            #expect(segments.shape == features.segmentShape)
            #expect(segments.floats == features.segments)
        }
    }

    @Test func aRecordingOnDiskGivesWhatItsSamplesGive() throws {
        let folder = try Self.mixture()
        let echo = try TestEcho.onCPU()
        let signal = TestEcho.mixture[0]
        let fromSamples = try echo.features(
            signal: signal.samples, sampleRate: signal.sampleRate)
        let fromFile = try echo.features(recording: folder["in/a/0.wav"], batchSize: 1)
        #expect(fromFile == fromSamples)
    }

    @Test(arguments: [
        (Extraction.Level.utterance, ["x.wav.utterance.npy"]),
        (.segment, ["x.wav.segment.npy"]),
        (.both, ["x.wav.segment.npy", "x.wav.utterance.npy"]),
    ])
    func theLevelDecidesWhichFilesThereAre(
        level: Extraction.Level, expected: [String]
    ) throws {
        let folder = try ScratchFolder()
        let signal = TestEcho.mixture[7]
        let path = try folder.wav(
            "x.wav", signal.samples, sampleRate: signal.sampleRate)
        let options = Extraction.Options(level: level, output: folder["out/deep"])
        let summary = try Extraction(paths: [path], options: options)
            .run(on: try TestEcho.onCPU())
        #expect(try folder.arrays(in: "out/deep") == expected)
        #expect(summary.embeddedCount == 1)
        #expect(summary.recordings?.map(\.name) == ["x.wav"])
        #expect(summary.recordings?.first?.sampleRate == signal.sampleRate)
    }

    @Test func badRecordingsAreNamedAndTheOthersEmbedded() throws {
        let folder = try ScratchFolder()
        let good = [Float](repeating: 0.25, count: 300)
        var broken = good
        broken[123] = .nan
        try folder.wav("in/a-good.wav", good, sampleRate: 8000)
        try folder.text("in/b-text.wav", "no recording")
        try folder.wav("in/c-short.wav", [0.1, 0.2], sampleRate: 8000)
        try folder.wav("in/d-nan.wav", broken, sampleRate: 8000)
        try folder.wav("in/e-empty.wav", [], sampleRate: 8000)
        try folder.wav("in/f-good.wav", good, sampleRate: 8000)
        let options = Extraction.Options(level: .both, output: folder["out"])
        let summary = try Extraction(paths: [folder["in"]], options: options)
            .run(on: try TestEcho.onCPU())
        #expect(summary.recordingCount == 6)
        #expect(summary.embeddedCount == 2)
        let bad = summary.bad.map { URL(fileURLWithPath: $0.path).lastPathComponent }
        #expect(bad == ["b-text.wav", "c-short.wav", "d-nan.wav", "e-empty.wav"])
        for (bad, part) in zip(summary.bad, ["libsndfile", "2 samples", "sample 123", "samples"]) {
            #expect(bad.reason.contains(part), "\(bad)")
        }
        let names = ["a-good", "f-good"].flatMap {
            ["\($0).wav.segment.npy", "\($0).wav.utterance.npy"]
        }
        #expect(
            try folder.files(in: "out")
                == (names + ["errors.jsonl", "manifest-000000.jsonl", "run.json"]).sorted())
    }

    @Test func progressEndsWithEverythingDone() throws {
        let folder = try Self.mixture()
        let options = Extraction.Options(batchSize: 2, output: folder["out"])
        var steps: [Extraction.Progress] = []
        let summary = try Extraction(paths: [folder["in"]], options: options)
            .run(on: try TestEcho.onCPU()) { steps.append($0) }
        #expect(steps.last?.finishedCount == TestEcho.mixture.count)
        #expect(steps.last?.segmentCount == summary.segmentCount)
        // 2050 and 4000 frames are two segments each, the other six one each.
        #expect(summary.segmentCount == 10)
        #expect(abs((steps.last?.soundSeconds ?? 0) - summary.soundSeconds) < 1e-9)
        #expect(steps.map(\.segmentCount) == steps.map(\.segmentCount).sorted())
        #expect(steps.allSatisfy { $0.totalCount == TestEcho.mixture.count })
    }
}
