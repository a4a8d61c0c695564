import EchoSignal
import EchoTestSupport
import Foundation
import Synchronization
import Testing

import EchoExtract

/// What an extraction counts of itself, at its end and while one recording is embedded.
@Suite(.timeLimit(.minutes(20))) struct ProgressMeterTests {
    private static func recording(
        _ folder: ScratchFolder, _ name: String, frames: Int
    ) throws -> Int {
        let count = ExtractFixtures.sampleCount(frames: frames, sampleRate: 1000)
        let samples = ExtractFixtures.signal(seed: 5, sampleCount: count, sampleRate: 1000)
        let path = try folder.wav("in/\(name)", samples, sampleRate: 1000)
        return try #require(
            try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
    }

    @Test(arguments: [FolderLayout.files, .parts])
    func theEndHasAll(layout: FolderLayout) throws {
        let folder = try ScratchFolder()
        var size = 0
        for (name, frames) in [("a.wav", 4100), ("b.wav", 3), ("c.wav", 20)] {
            size += try Self.recording(folder, name, frames: frames)
        }
        try folder.text("in/bad.wav", "no recording")
        try folder.text("in/empty.wav", "")
        let meter = ProgressMeter()
        #expect(meter.now.phase == .comparing && meter.now.totalCount == 0)
        let options = Extraction.Options(
            batchSize: 2, output: folder["out"], storage: OutputOptions(layout: layout))
        let summary = try Extraction(paths: [folder["in"]], options: options)
            .run(on: try TestEcho.onCPU(), meter: meter)
        let end = meter.now
        #expect(end.phase == .ended && end.secondsLeft == nil && end.share == 1)
        #expect(end.finishedCount == 5 && end.totalCount == 5 && end.embeddedCount == 3)
        #expect(end.failedCount == 2 && end.failedCounts.values.allSatisfy { $0 == 1 })
        #expect(Set(end.failedCounts.keys) == Set(summary.bad.map(\.code)))
        #expect(end.byteCount == size + 12 && end.totalByteCount == size + 12)
        #expect(end.readByteCount == size, "what is none has no samples")
        #expect(end.segmentCount == summary.segmentCount && end.segmentCount == 5)
        #expect(abs(end.soundSeconds - summary.soundSeconds) < 1e-6)
        #expect(end.devices.map(\.segmentCount) == [5])
        #expect((end.timesRealTime ?? 0) > 0)
    }

    /// One recording of 12 segments, one a batch: its bytes rise by a twelfth each time.
    @Test func oneRecordingIsCountedSegmentBySegment() throws {
        let folder = try ScratchFolder()
        let size = try Self.recording(folder, "a.wav", frames: 24_000)
        let options = Extraction.Options(batchSize: 1, output: folder["out"])
        var seen: [Extraction.Progress] = []
        _ = try Extraction(paths: [folder["in"]], options: options)
            .run(on: try TestEcho.onCPU()) { seen.append($0) }
        // That it is finished comes behind its last segment, in a batch of its own.
        #expect(seen.map(\.segmentCount) == Array(1...12) + [12])
        for (number, progress) in seen.prefix(12).enumerated() {
            let expected = Double(size) * Double(number + 1) / 12
            #expect(abs(Double(progress.byteCount) - expected) <= 1)
            #expect(progress.phase == .embedding || progress.phase == .compiling)
            #expect(abs(progress.soundSeconds - 240.02 * Double(number + 1) / 12) < 0.1)
        }
        #expect(seen.dropLast().allSatisfy { $0.finishedCount == 0 })
        #expect(seen.prefix(11).allSatisfy { $0.share < 1 })
        #expect(seen.last?.finishedCount == 1 && seen.last?.share == 1)
    }

    /// Two channels side by side are two segments for the device, and one recording's sound and bytes.
    @Test(arguments: [ChannelMode.mean, .each, .concatenate])
    func channelsAreNotCountedTwice(channels: ChannelMode) throws {
        let folder = try ScratchFolder()
        let count = ExtractFixtures.sampleCount(frames: 8000, sampleRate: 1000)
        let samples = ExtractFixtures.signal(seed: 5, sampleCount: 2 * count, sampleRate: 1000)
        let path = try folder.wav("in/a.wav", samples, channels: 2, sampleRate: 1000)
        let size = try #require(
            try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
        let options = Extraction.Options(channels: channels, batchSize: 1, output: folder["out"])
        var seen: [Extraction.Progress] = []
        let summary = try Extraction(paths: [folder["in"]], options: options)
            .run(on: try TestEcho.onCPU()) { seen.append($0) }
        #expect(seen.map(\.byteCount) == seen.map(\.byteCount).sorted())
        #expect(seen.dropLast(2).allSatisfy { $0.byteCount < size && $0.share < 1 })
        let end = try #require(seen.last)
        #expect(end.byteCount == size)
        #expect(abs(end.soundSeconds - summary.soundSeconds) < 1e-6)
    }

    /// The first pass tells which share it has read: rising, and 1 at its end.
    @Test func theFirstPassIsCountedBlockByBlock() throws {
        let folder = try ScratchFolder()
        _ = try Self.recording(folder, "a.wav", frames: 24_000)
        var shares: [Double] = []
        let path = folder["in/a.wav"]
        _ = try RecordingReader.open(
            Input(path: path, name: "a.wav"), SignalContent(path: path),
            surveyed: { shares.append($0) })
        // 240,015 samples in blocks of 16,384.
        #expect(shares.count == 16 && shares == shares.sorted() && shares.last == 1)
        #expect(abs((shares.first ?? 0) - 16_384 / 240_015) < 1e-9)
    }

    @Test func aRateIsThatOfLate() {
        let start = ContinuousClock.now
        var rate = RecentRate(start: start)
        #expect(rate.perSecond == nil && rate.secondsLeft(until: 10, at: start) == nil)
        // 100 s to make kernels ready, then 10 a second.
        rate.add(10, at: start + .seconds(100))
        #expect(rate.perSecond == 0.1)
        rate.add(20, at: start + .seconds(101))
        #expect(rate.perSecond == 10, "the time before the first amount is no part of it")
        // What comes within a second of the last sample waits for the next.
        rate.add(25, at: start + .seconds(101.5))
        #expect(rate.perSecond == 10)
        #expect(rate.secondsLeft(until: 120, at: start + .seconds(101)) == 10)
        #expect(rate.secondsLeft(until: 120, at: start + .seconds(104)) == 7)
        #expect(rate.secondsLeft(until: 120, at: start + .seconds(200)) == 0)
        // A minute later only the new speed counts.
        for second in 102...260 {
            rate.add(20 + 2 * Double(second - 101), at: start + .seconds(second))
        }
        #expect(abs((rate.perSecond ?? 0) - 2) < 1e-9)
    }

    /// A batch may take minutes: two samples are enough, however old.
    @Test func aSlowDeviceHasARateToo() {
        let start = ContinuousClock.now
        var rate = RecentRate(start: start)
        for minute in 1...5 { rate.add(60 * Double(minute), at: start + .seconds(120 * minute)) }
        #expect(rate.perSecond == 0.5)
        // Nothing has come since: no speed, rather than a division by nothing.
        rate.add(300, at: start + .seconds(2000))
        rate.add(300, at: start + .seconds(4000))
        #expect(rate.perSecond == nil)
    }

    @Test(arguments: [
        ("0", FailureLimit.count(0)), ("20", .count(20)), ("5%", .percent(5)),
        ("0.5%", .percent(0.5)), ("100%", .percent(100)),
    ])
    func limitsAreRead(text: String, limit: FailureLimit) {
        #expect(FailureLimit(text) == limit && limit.description == text)
    }

    @Test(arguments: ["", "-1", "+1", "1.5", "%", "101%", "-1%", "1e1%", "nan%", " 5%", "5 %", "x"])
    func whatIsNoLimitIsNone(text: String) { #expect(FailureLimit(text) == nil) }
}
