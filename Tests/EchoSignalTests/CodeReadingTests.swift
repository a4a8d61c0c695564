import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// Samples of 16 bits, which are read as such, beside the same samples in files of floats.
@Suite(.timeLimit(.minutes(20))) struct CodeReadingTests {
    typealias Format = RecordingFixtures.Format

    private static let rate = 1000

    /// Every code there is, the extremes often; no two channels are alike.
    private static func samples(_ count: Int, channels: Int) -> [Float] {
        (0..<count * channels).map { place in
            let code = place % 61 == 7 ? -32_768 : place % 67 == 5 ? 32_767 : place * 7919 % 65_536
            return Float(Int16(truncatingIfNeeded: code)) / 32_768
        }
    }

    /// Every segment of every output, as bits.
    private static func bits(_ path: String, _ mode: ChannelMode) throws -> [[UInt32]] {
        try RecordingReaderTests.segments(.open(path: path, channels: mode))
            .map { $0.samples.map(\.bitPattern) }
    }

    /// One frame; an odd length; a block, one less and one more; two segments; five. With 2, 4 and 256
    /// channels means are exact, with 3, 7 and 300 they are rounded.
    @Test(arguments: [25, 1201, 16_383, 16_384, 16_385, 20_025, 87_653], [1, 2, 3, 4, 7])
    func codesGiveWhatFloatsGiveBitForBit(length: Int, channels: Int) throws {
        try Self.compare(.wav16, length, channels, RecordingReaderTests.modes(channels))
    }

    @Test(arguments: [8, 16, 256, 300])
    func soDoCodesOfManyChannels(channels: Int) throws {
        try Self.compare(.wav16, 1201, channels, [.mean, .last, .concatenate])
    }

    @Test(arguments: [Format.flac16, .aiff16, .au16, .w64, .rf64], [1, 2, 3])
    func soDoCodesInOtherContainers(format: Format, channels: Int) throws {
        try Self.compare(format, 20_025, channels, RecordingReaderTests.modes(channels))
    }

    /// 8 bits are the upper half of 16.
    @Test(arguments: [1, 2, 3]) func soDoEightBits(channels: Int) throws {
        let scratch = try ScratchFolder()
        let samples = RecordingFixtures.noise(count: 20_025 * channels)
        try Self.compare(
            .wav8, samples, channels, RecordingReaderTests.modes(channels), scratch)
    }

    private static func compare(
        _ format: Format, _ length: Int, _ channels: Int, _ modes: [ChannelMode]
    ) throws {
        let scratch = try ScratchFolder()
        try compare(format, samples(length, channels: channels), channels, modes, scratch)
    }

    private static func compare(
        _ format: Format, _ samples: [Float], _ channels: Int, _ modes: [ChannelMode],
        _ scratch: ScratchFolder
    ) throws {
        let codes = try scratch.file("codes.\(format.fileExtension)")
        let floats = try scratch.file("floats.wav")
        for (path, format) in [(codes, format), (floats, .wavFloat)] {
            try RecordingFixtures.write(
                samples, channels: channels, sampleRate: rate, as: format, to: path)
        }
        for mode in modes {
            #expect(try bits(codes, mode) == bits(floats, mode), "\(mode.rawValue)")
        }
    }

    /// A file that ends inside a sample, inside a frame and after one.
    @Test(arguments: [1, 2, 3, 4, 5, 30_001], [1, 2, 3])
    func aCutFileGivesItsWholeFrames(missing: Int, channels: Int) throws {
        let scratch = try ScratchFolder()
        let samples = Self.samples(21_000, channels: channels)
        let (cut, rest) = (try scratch.file("cut.wav"), try scratch.file("rest.wav"))
        try RecordingFixtures.write(
            samples, channels: channels, sampleRate: Self.rate, as: .wav16, to: cut)
        try Data(contentsOf: URL(fileURLWithPath: cut)).dropLast(missing)
            .write(to: URL(fileURLWithPath: cut))
        let frames = (2 * samples.count - missing) / (2 * channels)
        try RecordingFixtures.write(
            Array(samples[..<(frames * channels)]), channels: channels, sampleRate: Self.rate,
            as: .wavFloat, to: rest)
        for mode in [ChannelMode.mean, .each] {
            #expect(try Self.bits(cut, mode) == Self.bits(rest, mode))
        }
    }

    @Test(arguments: [Format.wav16, .flac16, .wav8], [1, 2, 3])
    func aFileWithoutSamplesIsEmpty(format: Format, channels: Int) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.\(format.fileExtension)")
        try RecordingFixtures.write(
            [], channels: channels, sampleRate: Self.rate, as: format, to: path)
        let error = #expect(throws: SignalError.self) {
            _ = try RecordingReader.open(path: path, channels: .mean)
        }
        // libsndfile itself refuses a FLAC without samples.
        #expect(format == .flac16 || error?.cause == .empty)
    }

    /// A part of a recording that starts and ends inside blocks.
    @Test(arguments: [1, 2]) func aPartIsThatOfTheFloats(channels: Int) throws {
        let scratch = try ScratchFolder()
        let samples = Self.samples(40_000, channels: channels)
        let parts = try [Format.wav16, .wavFloat].map { format in
            let path = try scratch.file("\(format).wav")
            try RecordingFixtures.write(
                samples, channels: channels, sampleRate: Self.rate, as: format, to: path)
            let input = Input(
                path: path, name: path, overrides: InputOverrides(start: 1.003, end: 33.333))
            let reader = try RecordingReader.open(input, SignalContent(path: path))
            return try RecordingReaderTests.segments(reader).map { $0.samples.map(\.bitPattern) }
        }
        #expect(parts[0] == parts[1])
        #expect(parts[0].count == 2)
    }
}
