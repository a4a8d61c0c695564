import EchoSignal
import EchoTestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct RecordingReaderTests {
    /// At 1000 Hz a window is 25 samples and the hop 10: 2000 frames are 20,015 samples.
    static let rate = 1000

    /// The segments of one channel by the definition: mean of everything, then slices. The mean is
    /// rounded to 2^-40, which 16-bit uploads need, and which is less than the spectrogram's floor.
    static func reference(_ samples: [Float], sampleRate: Int) -> [[Float]] {
        let framing = Framing(sampleRate: sampleRate)
        let exact = samples.reduce(0.0) { $0 + Double($1) } / Double(samples.count)
        let mean = (exact * 0x1p40).rounded() * 0x1p-40
        let frames = framing.frameCount(sampleCount: samples.count)
        return framing.segments(frameCount: frames).map { segment in
            samples[framing.sampleRange(of: segment)].map { Float(Double($0) - mean) }
        }
    }

    static func segments(_ reader: RecordingReader) throws -> [SignalSegment] {
        var segments: [SignalSegment] = []
        while let segment = try reader.next() { segments.append(segment) }
        return segments
    }

    /// Every `channels`-th sample, from `channel`.
    static func channel(_ channel: Int, of samples: [Float], channels: Int) -> [Float] {
        stride(from: channel, to: samples.count, by: channels).map { samples[$0] }
    }

    /// One frame; one segment, exactly and at its longest; one frame more; two segments; five.
    @Test(arguments: [25, 34, 20_015, 20_024, 20_025, 40_015, 40_024, 87_654], [1, 2, 8])
    func streamingEqualsSlicingBitForBit(length: Int, channels: Int) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.wav")
        let samples = RecordingFixtures.noise(count: length * channels)
        try RecordingFixtures.write(
            samples, channels: channels, sampleRate: Self.rate, as: .wav16, to: path)
        for mode in Self.modes(channels) {
            let reader = try RecordingReader.open(path: path, channels: mode)
            let references = Self.outputs(samples, channels, mode).map {
                Self.reference($0, sampleRate: Self.rate)
            }
            #expect(reader.outputChannelCount == references.count)
            #expect(reader.sampleCount == length)
            #expect(reader.segmentCount == references[0].count)
            let segments = try Self.segments(reader)
            #expect(segments.count == references.count * references[0].count)
            for (position, segment) in segments.enumerated() {
                #expect(segment.index == position / references.count)
                #expect(segment.channel == position % references.count)
                #expect(segment.segmentCount == reader.segmentCount)
                #expect(segment.samples == references[segment.channel][segment.index])
            }
            #expect(
                segments.filter { $0.channel == 0 }.reduce(0) { $0 + $1.rowCount }
                    == reader.segmentRowCount)
        }
    }

    /// Thirds have no end in binary, so it shows whether sums are rounded once, from double.
    @Test(arguments: [3, 7])
    func theMeanOfChannelsIsRoundedOnce(channels: Int) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.wav")
        let samples = RecordingFixtures.noise(count: 21_000 * channels).enumerated().map {
            $0.element / 3 + Float($0.offset % 11) * 1e-5
        }
        try RecordingFixtures.write(
            samples, channels: channels, sampleRate: Self.rate, as: .wavFloat, to: path)
        let mean = Self.outputs(samples, channels, .mean)[0]
        let segments = try Self.segments(.open(path: path, channels: .mean))
        #expect(segments.map(\.samples) == Self.reference(mean, sampleRate: Self.rate))
    }

    static func modes(_ channels: Int) -> [ChannelMode] {
        [.mean, .first, .last, .each, .concatenate, .channel(0), .channel(channels / 2)]
    }

    static func outputs(_ samples: [Float], _ channels: Int, _ mode: ChannelMode) -> [[Float]] {
        let each = (0..<channels).map { channel($0, of: samples, channels: channels) }
        switch mode {
        case .each, .concatenate: return each
        case .first: return [each[0]]
        case .last: return [each[channels - 1]]
        case .channel(let number): return [each[number]]
        case .mean:
            let mean = each[0].indices.map { index in
                Float(each.reduce(0.0) { $0 + Double($1[index]) } / Double(channels))
            }
            return [mean]
        }
    }

    @Test(arguments: [25, 20_024, 20_025, 87_654])
    func aSignalInMemoryEqualsTheSameSignalInAFile(length: Int) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.wav")
        let samples = RecordingFixtures.noise(count: length).map { $0 / 3 }
        try RecordingFixtures.write(samples, sampleRate: Self.rate, as: .wavFloat, to: path)
        let file = try Self.segments(.open(path: path, channels: .mean))
        let memory = try Self.segments(.open(signal: samples, sampleRate: Self.rate))
        #expect(file.map(\.samples) == memory.map(\.samples))
        #expect(file.map(\.frameCount) == memory.map(\.frameCount))
    }

    /// Decoders that cannot seek exactly are opened twice, so both passes hear the same.
    @Test(arguments: [RecordingFixtures.Format.vorbis, .opus, .mp3, .flac16])
    func compressedRecordingsStreamAsTheyDecode(format: RecordingFixtures.Format) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.\(format.fileExtension)")
        let rate = 16_000
        let samples = RecordingFixtures.noise(count: rate * 25)
        try RecordingFixtures.write(samples, sampleRate: rate, as: format, to: path)
        let decoded = try RecordingTests.decode(path).samples
        let reader = try RecordingReader.open(path: path, channels: .mean)
        #expect(reader.segmentCount == 2)
        #expect(
            try Self.segments(reader).map(\.samples)
                == Self.reference(decoded, sampleRate: rate))
    }

    @Test func propertiesAreKnownOnceOpen() throws {
        let reader = try RecordingReader.open(
            signal: RecordingFixtures.noise(count: 20_025), sampleRate: Self.rate)
        #expect(reader.sampleRate == 1000)
        #expect(reader.seconds == 20.025)
        #expect(reader.totalFrameCount == 2001)
        #expect(reader.segmentCount == 2)
        #expect(reader.segmentRowCount == 250)
        #expect(reader.channelCount == 1)
    }

    /// An hour of 16-bit samples, 24 MB: what is held is a segment and a block.
    @Test func anHourIsHeldOneSegmentAtATime() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("hour.wav")
        let rate = 3333
        try RecordingFixtures.write(
            RecordingFixtures.noise(count: rate * 60), sampleRate: rate, as: .wav16, to: path,
            repeats: 60)
        let reader = try RecordingReader.open(path: path, channels: .mean)
        #expect(reader.sampleCount == rate * 3600)
        var count = 0
        while let segment = try reader.next() {
            #expect(segment.frameCount == 2000)
            count += 1
        }
        #expect(count == reader.segmentCount)
        #expect(count > 180)
        let segment = reader.framing.singleSegmentSampleLimit
        let block = 65_536
        #expect(reader.peakBufferedSampleCount >= segment / 2)
        #expect(reader.peakBufferedSampleCount <= segment + block)
    }
}
