import EchoExtract
import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// The numbers of a plan, against what recordings are.
@Suite(.timeLimit(.minutes(20))) struct ExtractionPlanTests {
    /// WAV files of 1 to 40 frames and text of the same samples, at 1000 Hz.
    private static func recordings(_ folder: ScratchFolder) throws -> Int {
        var total = 0
        for index in 0..<40 {
            let count = ExtractFixtures.sampleCount(frames: 1 + index, sampleRate: 1000)
            let samples = ExtractFixtures.signal(
                seed: UInt64(index), sampleCount: count, sampleRate: 1000)
            try folder.wav("in/\(100 + index).wav", samples, sampleRate: 1000)
            total += count
        }
        return total
    }

    private static func request(
        _ input: String, _ change: (inout ExtractionPlan.Request) -> Void = { _ in }
    ) -> ExtractionPlan.Request {
        var reading = ReadingOptions()
        reading.sampleRate = 1000
        var request = ExtractionPlan.Request(
            InputSelection(arguments: [input], reading: reading))
        change(&request)
        return request
    }

    /// A sample says what the whole is, nearly: WAV has 44 to 80 bytes that are no sound.
    @Test func aSampleIsNearTheWhole() throws {
        let folder = try ScratchFolder()
        let samples = try Self.recordings(folder)
        let exact = try ExtractionPlan(Self.request(folder["in"]))
        #expect(abs(exact.total.soundSeconds - Double(samples) / 1000) < 1e-9)
        #expect(exact.headers.headerCount == 40 && exact.headers.unknownCount == 0)
        let some = try ExtractionPlan(Self.request(folder["in"]) { $0.headerLimit = 8 })
        #expect(some.headers.headerCount == 8 && some.headers.recordingCount == 40)
        #expect(abs(some.total.soundSeconds / exact.total.soundSeconds - 1) < 0.03)
        let none = try ExtractionPlan(Self.request(folder["in"]) { $0.headerLimit = 0 })
        #expect(none.total.soundSeconds == 0 && none.headers.unestimatedCount == 40)
    }

    /// A byte of text is less sound than a byte of WAV: each ending is estimated by its own.
    @Test func endingsAreEstimatedByTheirOwn() throws {
        let folder = try ScratchFolder()
        _ = try Self.recordings(folder)
        for index in 0..<60 {
            let lines = (0..<200).map { "\(Float($0 % 7) / 10 + Float(index))" }
            try folder.text("in/\(index).csv", lines.joined(separator: "\n") + "\n")
        }
        let wav = try ExtractionPlan(Self.request(folder["in"] + "/*.wav"))
        let all = try ExtractionPlan(Self.request(folder["in"]))
        // Text is read to its end: no more than 20 of it.
        #expect(all.headers.headerCount == 40 + 20)
        #expect(abs(all.total.soundSeconds - wav.total.soundSeconds - 60 * 0.2) < 1.5)
    }

    /// What channels, parts and resampling make of the work is what the reader makes of it.
    @Test(arguments: [
        (ChannelMode.mean, 1.0), (.each, 2), (.concatenate, 2), (.channel(1), 1),
    ])
    func channelsCount(channels: ChannelMode, factor: Double) throws {
        let folder = try ScratchFolder()
        try folder.wav(
            "a.wav", [Float](repeating: 0.2, count: 2 * 160_000), channels: 2, sampleRate: 16_000)
        func seconds(_ change: (inout ReadingOptions) -> Void) throws -> Double {
            var reading = ReadingOptions()
            change(&reading)
            var request = ExtractionPlan.Request(
                InputSelection(arguments: [folder["a.wav"]], reading: reading))
            request.clipsPerSecond = 1
            return try #require(try ExtractionPlan(request).total.runSeconds)
        }
        #expect(abs(try seconds { $0.channels = channels } - factor) < 1e-12)
        // At 8 kHz there are 4 bands of the 7.
        let resampled = try seconds {
            $0.channels = channels
            $0.resample = 8000
        }
        #expect(abs(resampled - factor * 4 / 7) < 1e-12)
    }

    /// Of two figures that were kept the one of the level that is planned, then the latest.
    @Test func theFigureOfTheLevelIsTaken() throws {
        let folder = try ScratchFolder()
        let echo = try TestEcho.onCPU()
        let model = try folder.file("model/model.safetensors")
        try ExtractFixtures.weights.write(to: model)
        let recording = try folder.wav(
            "a.wav", [Float](repeating: 0.1, count: 1000), sampleRate: 1000)
        let store = BenchmarkStore(directory: URL(filePath: folder["cache"]))
        for level in [Extraction.Level.utterance, .both] {
            let benchmark = try BatchBenchmark(
                echo, .init(sampleRate: 1000, level: level, seconds: 0.001, largestBatch: 2))
            let (file, isKept) = try store.keep(
                KeptBenchmark(benchmark, echo, secondsPerBatch: 0.001))
            #expect(isKept && file.hasPrefix(folder["cache/bench-"]))
        }
        for (level, batch) in [(Extraction.Level.both, 2), (.utterance, 1)] {
            var request = ExtractionPlan.Request(InputSelection(arguments: [recording]))
            request.level = level
            request.encoder = .init(.path(folder["model"]), device: "cpu", batchSize: batch)
            let speed = try #require(try ExtractionPlan(request, store: store).speed)
            #expect(speed.level == level.rawValue && speed.batch == batch)
        }
        // Damage is no figure, also where it leaves JSON.
        var request = ExtractionPlan.Request(InputSelection(arguments: [recording]))
        request.encoder = .init(.path(folder["model"]), device: "cpu")
        let files = try folder.files(in: "cache").map { "cache/" + $0 }
        let texts = try files.map { try String(contentsOfFile: folder[$0], encoding: .utf8) }
        for (member, value) in [
            ("", ""), ("clips_per_second", "0"), ("clips_per_second", "-1"),
            ("clips_per_second", "1e-300"), ("clip_seconds", "0"), ("sample_rate", "0"),
            ("clip_count", "0"),
        ] {
            for (file, text) in zip(files, texts) {
                let damaged = try text.replacing(
                    Regex("\"\(member)\" : [0-9.e-]+"), with: "\"\(member)\" : \(value)")
                #expect(member.isEmpty || damaged != text)
                try folder.text(file, member.isEmpty ? "{" : damaged)
            }
            let plan = try ExtractionPlan(request, store: store)
            #expect(plan.speed == nil && plan.speedRemedy?.contains("bench") == true, "\(member)")
        }
    }

    /// A quick try takes no thorough figure's place; what measures as much or more does.
    @Test func aTryDoesNotReplaceAFigure() throws {
        let folder = try ScratchFolder()
        let echo = try TestEcho.onCPU()
        let store = BenchmarkStore(directory: URL(filePath: folder["cache"]))
        for (seconds, batch, isKept) in [
            (0.002, 2, true), (0.001, 2, false), (0.002, 1, false), (0.003, 1, false),
            (0.002, 2, true), (0.003, 4, true),
        ] {
            let benchmark = try BatchBenchmark(
                echo, .init(sampleRate: 1000, seconds: seconds, largestBatch: batch))
            let kept = KeptBenchmark(benchmark, echo, secondsPerBatch: seconds)
            let before = try? folder.files(in: "cache").map {
                try String(contentsOfFile: folder["cache/" + $0], encoding: .utf8)
            }
            #expect(try store.keep(kept).isKept == isKept, "\(seconds) s, up to \(batch)")
            let after = try folder.files(in: "cache").map {
                try String(contentsOfFile: folder["cache/" + $0], encoding: .utf8)
            }
            #expect(after.count == 1 && (after == before) == !isKept)
        }
    }

    /// The shards of that number, and of no smaller one, are done in time: recordings are never divided.
    @Test(arguments: [1.01, 1.5, 3.1, 10.1, 41])
    func processesAreThoseWhoseSlowestShardIsDone(share: Double) throws {
        let folder = try ScratchFolder()
        _ = try Self.recordings(folder)
        func plan(shards: Int = 1, within: Double? = nil) throws -> ExtractionPlan {
            try ExtractionPlan(
                Self.request(folder["in"]) {
                    ($0.clipsPerSecond, $0.shardCount, $0.within) = (1, shards, within)
                })
        }
        let longest = try #require(plan(shards: 40).longestSeconds)
        let within = longest * share
        let count = try #require(plan(within: within).processCount)
        #expect((1...40).contains(count))
        #expect(try #require(plan(shards: count).longestSeconds) <= within)
        if count > 1 { #expect(try #require(plan(shards: count - 1).longestSeconds) > within) }
        // Less than the longest recording takes.
        let none = try plan(within: longest * 0.99)
        #expect(none.processCount == nil && none.tooLong?.runSeconds == longest)
    }
}
