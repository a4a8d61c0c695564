import EchoSignal
import EchoTestSupport
import Testing

/// Segments of 16-bit recordings, which keep their samples as they are.
@Suite(.timeLimit(.minutes(20))) struct SegmentSamplesTests {
    typealias Format = RecordingFixtures.Format

    private static func segment(
        _ samples: [Float], channels: Int = 1, _ mode: ChannelMode = .mean, as format: Format
    ) throws -> SignalSegment {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.\(format.fileExtension)")
        try RecordingFixtures.write(
            samples, channels: channels, sampleRate: 8000, as: format, to: path)
        return try #require(try RecordingReader.open(path: path, channels: mode).next())
    }

    private static func isPCM16(_ segment: SignalSegment) -> Bool {
        if case .pcm16 = segment.signal { true } else { false }
    }

    /// Against subtracting in double: samples at both ends of the range, near the mean and on it.
    @Test(arguments: [0, 1, 3, 16_383, 32_767, -1, -16_385, -32_768])
    func bothFormsAreTheSameSamplesBitForBit(offset: Int) throws {
        let codes = (0..<1201).map { index in
            max(-32_768, min(32_767, index % 100 == 7 ? -offset : offset + index % 5 - 2))
        }
        let samples = codes.map { Float($0) / 32_768 }
        let segment = try Self.segment(samples, as: .wav16)
        #expect(Self.isPCM16(segment))
        let reference = RecordingReaderTests.reference(samples, sampleRate: 8000)[0]
        #expect(segment.samples.map(\.bitPattern) == reference.map(\.bitPattern))
    }

    @Test(arguments: [Format.wav8, .wav16, .flac16, .aiff16, .au16, .w64])
    func formatsOfSixteenBitsAndFewerKeepThem(format: Format) throws {
        #expect(Self.isPCM16(try Self.segment(RecordingFixtures.noise(count: 400), as: format)))
    }

    @Test(arguments: [Format.wav24, .wavFloat, .flac24, .mp3])
    func otherFormatsAreFloats(format: Format) throws {
        let samples = RecordingFixtures.noise(count: 4000)
        #expect(!Self.isPCM16(try Self.segment(samples, as: format)))
    }

    @Test func anAverageOfChannelsIsNoneOfTheirCodes() throws {
        let samples = RecordingFixtures.noise(count: 800)
        let average = try Self.segment(samples, channels: 2, .mean, as: .wav16)
        let first = try Self.segment(samples, channels: 2, .first, as: .wav16)
        #expect(!Self.isPCM16(average))
        #expect(Self.isPCM16(first))
    }
}
