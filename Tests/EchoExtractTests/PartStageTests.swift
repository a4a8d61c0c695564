import EchoSignal
import EchoStore
import EchoTestSupport
import Foundation
import Testing

import EchoExtract

/// Recordings that fail after some of their rows were written leave no row, and no gap.
@Suite(.timeLimit(.minutes(20))) struct PartStageTests {
    private static func run(_ folder: ScratchFolder, _ out: String) throws -> ExtractionSummary {
        let storage = OutputOptions(layout: .parts, partSize: 4)
        let options = Extraction.Options(
            level: .both, batchSize: 1, output: folder[out], storage: storage)
        let extraction = try Extraction(paths: [folder["in"]], options: options)
        // After the first batch, the first recording loses its end.
        var isCut = false
        return try extraction.run(on: try TestEcho.onCPU()) { _ in
            if !isCut { truncate(folder["in/0.wav"], 1 << 20) }
            isCut = true
        }
    }

    @Test func aRecordingThatIsCutWhileItIsReadLeavesNoRow() throws {
        let folder = try ScratchFolder()
        // 60 segments, 4.8 MB: decoding is at most a few segments ahead of the first batch.
        let long = ExtractFixtures.signal(seed: 1, sampleCount: 1_200_025, sampleRate: 1000)
        try folder.wav("in/0.wav", long, sampleRate: 1000)
        for index in 1..<6 {
            let short = ExtractFixtures.signal(
                seed: UInt64(index), sampleCount: 300, sampleRate: 1000)
            try folder.wav("in/\(index).wav", short, sampleRate: 1000)
        }
        let summary = try Self.run(folder, "out")
        #expect(summary.bad.map(\.code) == ["changed"], "\(summary.bad)")
        #expect(summary.embeddedCount == 5)
        let inspection = try Inspection(path: folder["out"])
        #expect(inspection.isSound, "\(inspection.problems)")
        #expect(inspection.failures == ["changed": 1])
        let parts = try PartFolder(path: folder["out"])
        let entries = try parts.parts.flatMap { try parts.entries(of: $0) }
        #expect(entries.map(\.source.id) == (0..<6).map { "\($0).wav" }, "in the order of the plan")
        #expect(entries[0].isFailed)
    }

    /// A run that stops before its first part is whole keeps nothing, and says how much that was.
    @Test func whatIsDroppedIsCounted() throws {
        let folder = try ScratchFolder()
        for index in 0..<3 {
            let signal = ExtractFixtures.signal(
                seed: UInt64(index), sampleCount: 300, sampleRate: 1000)
            try folder.wav("in/\(index).wav", signal, sampleRate: 1000)
        }
        let storage = OutputOptions(layout: .parts, partSize: 4)
        let options = Extraction.Options(
            level: .both, batchSize: 1, output: folder["out"], storage: storage)
        let stop = StopRequest()
        var finishedCount = 0
        let stopped = try Extraction(paths: [folder["in"]], options: options).run(
            on: try TestEcho.onCPU(), stop: stop
        ) { progress in
            finishedCount = progress.finishedCount
            if finishedCount > 0 { stop.stop() }
        }
        #expect(stopped.isStopped && stopped.embeddedCount == 0)
        #expect(stopped.droppedCount == finishedCount && finishedCount > 0)
        let whole = try Extraction(paths: [folder["in"]], options: options).run(
            on: try TestEcho.onCPU())
        #expect(!whole.isStopped && whole.embeddedCount == 3 && whole.droppedCount == 0)
    }
}
