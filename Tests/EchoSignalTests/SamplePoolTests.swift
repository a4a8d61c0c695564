import EchoSignal
import EchoTestSupport
import Testing

/// Memory for samples that is used again.
@Suite(.timeLimit(.minutes(20))) struct SamplePoolTests {
    typealias Format = RecordingFixtures.Format

    private static func segments(
        _ path: String, _ mode: ChannelMode = .mean
    ) throws -> [SignalSegment] {
        try RecordingReaderTests.segments(.open(path: path, channels: mode))
    }

    /// In memory that is full of another recording's samples, and longer than what is read.
    @Test(arguments: [Format.wav16, .flac16, .wavFloat, .wav24, .mp3], [1, 2, 3])
    func nothingOfTheRecordingBeforeIsLeft(format: Format, channels: Int) throws {
        let scratch = try ScratchFolder()
        let loud = try scratch.file("loud.\(format.fileExtension)")
        // MP3 has two channels at most, and rates of its own.
        let (channels, rate) = (format == .mp3 ? min(channels, 2) : channels, 8000)
        try RecordingFixtures.write(
            Array(repeating: -0.9921875, count: 60_000 * channels), channels: channels,
            sampleRate: rate, as: format, to: loud)
        for length in [200, 1201, 16_385, 59_999] {
            let path = try scratch.file("\(length).\(format.fileExtension)")
            try RecordingFixtures.write(
                RecordingFixtures.noise(count: length * channels), channels: channels,
                sampleRate: rate, as: format, to: path)
            for mode in [ChannelMode.mean, .each] {
                let fresh = try SamplePool.$current.withValue(SamplePool()) {
                    try Self.segments(path, mode).map(\.samples)
                }
                let pool = SamplePool()
                let again = try SamplePool.$current.withValue(pool) {
                    _ = try Self.segments(loud, mode)
                    _ = try Self.segments(path, mode)
                    _ = try Self.segments(loud, mode)
                    return try Self.segments(path, mode).map(\.samples)
                }
                #expect(again == fresh)
                #expect(pool.reuseCount > 0)
            }
        }
    }

    /// Segments share memory with what is read after them, whether they are kept or dropped.
    @Test(arguments: [Format.wav16, .wavFloat], [1, 2])
    func segmentsThatAreKeptDoNotChange(format: Format, channels: Int) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.wav")
        let samples = RecordingFixtures.noise(count: 130_001 * channels)
        try RecordingFixtures.write(
            samples, channels: channels, sampleRate: 1000, as: format, to: path)
        for mode in [ChannelMode.first, .each] {
            let reader = try RecordingReader.open(path: path, channels: mode)
            var kept: [SignalSegment] = []
            var copies: [[Float]] = []
            while let segment = try reader.next() {
                copies.append(segment.samples)
                // Every third is let go at once, so that its memory may be written again.
                if copies.count % 3 != 0 { kept.append(segment) }
            }
            let expected = copies.enumerated().filter { $0.offset % 3 != 2 }.map(\.element)
            #expect(kept.map(\.samples) == expected)
            for channel in 0..<reader.outputChannelCount {
                let own = copies.indices.filter { $0 % reader.outputChannelCount == channel }
                let reference = RecordingReaderTests.reference(
                    RecordingReaderTests.channel(channel, of: samples, channels: channels),
                    sampleRate: 1000)
                #expect(own.map { copies[$0] } == reference)
            }
        }
    }

    @Test func memoryIsUsedAgainAndNotKeptWithoutEnd() {
        let pool = SamplePool()
        var held = (0..<200).map { _ in pool.take(byteCount: 1 << 20) }
        #expect(pool.freeByteCount == 0)
        held.removeLast(50)
        #expect(pool.freeByteCount == 50 << 20)
        held += (0..<50).map { _ in pool.take(byteCount: (1 << 20) - 4096) }
        #expect(pool.reuseCount == 50)
        held.removeAll()
        // What is free is at most 64 MiB once nothing is in use.
        #expect(pool.freeByteCount == 64 << 20)
    }

    @Test func sizesThatNobodyAsksForAnyMoreGoFirst() {
        let pool = SamplePool()
        var old = (0..<60).map { _ in pool.take(byteCount: 1 << 20) }
        old.removeAll()
        for _ in 0..<10 {
            var new = (0..<4).map { _ in pool.take(byteCount: 8 << 20) }
            new.removeAll()
        }
        #expect(pool.freeByteCount <= 64 << 20)
        #expect(pool.reuseCount >= 9 * 4, "what is in use now is what is kept")
    }

    @Test(arguments: [0, 1, 4096, 4097, 16_385, 1_000_003])
    func thereIsRoomForAllThatIsAskedFor(byteCount: Int) {
        let memory = SamplePool().take(byteCount: byteCount)
        #expect(memory.bytes.count >= byteCount)
        #expect(memory.bytes.count <= max(8192, byteCount + byteCount / 4 + 4096))
    }
}
