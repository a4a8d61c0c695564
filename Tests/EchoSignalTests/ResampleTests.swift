import EchoSignal
import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct ResampleTests {
    private static func sine(_ frequency: Double, rate: Int, count: Int) -> [Float] {
        (0..<count).map { Float(0.5 * sin(2 * .pi * frequency * Double($0) / Double(rate))) }
    }

    private static func write(
        _ scratch: ScratchFolder, _ samples: [Float], channels: Int = 1, rate: Int
    ) throws -> String {
        let path = try scratch.file("a.wav")
        try RecordingFixtures.write(
            samples, channels: channels, sampleRate: rate, as: .wavFloat, to: path)
        return path
    }

    /// A tone stays that tone: away from the ends within what float32 and 28 bits allow.
    @Test(arguments: [(44_100, 16_000), (16_000, 48_000), (25_600, 16_000)])
    func aToneStaysATone(from: Int, to: Int) throws {
        let scratch = try ScratchFolder()
        let path = try Self.write(
            scratch, Self.sine(440, rate: from, count: from * 2), rate: from)
        let reader = try Ramp.open(path, ReadingOptions(resample: to))
        #expect(reader.sampleRate == to)
        #expect(abs(reader.sampleCount - 2 * to) <= 1)
        let samples = try #require(try reader.next()).samples
        let expected = Self.sine(440, rate: to, count: samples.count)
        let worst = (to / 10..<samples.count - to / 10).map { abs(samples[$0] - expected[$0]) }
            .max()
        #expect(try #require(worst) < 1e-4)
    }

    @Test func whatLiesBeyondTheNewHalfRateIsGone() throws {
        let scratch = try ScratchFolder()
        let path = try Self.write(
            scratch, Self.sine(15_000, rate: 44_100, count: 44_100), rate: 44_100)
        let samples = try #require(
            try Ramp.open(path, ReadingOptions(resample: 16_000)).next()
        ).samples
        let loudest = samples[1600..<samples.count - 1600].map(abs).max()
        #expect(try #require(loudest) < 1e-5)
    }

    /// Two channels are read in blocks of half the size, and the first pass in others than a skip.
    @Test func theResultDoesNotDependOnBlocks() throws {
        let scratch = try ScratchFolder()
        let mono = RecordingFixtures.noise(count: 130_000)
        let alone = try Self.write(scratch, mono, rate: 3000)
        let reference = try RecordingReaderTests.segments(
            try Ramp.open(alone, ReadingOptions(resample: 2000)))
        #expect(reference.count == 3)
        let other = try ScratchFolder()
        for channels in [2, 5] {
            let samples = mono.flatMap { [Float](repeating: $0, count: channels) }
            let path = try Self.write(other, samples, channels: channels, rate: 3000)
            for mode in [ChannelMode.each, .last, .mean] {
                let reader = try Ramp.open(path, ReadingOptions(channels: mode, resample: 2000))
                for segment in try RecordingReaderTests.segments(reader) {
                    #expect(segment.samples == reference[segment.index].samples)
                }
            }
        }
    }

    @Test func theSameRateChangesNothing() throws {
        let scratch = try ScratchFolder()
        let path = try Self.write(scratch, RecordingFixtures.noise(count: 5000), rate: 1000)
        let plain = try RecordingReaderTests.segments(try Ramp.open(path, ReadingOptions()))
        let same = try RecordingReaderTests.segments(
            try Ramp.open(path, ReadingOptions(resample: 1000)))
        #expect(plain.map(\.samples) == same.map(\.samples))
    }

    @Test(arguments: [1, 99, 20_000_000])
    func ratesThatCannotBeEmbeddedAreRefused(rate: Int) throws {
        let scratch = try ScratchFolder()
        let path = try Self.write(scratch, RecordingFixtures.noise(count: 5000), rate: 1000)
        #expect(Ramp.error(path, ReadingOptions(resample: rate))?.cause == .sampleRate(rate))
    }
}
