import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// What stands behind the end of the sound, or where sound should be, in formats that decoders read up to
/// some place and then say nothing.
@Suite(.timeLimit(.minutes(20))) struct SoundTailTests {
    typealias Format = RecordingFixtures.Format

    private static let junk = [UInt8](repeating: 0x9B, count: 300)

    /// A file, noise in it, and what is read of it as it is.
    private static func plain(
        _ format: Format, count: Int = 32_000, seed: UInt32 = 1
    ) throws -> (bytes: [UInt8], samples: [Float], name: String) {
        let scratch = try ScratchFolder()
        let name = "a." + format.fileExtension
        let path = try scratch.file(name)
        let rate = format == .opus ? 48_000 : 16_000
        try RecordingFixtures.write(
            RecordingFixtures.noise(count: count, seed: seed), sampleRate: rate, as: format,
            to: path)
        let read = try open(path)
        #expect(read.note == nil)
        return ([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))), read.samples, name)
    }

    private static func open(_ path: String) throws -> (samples: [Float], note: String?) {
        let reader = try RecordingReader.open(path: path, channels: .mean)
        return (try RecordingReaderTests.segments(reader).flatMap(\.samples), reader.note)
    }

    private static func open(
        _ bytes: [UInt8], _ name: String
    ) throws -> (samples: [Float], note: String?) {
        let scratch = try ScratchFolder()
        let path = try scratch.file(name)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return try open(path)
    }

    // MARK: Behind the end

    @Test(arguments: [Format.vorbis, .opus, .mp3, .rf64, .w64, .aiff16, .au16, .caf24])
    func bytesBehindTheEndAreNoted(format: Format) throws {
        let plain = try Self.plain(format)
        let read = try Self.open(plain.bytes + Self.junk, plain.name)
        #expect(read.samples == plain.samples)
        #expect(read.note?.contains("300 bytes") == true, "\(String(describing: read.note))")
    }

    /// Padding, ID3v1, APE with and without its header, lyrics before ID3v1, ID3v2, and some together.
    static let tails: [[UInt8]] = {
        let id3 = Array("TAG".utf8) + [UInt8](repeating: 32, count: 125)
        func ape(_ flags: Int) -> [UInt8] {
            Array("APETAGEX".utf8) + SoundBytes.little(2000, 4) + SoundBytes.little(32 + 13, 4)
                + SoundBytes.little(1, 4) + SoundBytes.little(flags, 4) + SoundBytes.little(0, 8)
        }
        let item = SoundBytes.little(4, 4) + SoundBytes.little(0, 4) + Array("A\0nam".utf8)
        let lyrics = Array("LYRICSBEGININD0000200000021LYRICS200".utf8)
        let second = Array("ID3".utf8) + [4, 0, 0, 0, 0, 1, 2] + [UInt8](repeating: 65, count: 130)
        return [
            [0], [UInt8](repeating: 0, count: 70_000), id3,
            ape(0xA000_0000) + item + ape(0x8000_0000),
            item + ape(0), lyrics + id3, second,
            [0, 0, 0] + id3 + [UInt8](repeating: 0, count: 99),
        ]
    }()

    @Test(arguments: [Format.vorbis, .opus, .mp3, .flac16], tails.indices)
    func whatProgramsPutThereIsNot(format: Format, tail: Int) throws {
        let plain = try Self.plain(format)
        let read = try Self.open(plain.bytes + Self.tails[tail], plain.name)
        #expect(read.samples == plain.samples)
        // What has its name in front alone is known where frames are walked over.
        if format == .flac16, tail == 6 { return }
        #expect(read.note == nil, "\(String(describing: read.note))")
    }

    /// Zeros behind a FLAC file whose own last byte, of a checksum, is zero; also one that does not say how
    /// long it is.
    @Test(arguments: [false, true])
    func aFLACMayEndInZero(isOpen: Bool) throws {
        let seed = try #require(
            try (1...3000).first { try Self.plain(.flac16, count: 600, seed: $0).bytes.last == 0 })
        var plain = try Self.plain(.flac16, count: 600, seed: seed)
        if isOpen {
            plain.bytes[21] &= 0xF0
            plain.bytes.replaceSubrange(22..<26, with: [0, 0, 0, 0])
        }
        for count in 0...4 {
            let zeros = [UInt8](repeating: 0, count: count)
            let read = try Self.open(plain.bytes + zeros, plain.name)
            #expect(read.samples == plain.samples)
            #expect(read.note == nil, "\(count): \(String(describing: read.note))")
        }
    }

    /// libsndfile takes all that follows a W64's header for samples.
    @Test(arguments: [Format.w64, .rf64, .aiff16, .caf24])
    func chunksBehindTheSamplesAreNone(format: Format) throws {
        let plain = try Self.plain(format)
        let content = [UInt8](repeating: 0x5A, count: 400)
        var bytes = plain.bytes
        let chunk: [UInt8]
        switch format {
        case .w64:
            chunk =
                Array("levl".utf8) + [UInt8](repeating: 7, count: 12)
                + SoundBytes.little(424, 8) + content
            bytes.replaceSubrange(16..<24, with: SoundBytes.little(bytes.count + chunk.count, 8))
        case .rf64:
            chunk = Array("LIST".utf8) + SoundBytes.little(400, 4) + content
            bytes.replaceSubrange(
                20..<28, with: SoundBytes.little(bytes.count + chunk.count - 8, 8))
        case .aiff16:
            chunk = Array("ANNO".utf8) + SoundBytes.big(400, 4) + content
            bytes.replaceSubrange(4..<8, with: SoundBytes.big(bytes.count + chunk.count - 8, 4))
        default: chunk = Array("info".utf8) + SoundBytes.big(400, 8) + content
        }
        for (tail, isNoted) in [([], false), (content, true)] {
            let read = try Self.open(bytes + chunk + tail, plain.name)
            #expect(read.samples == plain.samples)
            #expect((read.note != nil) == isNoted, "\(String(describing: read.note))")
        }
    }

    /// What is joined to a file is not read with it, its header least of all.
    @Test(arguments: [Format.w64, .rf64, .au16, .caf24, .flac16, .mp3])
    func aSecondFileIsNoted(format: Format) throws {
        let plain = try Self.plain(format)
        let read = try Self.open(plain.bytes + plain.bytes, plain.name)
        #expect(read.samples == plain.samples)
        #expect(read.note != nil)
    }

    /// Sizes that agree say where a WAV ends, chunks behind its samples included.
    @Test(arguments: [[UInt8](repeating: 0, count: 300), [UInt8](repeating: 0x9B, count: 300)])
    func aListThatTheHeaderCountsIsNoSound(tail: [UInt8]) throws {
        let wav = SoundBytes.wav(SoundBytes.pcm16, after: SoundBytes.list)
        let read = try SoundBytes.read(wav + tail)
        #expect(read.samples == SoundBytes.samples)
        #expect(read.note?.contains("300 bytes follow") == (tail[0] == 0 ? nil : true))
    }

    @Test func bytesBehindAnHDF5FileAreNoted() throws {
        let plain = try Data(contentsOf: URL(fileURLWithPath: Ramp.fixture("v73.mat")))
        for (tail, isNoted) in [(Self.junk, true), ([UInt8](repeating: 0, count: 300), false)] {
            let scratch = try ScratchFolder()
            let path = try scratch.file("a.mat")
            try (plain + Data(tail)).write(to: URL(fileURLWithPath: path))
            let reader = try Ramp.open(path)
            #expect(reader.sampleCount == Ramp.count)
            #expect(reader.note?.contains("300 bytes are there behind") == (isNoted ? true : nil))
        }
    }

    // MARK: MP3

    /// Where the second frame starts.
    private static func secondFrame(_ bytes: [UInt8]) throws -> Int {
        try #require(
            (4..<4000).first { bytes[$0] == 0xFF && bytes[$0 + 1] == bytes[1] })
    }

    /// Without the first frame nothing says how many there are, and frames have different lengths: a guess by
    /// the first one's is half of them.
    @Test func framesThatNobodyCountedAreAllRead() throws {
        let plain = try Self.plain(.mp3)
        let bytes = Array(plain.bytes[try Self.secondFrame(plain.bytes)...])
        let whole = try SoundBytes.read(plain.bytes, "a.mp3").samples
        let read = try SoundBytes.read(bytes, "a.mp3")
        // What the encoder put before the sound stays, a frame of 576 samples.
        #expect(Array(read.samples.dropFirst(576).prefix(whole.count)) == whole)
        #expect(read.note == nil)
        let noted = try SoundBytes.read(bytes + Self.junk, "a.mp3")
        #expect(noted.samples == read.samples)
        #expect(noted.note == "300 bytes are there behind its last frame, and were not read")
        let cut = try SoundBytes.read(bytes.dropLast(20), "a.mp3")
        #expect(cut.note?.hasPrefix("cut off: ") == true)
    }

    /// Frames of one length, as recorders write them, have the samples that they always had: a frame that
    /// counts them would make the decoder leave out its delay.
    @Test func framesOfOneLengthAreReadAsTheyAre() throws {
        // Silence, 32 kbit/s at 16 kHz in mono: frames of 144 bytes and 576 samples.
        let frame = [0xFF, 0xF3, 0x48, 0xC4] + [UInt8](repeating: 0, count: 140)
        let bytes = Array((0..<60).map { _ in frame }.joined())
        for tail in [[], [UInt8](repeating: 0, count: 1000), Self.junk] {
            let read = try SoundBytes.read(bytes + tail, "a.mp3")
            #expect(read.samples.count == 60 * 576)
            let scratch = try ScratchFolder()
            let path = try scratch.file("a.mp3")
            try Data(bytes + tail).write(to: URL(fileURLWithPath: path))
            #expect(try FileSource(SignalContent(path: path)).declaredFrameCount == 60 * 576)
        }
    }

    /// Frames of another rate are another recording, or no frames at all.
    @Test func framesOfAnotherKindAreNoted() throws {
        let frame = [0xFF, 0xF3, 0x48, 0xC4] + [UInt8](repeating: 0, count: 140)
        // 64 kbit/s at 44.1 kHz: 208 bytes; the zeros of the last count as padding.
        let other = [0xFF, 0xFB, 0x50, 0xC4] + [UInt8](repeating: 0, count: 204)
        let (frames, others) = ((0..<60).flatMap { _ in frame }, (0..<20).flatMap { _ in other })
        let behind = try SoundBytes.read(frames + others, "a.mp3")
        #expect(behind.samples.count == 60 * 576)
        #expect(behind.note == "3956 bytes are there behind its last frame, and were not read")
        let between = try SoundBytes.read(frames + others + frames, "a.mp3")
        #expect(between.samples.count == 120 * 576)
        #expect(between.note?.hasPrefix("damaged: 4160 bytes") == true)
    }

    /// A decoder gives up after a kilobyte of them.
    @Test(arguments: [100, 5000])
    func bytesInTheMiddleAreLeftOutAndNoted(count: Int) throws {
        let plain = try Self.plain(.mp3)
        let junk = [UInt8](repeating: 0x9B, count: count)
        let half = plain.bytes.count / 2
        let read = try Self.open(
            Array(plain.bytes[..<half]) + junk + Array(plain.bytes[half...]), plain.name)
        #expect(read.samples.count == plain.samples.count)
        #expect(read.note?.hasPrefix("damaged: \(count) bytes") == true, "\(read.note ?? "nil")")
    }

    /// A pad byte, zeros, and a title of a radio station between frames are no damage.
    @Test func whatRecordersPutBetweenFramesIsLeftOut() throws {
        let plain = try Self.plain(.mp3)
        let second = try Self.secondFrame(plain.bytes)
        let title = [2] + Array("StreamTitle='Pump 7, hall B';\0\0\0".utf8)
        for between in [[0x9B], [UInt8](repeating: 0, count: 3000), title] {
            let read = try Self.open(
                Array(plain.bytes[..<second]) + between + Array(plain.bytes[second...]), plain.name)
            #expect(read.samples == plain.samples)
            #expect(read.note == nil, "\(read.note ?? "")")
        }
    }

    // MARK: Ogg

    private static func pages(_ bytes: [UInt8]) -> [[UInt8]] {
        var (pages, position) = ([[UInt8]](), 0)
        while position < bytes.count {
            let count = Int(bytes[position + 26])
            let table = bytes[(position + 27)..<(position + 27 + count)]
            let end = position + 27 + count + table.reduce(0) { $0 + Int($1) }
            pages.append(Array(bytes[position..<end]))
            position = end
        }
        return pages
    }

    /// libsndfile reads the first and says nothing of the other.
    @Test func streamsOfSoundSideBySideAreRefused() throws {
        let first = Self.pages(try Self.plain(.vorbis).bytes)
        let second = Self.pages(try Self.plain(.vorbis, seed: 2).bytes)
        try #require(first[0][14..<18] != second[0][14..<18])
        let mixed =
            [first[0], second[0]]
            + zip(first.dropFirst(), second.dropFirst()).flatMap {
                [$0, $1]
            }
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.ogg")
        try Data(mixed.flatMap { $0 }).write(to: URL(fileURLWithPath: path))
        let error = try #require(RecordingErrorTests.error(path))
        #expect(error.code == "ambiguous")
        #expect(error.reason.contains("2 streams of sound side by side (Vorbis, Vorbis)"))
    }

    /// A stream whose beginning is not there: its sound is lost.
    @Test func pagesWithoutABeginningAreNoted() throws {
        let plain = try Self.plain(.vorbis)
        let other = Self.pages(try Self.plain(.vorbis, seed: 2).bytes)
        let read = try Self.open(plain.bytes + other.suffix(2).flatMap { $0 }, plain.name)
        #expect(read.samples == plain.samples)
        #expect(read.note?.hasPrefix("damaged: ") == true)
    }
}
