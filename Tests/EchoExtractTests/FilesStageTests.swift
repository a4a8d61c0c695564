import EchoSignal
import EchoStore
import EchoTestSupport
import Testing

import EchoExtract

/// Files appear whole or not at all, also where a recording fails after some of its segments.
@Suite(.timeLimit(.minutes(20))) struct FilesStageTests {
    private let folder: ScratchFolder
    private var stage: FilesStage
    private let facts: RecordingFacts

    init() throws {
        folder = try ScratchFolder()
        // 2001 frames: two segments of 125 rows.
        let path = try folder.wav(
            "in/x.wav",
            ExtractFixtures.signal(seed: 1, sampleCount: 20_025, sampleRate: 1000),
            sampleRate: 1000)
        let reader = try RecordingReader.open(path: path, channels: .mean)
        facts = RecordingFacts(reader)
        let options = Extraction.Options(level: .both, output: folder["out"])
        let place = try PartFolder(path: options.output)
        let work = try PendingRecordings(
            InputList([Input(path: path, name: "x.wav")]), in: place, options.storage, run: "r",
            problems: [])
        try FolderSync.create(options.output)
        stage = FilesStage(work, options, try ManifestLog(place, shard: .whole))
    }

    /// A segment of 125 rows of 2 columns, all of one value.
    private static func segment(_ value: Float) -> RecordingEvent<EncodedSegment> {
        let encoded = Engine.Encoded(
            utterance: [value, value], rows: [Float](repeating: value, count: 250), width: 2,
            rowCount: 125)
        return .segment(
            recording: 0, channel: 0, EncodedSegment(embeddings: encoded, deviceSeconds: 0.5))
    }

    private func files() throws -> [String] { try folder.files(in: "out") }

    @Test mutating func nothingIsInPlaceBeforeTheEnd() throws {
        try stage.take(.opened(recording: 0, facts))
        try stage.take(Self.segment(1))
        #expect(try files().allSatisfy { $0.hasPrefix(".") }, "only a temporary file")
        try stage.take(Self.segment(4))
        try stage.take(.finished(recording: 0))
        #expect(try files().allSatisfy { $0.hasPrefix(".") }, "it waits for the end of the batch")
        #expect(stage.embeddedCount == 0)
        try stage.endBatch()
        #expect(stage.embeddedCount == 1)
        #expect(
            try files() == ["manifest-000000.jsonl", "x.wav.segment.npy", "x.wav.utterance.npy"])
        #expect(try NPYFile.read(folder["out/x.wav.utterance.npy"]).floats == [2.5, 2.5])
        #expect(try NPYFile.read(folder["out/x.wav.segment.npy"]).shape == [250, 2])
        #expect(stage.recordings.first?.deviceSeconds == 1)
    }

    @Test mutating func aRecordingThatFailsLateLeavesNothing() throws {
        try stage.take(.opened(recording: 0, facts))
        try stage.take(Self.segment(1))
        try stage.take(.failed(recording: 0, RecordingFailure(code: "changed", reason: "it grew")))
        try stage.endBatch()
        #expect(try files() == ["errors.jsonl", "manifest-000000.jsonl"])
        #expect(stage.badRecordings.map(\.code) == ["changed"])
        #expect(stage.recordings.isEmpty)
    }

    @Test mutating func stoppingEarlyLeavesNothing() throws {
        try stage.take(.opened(recording: 0, facts))
        try stage.take(Self.segment(1))
        stage.abandon()
        #expect(try files() == [])
    }
}
