import EchoSignal
import EchoTestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct RecordingTests {
    /// All samples of a recording, read in blocks of an odd size.
    static func decode(_ path: String) throws -> (recording: Recording, samples: [Float]) {
        let recording = try Recording(SignalContent(path: path))
        var block = [Float](repeating: 0, count: 777 * recording.channelCount)
        var samples: [Float] = []
        while case let count = try recording.read(into: &block), count > 0 {
            samples += block[..<(count * recording.channelCount)]
        }
        return (recording, samples)
    }

    @Test(
        arguments: RecordingFixtures.Format.allCases.filter { !$0.isLossy }, [1, 2, 8])
    func losslessFormatsGiveTheSamplesBack(
        format: RecordingFixtures.Format, channels: Int
    ) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.\(format.fileExtension)")
        let samples = RecordingFixtures.noise(count: 5000 * channels)
        try RecordingFixtures.write(
            samples, channels: channels, sampleRate: 44_100, as: format, to: path)
        let (recording, decoded) = try Self.decode(path)
        #expect(recording.sampleRate == 44_100)
        #expect(recording.channelCount == channels)
        #expect(recording.declaredFrameCount == 5000)
        #expect(decoded == samples)
    }

    @Test(arguments: RecordingFixtures.Format.allCases.filter(\.isLossy))
    func lossyFormatsKeepTheLengthAndTheSound(format: RecordingFixtures.Format) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.\(format.fileExtension)")
        // A slow wave, which every codec keeps.
        let wave = (0..<48_000).map { Float(($0 % 480) - 240) / 480 }
        try RecordingFixtures.write(wave, sampleRate: 48_000, as: format, to: path)
        let (recording, decoded) = try Self.decode(path)
        #expect(recording.sampleRate == 48_000)
        #expect(decoded.count == 48_000)
        let energy = zip(wave, decoded).map { Double($0) * Double($1) }.reduce(0, +)
        let own = wave.map { Double($0) * Double($0) }.reduce(0, +)
        #expect(energy > 0.9 * own)
    }

    @Test func floatSamplesKeepTheirScale() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("loud.wav")
        try RecordingFixtures.write(
            [0, 3.5, -70_000, 1e-20], sampleRate: 8000, as: .wavFloat, to: path)
        #expect(try Self.decode(path).samples == [0, 3.5, -70_000, 1e-20])
    }
}
