import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// Clips are written to files and read by this package's own reader.
@Suite(.timeLimit(.minutes(20))) struct SoundClipTests {
    private static func decoded(_ clip: SoundClip) throws -> (samples: SoundSamples, code: String) {
        let folder = try ScratchFolder()
        let path = try folder.file("clip." + clip.format.ending)
        try Data(clip.bytes).write(to: URL(fileURLWithPath: path))
        let samples = try SoundSamples.read(
            Input(path: path, name: "clip"), SignalContent(path: path), ReadingOptions())
        // Of WAV: the format and the bits a sample.
        let bytes = clip.bytes
        let code = clip.format == .wav ? "\(bytes[20]) \(bytes[34])" : ""
        return (samples, code)
    }

    private static func sine(
        _ hertz: Double, rate: Int, seconds: Double, amplitude: Double = 0.5, offset: Double = 0
    ) -> SoundSamples {
        SoundSamples(
            (0..<Int(seconds * Double(rate))).map {
                Float(offset + amplitude * sin(2 * .pi * hertz * Double($0) / Double(rate)))
            }, sampleRate: rate)
    }

    /// Where a tone lies, and its amplitude, from the middle of a signal: by projection on sine and cosine.
    private static func amplitude(_ samples: SoundSamples, _ hertz: Double) -> Double {
        let rate = Double(samples.sampleRate)
        let period = Int((rate / hertz * 100).rounded())
        let first = (samples.frameCount - period) / 2
        var (re, im) = (0.0, 0.0)
        for index in first..<first + period {
            let turn = 2 * Double.pi * hertz * Double(index) / rate
            re += Double(samples.values[index]) * cos(turn)
            im += Double(samples.values[index]) * sin(turn)
        }
        return 2 * (re * re + im * im).squareRoot() / Double(period)
    }

    // MARK: Exact

    /// Values that 16 bits, 24 bits and float32 alone hold: "1 16" is PCM of 16 bits, "3 32" float32.
    @Test(
        arguments: [
            ([-1, -0.5, 0, Float(0x7FFF) / 0x8000], "1 16"),
            ([0.5, 0x1p-15 + 0x1p-23], "1 24"),
            ([0.1, -7.25, 1], "3 32"),
            ([1], "3 32"), ([-0.0], "3 32"), ([1e-30, 1e30], "3 32"),
        ] as [([Float], String)])
    func isExact(values: [Float], code: String) throws {
        let stereo = SoundSamples(
            values.flatMap { [$0, -0.25] }, channelCount: 2, sampleRate: 51_200)
        let clip = try SoundClip(exact: stereo)
        #expect(clip.format == .wav)
        #expect(clip.gain == 0)
        #expect(clip.notes.isEmpty)
        let read = try Self.decoded(clip)
        #expect(read.code == code)
        #expect((read.samples.channelCount, read.samples.sampleRate) == (2, 51_200))
        #expect(read.samples.values.map(\.bitPattern) == stereo.values.map(\.bitPattern))
    }

    @Test func theSameSamplesAreTheSameBytes() throws {
        let samples = Self.sine(440, rate: 16_000, seconds: 1, amplitude: 0.3)
        #expect(try SoundClip(exact: samples).bytes == SoundClip(exact: samples).bytes)
        let clips = try (0..<2).map { _ in try SoundClip(listeningTo: samples, as: .mp3) }
        #expect(clips[0].bytes == clips[1].bytes)
    }

    @Test func nothingIsAnError() {
        #expect(throws: SignalError.self) {
            try SoundClip(exact: SoundSamples([], sampleRate: 16_000))
        }
    }

    // MARK: To listen to

    /// A tone comes back at its frequency and its level at every rate that machines are recorded at, within what the
    /// coders do to a tone: 0.5 dB.
    @Test(
        arguments: SoundClip.Format.allCases,
        [
            (1000, 8000), (8000, 8000), (12_000, 12_000), (16_000, 16_000), (20_480, 0),
            (25_600, 0), (44_100, 0), (48_000, 48_000), (51_200, 48_000), (192_000, 48_000),
        ])
    func aToneIsHeard(format: SoundClip.Format, rates: (given: Int, heard: Int)) throws {
        let hertz = Double(rates.given) / 10
        let tone = min(hertz, 2000)
        let clip = try SoundClip(
            listeningTo: Self.sine(tone, rate: rates.given, seconds: 2), as: format)
        #expect(clip.gain == 0)
        let heard = try Self.decoded(clip).samples
        #expect(heard.sampleRate == clip.sampleRate)
        if rates.heard != 0 { #expect(clip.sampleRate == rates.heard) }
        #expect(abs(heard.seconds - 2) < 0.1)
        let level = 20 * log10(Self.amplitude(heard, tone) / 0.5)
        #expect(abs(level) < 0.5, "\(level) dB")
        #expect(clip.notes.isEmpty == (rates.given <= 48_000), "\(clip.notes)")
    }

    @Test func beyondTheHighestRateItSaysWhatIsMissing() throws {
        let clip = try SoundClip(listeningTo: Self.sine(100, rate: 96_000, seconds: 0.2))
        #expect(clip.notes == ["Without what lies above 24000 Hz, which players do not reproduce."])
    }

    /// Acceleration in m/s² with gravity in it, and a machine that is hardly heard.
    @Test(arguments: [(30.0, 9.81, -32.64), (0.001, 0, 56.9), (0.0, 5, 0)])
    func levelIsMadeFit(amplitude: Double, offset: Double, gain: Double) throws {
        let samples = Self.sine(
            400, rate: 16_000, seconds: 1, amplitude: amplitude, offset: offset)
        let clip = try SoundClip(listeningTo: samples, as: .wav)
        #expect(abs(clip.gain - gain) < 0.01, "\(clip.gain)")
        let heard = try Self.decoded(clip).samples.values
        let peak = try #require(heard.map(abs).max())
        #expect(abs(peak - (amplitude == 0 ? 0 : 0.7)) < 1e-3)
        #expect(abs(heard.reduce(0, +) / Float(heard.count)) < 1e-4)
        #expect(clip.notes.count == (gain == 0 ? 0 : 1))
    }

    @Test func oneGainMakesClipsComparable() throws {
        let loud = try SoundClip(
            listeningTo: Self.sine(400, rate: 16_000, seconds: 1, amplitude: 20), as: .wav)
        let soft = try SoundClip(
            listeningTo: Self.sine(400, rate: 16_000, seconds: 1, amplitude: 2), as: .wav,
            gain: loud.gain)
        let peak = try #require(try Self.decoded(soft).samples.values.map(abs).max())
        #expect(abs(peak - 0.07) < 1e-3)
    }

    @Test func severalChannelsAreAveragedAndThatIsSaid() throws {
        let samples = SoundSamples(
            (0..<16_000).flatMap { _ in [Float(0.5), 0.25, 0] }, channelCount: 3,
            sampleRate: 16_000)
        let clip = try SoundClip(listeningTo: samples)
        #expect(clip.notes.first == "The average of 3 channels.")
        #expect(try Self.decoded(clip).samples.channelCount == 1)
    }

    /// What a page of 80 clips of 10 s may hold: 10 MB with a third more for base64.
    @Test(arguments: [SoundClip.Format.mp3, .opus])
    func clipsAreSmall(format: SoundClip.Format) throws {
        let noise = SoundSamples(RecordingFixtures.noise(count: 160_000), sampleRate: 16_000)
        let clip = try SoundClip(listeningTo: noise, as: format)
        #expect(clip.bytes.count < 70_000, "\(clip.bytes.count) bytes")
    }

    // MARK: Parts

    @Test func aPartIsReadAsItIsStored() throws {
        let folder = try ScratchFolder()
        let path = try folder.file("a.wav")
        let samples = RecordingFixtures.noise(count: 2 * 4000)
        try RecordingFixtures.write(
            samples, channels: 2, sampleRate: 4000, as: .wav24, to: path)
        let input = Input(
            path: path, name: "a", overrides: InputOverrides(channels: .first, start: 0.25))
        var options = ReadingOptions()
        options.resample = 8000
        let content = SignalContent(path: path)
        let part = try SoundSamples.read(input, content, options, from: 0.25, to: 0.375)
        #expect((part.sampleRate, part.channelCount, part.start) == (4000, 2, 0.5))
        #expect(part.values == Array(samples[4000..<5000]))
        #expect(part.channel(1).values == stride(from: 4001, to: 5000, by: 2).map { samples[$0] })
        // To the end, and no further than what was to be read of it.
        #expect(try SoundSamples.read(input, content, options, from: 0.5).frameCount == 1000)
        let ended = Input(
            path: path, name: "a", overrides: InputOverrides(start: 0.25, end: 0.5))
        #expect(try SoundSamples.read(ended, content, options, to: 9).frameCount == 1000)
        #expect(throws: SignalError.self) {
            try SoundSamples.read(input, content, options, from: 0.75)
        }
    }
}
