import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// What follows the samples that a header promises is mentioned as what it is.
@Suite(.timeLimit(.minutes(20))) struct TrailingBytesTests {
    private func bytes(_ format: RecordingFixtures.Format, _ count: Int) throws -> [UInt8] {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a." + format.fileExtension)
        try RecordingFixtures.write(
            RecordingFixtures.noise(count: count), sampleRate: 16_000, as: format, to: path)
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// Sizes that agree and are half of what is there: nobody can tell what the rest is.
    @Test func aHeaderThatPromisesHalfIsNoted() throws {
        let half = SoundBytes.pcm16.count / 2
        let wav = SoundBytes.wav(SoundBytes.pcm16, dataSize: half, riffSize: half + 36)
        let au =
            Array(".snd".utf8)
            + [24, half, 3, SoundBytes.rate, 1].flatMap { SoundBytes.big($0, 4) }
            + SoundBytes.codes.flatMap { SoundBytes.big(Int($0), 2) }
        for (bytes, name) in [(wav, "a.wav"), (au, "a.au")] {
            let read = try SoundBytes.read(bytes, name)
            #expect(read.samples == Array(SoundBytes.samples[..<200]))
            let note = try #require(read.note)
            #expect(
                note.contains("promises 400 bytes") && note.contains("400 bytes follow"), "\(note)")
        }
    }

    @Test func aFLACWithBytesBehindItIsNotCutOff() throws {
        let flac = try bytes(.flac16, 16_000)
        let read = try SoundBytes.read(
            flac + Array(repeating: Array("junk".utf8), count: 300).joined())
        #expect(read.samples == RecordingFixtures.noise(count: 16_000))
        let note = try #require(read.note)
        #expect(note.contains("other bytes follow") && !note.contains("cut off"), "\(note)")
    }

    /// The first says how long it is, and decoders end there.
    @Test func joinedMP3sAreNoted() throws {
        let (first, second) = (try bytes(.mp3, 16_000), try bytes(.mp3, 32_000))
        #expect(try SoundBytes.read(first, "a.mp3").note == nil)
        #expect(try SoundBytes.read(second, "a.mp3").note == nil)
        let tag = Array("TAG".utf8) + [UInt8](repeating: 32, count: 125)
        for between in [[], tag] {
            let read = try SoundBytes.read(first + between + second, "a.mp3")
            #expect(read.note?.contains("joined") == true, "\(String(describing: read.note))")
        }
    }

    /// libarchive reads up to the zip's end, and says nothing of more.
    @Test func bytesBehindAZipAreNoted() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.npz")
        let zip = try Data(contentsOf: URL(fileURLWithPath: Ramp.fixture("stored.npz")))
        #expect(try Ramp.open(Ramp.fixture("stored.npz")).note == nil)
        try (zip + Data(repeating: 7, count: 300)).write(to: URL(fileURLWithPath: path))
        #expect(try Ramp.open(path).note == "300 bytes after the zip, not read")
    }
}
