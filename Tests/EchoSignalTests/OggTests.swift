import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// Ogg: chained files, FLAC in Ogg, pages that are damaged or missing.
@Suite(.timeLimit(.minutes(5))) struct OggTests {
    private static func vorbis(
        _ scratch: ScratchFolder, _ name: String, rate: Int = 16_000, channels: Int = 1,
        seed: UInt32 = 1
    ) throws -> [UInt8] {
        let path = try scratch.file(name)
        try RecordingFixtures.write(
            RecordingFixtures.noise(count: rate * 2 * channels, seed: seed), channels: channels,
            sampleRate: rate, as: .vorbis, to: path)
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    private static func samples(_ path: String) throws -> (samples: [Float], note: String?) {
        let reader = try RecordingReader.open(path: path, channels: .mean)
        return (try RecordingReaderTests.segments(reader).flatMap(\.samples), reader.note)
    }

    @Test func allLinksOfAChainAreRead() throws {
        let scratch = try ScratchFolder()
        let links = try (1...3).map { try Self.vorbis(scratch, "\($0).ogg", seed: UInt32($0)) }
        let path = try scratch.file("chain.ogg")
        try Data(links.flatMap { $0 }).write(to: URL(fileURLWithPath: path))
        let single = try (1...3).flatMap {
            try SoundBytes.read(scratch.path + "/\($0).ogg").samples
        }
        let read = try Self.samples(path)
        #expect(read.samples == RecordingReaderTests.reference(single, sampleRate: 16_000)[0])
        #expect(read.note == nil)
    }

    @Test(arguments: [(8000, 1), (16_000, 2)])
    func linksThatDifferAreRefused(rate: Int, channels: Int) throws {
        let scratch = try ScratchFolder()
        let first = try Self.vorbis(scratch, "1.ogg")
        let second = try Self.vorbis(scratch, "2.ogg", rate: rate, channels: channels, seed: 2)
        let path = try scratch.file("chain.ogg")
        try Data(first + second).write(to: URL(fileURLWithPath: path))
        let error = try #require(RecordingErrorTests.error(path))
        #expect(error.code == "ambiguous-samples")
        #expect(error.reason.contains("\(rate) Hz"))
    }

    @Test func lostPagesAndAMissingEndAreNoted() throws {
        let scratch = try ScratchFolder()
        let whole = try Self.vorbis(scratch, "1.ogg")
        let path = try scratch.file("x.ogg")
        try Data(whole).write(to: URL(fileURLWithPath: path))
        #expect(try Self.samples(path).note == nil)
        try Data(whole.prefix(whole.count * 2 / 3)).write(to: URL(fileURLWithPath: path))
        #expect(try Self.samples(path).note?.hasPrefix("cut off: ") == true)
        var damaged = whole
        damaged[whole.count / 2] ^= 1
        try Data(damaged).write(to: URL(fileURLWithPath: path))
        #expect(try Self.samples(path).note?.hasPrefix("damaged: ") == true)
    }

    /// libsndfile knows no FLAC in Ogg, but its packets are a FLAC file.
    @Test func flacInOggIsRead() throws {
        let scratch = try ScratchFolder()
        let samples = RecordingFixtures.noise(count: 40_000)
        let path = try scratch.file("x.flac")
        try RecordingFixtures.write(samples, sampleRate: 16_000, as: .flac16, to: path)
        let flac = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        // STREAMINFO ends after the marker, a block's header and 34 bytes.
        let head = [0x7F] + Array("FLAC".utf8) + [1, 0, 0, 1] + flac[..<42]
        var bytes = OggBytes.page(Array(head), number: 0, flags: 2)
        let rest = Array(flac[42...])
        let pieces = stride(from: 0, to: rest.count, by: 60_000).map {
            Array(rest[$0..<min($0 + 60_000, rest.count)])
        }
        for (index, piece) in pieces.enumerated() {
            bytes += OggBytes.page(
                piece, number: index + 1, flags: index == pieces.count - 1 ? 4 : 0)
        }
        let ogg = try scratch.file("x.oga")
        try Data(bytes).write(to: URL(fileURLWithPath: ogg))
        let read = try Self.samples(ogg)
        #expect(read.samples == RecordingReaderTests.reference(samples, sampleRate: 16_000)[0])
        #expect(read.note == nil)
    }
}

/// Pages of Ogg.
enum OggBytes {
    static func page(_ body: [UInt8], number: Int, flags: UInt8) -> [UInt8] {
        let full = body.count / 255
        let table = [UInt8](repeating: 255, count: full) + [UInt8(body.count % 255)]
        var page =
            Array("OggS".utf8) + [0, flags] + SoundBytes.little(0, 8) + SoundBytes.little(7, 4)
            + SoundBytes.little(number, 4) + [0, 0, 0, 0] + [UInt8(table.count)] + table + body
        var sum: UInt32 = 0
        for byte in page {
            sum ^= UInt32(byte) << 24
            for _ in 0..<8 { sum = sum & 0x8000_0000 != 0 ? sum << 1 ^ 0x04C1_1DB7 : sum << 1 }
        }
        page.replaceSubrange(22..<26, with: SoundBytes.little(Int(sum), 4))
        return page
    }
}
