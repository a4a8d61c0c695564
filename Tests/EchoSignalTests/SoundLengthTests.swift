import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// Sound files whose headers say another number of samples than there are.
@Suite(.timeLimit(.minutes(20))) struct SoundLengthTests {
    private static let samples = SoundBytes.samples

    /// 0, what ffmpeg and sox write to a pipe, and all bits.
    @Test(arguments: [0, 0x7FFF_F000, 0x7FFF_FFDB, 0xFFFF_FFFF])
    func aWavOfUnknownLengthGoesToTheEndOfTheFile(size: Int) throws {
        for riff in [0, size, 8] {
            let bytes = SoundBytes.wav(SoundBytes.pcm16, dataSize: size, riffSize: riff)
            let read = try SoundBytes.read(bytes)
            #expect(read.samples == Self.samples)
            #expect(read.note?.contains("to the end of the file") == true)
        }
    }

    /// The samples end where the chunks behind them start, whatever the header says.
    @Test func chunksBehindTheSamplesAreNone() throws {
        let plain = try SoundBytes.read(SoundBytes.wav(SoundBytes.pcm16, after: SoundBytes.list))
        #expect(plain.samples == Self.samples)
        #expect(plain.note == nil)
        let open = try SoundBytes.read(
            SoundBytes.wav(SoundBytes.pcm16, dataSize: 0, riffSize: 0, after: SoundBytes.list))
        #expect(open.samples == Self.samples)
        #expect(open.note != nil)
        // As ffmpeg leaves it in a pipe, its chunk behind the samples.
        let all = try SoundBytes.read(
            SoundBytes.wav(
                SoundBytes.pcm16, dataSize: 0xFFFF_FFFF, riffSize: 0xFFFF_FFFF,
                after: SoundBytes.list))
        #expect(all.samples == Self.samples)
        #expect(all.note != nil)
        // No samples at all, and a chunk: nothing to read.
        let none = try SoundBytes.read(SoundBytes.wav([], after: SoundBytes.list))
        #expect(none.samples.isEmpty)
    }

    /// An odd number of bytes, with and without the one that makes it even, and then a chunk.
    @Test(arguments: [[0], []] as [[UInt8]])
    func oddSizesAreAsTheyStand(padding: [UInt8]) throws {
        let data = (0..<801).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let read = try SoundBytes.read(
            SoundBytes.wav(
                data, format: SoundBytes.format(bits: 8), after: padding + SoundBytes.list))
        #expect(read.samples == data.map { Float(Int($0) - 128) / 128 })
        #expect(read.note == nil)
    }

    /// Tags and zeros behind it are left out in silence, other bytes with a note.
    @Test func whatFollowsASoundHeaderIsLeftOut() throws {
        let size = 4 + 24 + 8 + SoundBytes.pcm16.count
        for (tail, isNoted) in [
            (Array("TAG".utf8) + [UInt8](repeating: 32, count: 125), false),
            ([UInt8](repeating: 0, count: 300), false),
            ([UInt8](repeating: 0x9B, count: 300), true),
        ] {
            let read = try SoundBytes.read(
                SoundBytes.wav(SoundBytes.pcm16, riffSize: size, after: tail))
            #expect(read.samples == Self.samples)
            #expect((read.note != nil) == isNoted)
        }
    }

    /// More than 4 GiB of float64 at 16 channels: sizes by 2^32, with and without a chunk behind them.
    @Test(arguments: [false, true])
    func sizesBeyond32BitsAreFound(hasChunk: Bool) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("long.wav")
        let frame = 16 * 8
        let count = (1 << 32) + 1024 * frame
        let format =
            SoundBytes.little(3, 2) + SoundBytes.little(16, 2) + SoundBytes.little(1000, 4)
            + SoundBytes.little(1000 * frame, 4) + SoundBytes.little(frame, 2)
            + SoundBytes.little(64, 2)
        let header = SoundBytes.wav(
            [], format: format, dataSize: count & 0xFFFF_FFFF, riffSize: (count + 36) & 0xFFFF_FFFF)
        try Data(header).write(to: URL(fileURLWithPath: path))
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.truncate(atOffset: UInt64(header.count + count))
        // The last frame is 0.5 in every channel.
        try file.seek(toOffset: UInt64(header.count + count - frame))
        let last = withUnsafeBytes(of: Double(0.5).bitPattern.littleEndian, Array.init)
        file.write(Data((0..<16).flatMap { _ in last }))
        if hasChunk {
            try file.seek(toOffset: UInt64(header.count + count))
            file.write(Data(SoundBytes.list))
        }
        try file.close()
        let source = try FileSource(SignalContent(path: path))
        #expect(source.declaredFrameCount == count / frame)
        #expect(source.note?.contains("to the end of the file") == true)
        #expect(try source.skip(count / frame - 1) == count / frame - 1)
        var block = [Float](repeating: 0, count: 64)
        #expect(try source.read(into: &block) == 1)
        #expect(block[..<16] == ArraySlice(repeating: 0.5, count: 16))
        #expect(try source.read(into: &block) == 0)
    }

    /// BW64 is RF64 by another name; of both the 64-bit sizes may be missing.
    @Test(arguments: ["RF64", "BW64"], [true, false])
    func the64BitFormsAreRead(name: String, isClosed: Bool) throws {
        let data = SoundBytes.pcm16
        let size = isClosed ? data.count : 0
        let sizes =
            SoundBytes.little(size + 72, 8) + SoundBytes.little(size, 8)
            + SoundBytes.little(size / 2, 8) + SoundBytes.little(0, 4)
        let bytes =
            Array(name.utf8) + [255, 255, 255, 255] + Array("WAVEds64".utf8)
            + SoundBytes.little(sizes.count, 4) + sizes + Array("fmt ".utf8)
            + SoundBytes.little(16, 4) + SoundBytes.format() + Array("data".utf8)
            + [255, 255, 255, 255] + data
        let read = try SoundBytes.read(bytes)
        #expect(read.samples == Self.samples)
        #expect((read.note == nil) == isClosed)
    }

    /// Of each form the sizes as libsndfile wrote them, set to what a recorder leaves that dies.
    @Test(
        arguments: [
            (RecordingFixtures.Format.aiff16, "SSND", 4, 4, 4), (.w64, "data", 16, 8, 16),
            (.caf24, "data", 4, 8, nil),
        ] as [(RecordingFixtures.Format, String, Int, Int, Int?)])
    func otherFormsGoToTheEndToo(
        format: RecordingFixtures.Format, chunk: String, place: Int, width: Int, form: Int?
    ) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a." + format.fileExtension)
        let samples = RecordingFixtures.noise(count: 500)
        try RecordingFixtures.write(samples, sampleRate: 1000, as: format, to: path)
        #expect(try SoundBytes.read(path).samples == samples)
        #expect(try SoundBytes.read(path).note == nil)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let offset = try #require(bytes.range(of: Data(chunk.utf8))).lowerBound
        let zero = [UInt8](repeating: 0, count: width)
        try RecordingFixtures.patch(path, at: offset + place, with: zero)
        if let form { try RecordingFixtures.patch(path, at: form, with: zero) }
        let read = try SoundBytes.read(path)
        #expect(read.samples == samples)
        #expect(read.note?.contains("to the end of the file") == true)
    }

    /// In AU and CAF all bits say, as the format allows, that the samples go to the end.
    @Test(
        arguments: [(RecordingFixtures.Format.au16, 8, 4, nil), (.caf24, 4, 8, "data")]
            as [(RecordingFixtures.Format, Int, Int, String?)])
    func aLengthThatMayBeOpenIsNoOddity(
        format: RecordingFixtures.Format, place: Int, width: Int, chunk: String?
    ) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a." + format.fileExtension)
        let samples = RecordingFixtures.noise(count: 500)
        try RecordingFixtures.write(samples, sampleRate: 1000, as: format, to: path)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let offset = try chunk.map { try #require(bytes.range(of: Data($0.utf8))).lowerBound } ?? 0
        try RecordingFixtures.patch(
            path, at: offset + place, with: [UInt8](repeating: 255, count: width))
        let read = try SoundBytes.read(path)
        #expect(read.samples == samples)
        #expect(read.note == nil)
    }

    /// Without the frame that says how many there are: the last one is not whole.
    @Test(.enabled(if: FFmpegProgram.isInstalled, "ffmpeg is missing: install the package ffmpeg"))
    func anMP3ThatIsCutOffIsNoted() throws {
        let scratch = try ScratchFolder()
        let (wav, path) = (try scratch.file("a.wav"), try scratch.file("a.mp3"))
        try RecordingFixtures.write(
            RecordingFixtures.noise(count: 44_100), sampleRate: 44_100, as: .wav16, to: wav)
        try FFmpegProgram.run(
            ["-i", wav, "-write_xing", "0", "-b:a", "64k", path], in: scratch.path)
        #expect(try SoundBytes.read(path).note == nil)
        try RecordingFixtures.truncate(path, to: 0.617)
        let read = try SoundBytes.read(path)
        #expect((20_000..<35_000).contains(read.samples.count))
        #expect(read.note?.hasPrefix("cut off: its last frame") == true)
    }

    @Test(arguments: [RecordingFixtures.Format.au16, .caf24, .flac16, .flac24])
    func whatIsCutOffIsReadAsFarAsItGoes(format: RecordingFixtures.Format) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a." + format.fileExtension)
        let samples = RecordingFixtures.noise(count: 80_000)
        try RecordingFixtures.write(samples, sampleRate: 16_000, as: format, to: path)
        try RecordingFixtures.truncate(path, to: 0.6)
        let reader = try RecordingReader.open(path: path, channels: .mean)
        let count = reader.sampleCount
        #expect((40_000..<60_000).contains(count))
        let isNoted = reader.note != nil || reader.declaredFrameCount != count
        #expect(isNoted)
        #expect(
            try RecordingReaderTests.segments(reader).map(\.samples)
                == RecordingReaderTests.reference(Array(samples[..<count]), sampleRate: 16_000))
    }
}
