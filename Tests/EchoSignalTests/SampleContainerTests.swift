import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// Integers that lie in more bytes than they need: 24 bits in 4 bytes, 20 in 3, 12 in 2.
@Suite(.timeLimit(.minutes(20))) struct SampleContainerTests {
    /// Samples of 24 bits, the lowest bit in use.
    private static let codes = (0..<400).map { ($0 * 7_654_321) % 16_777_213 - 8_388_607 | 1 }
    private static let samples = codes.map { Float($0) / 8_388_608 }

    private static func data(_ codes: [Int], shift: Int, bytes: Int = 4) -> [UInt8] {
        codes.flatMap { SoundBytes.little($0 << shift, bytes) }
    }

    @Test(arguments: [nil, 24] as [Int?])
    func bothPlacesOf24BitsAreFound(valid: Int?) throws {
        let format = SoundBytes.format(bits: 24, block: 4, valid: valid)
        let upper = try SoundBytes.read(
            SoundBytes.wav(Self.data(Self.codes, shift: 8), format: format))
        #expect(upper.samples == Self.samples)
        #expect(upper.note == nil)
        let lower = try SoundBytes.read(
            SoundBytes.wav(Self.data(Self.codes, shift: 0), format: format))
        #expect(lower.samples == Self.samples)
        #expect(lower.note?.contains("lower 24 bits") == true)
    }

    /// As the standard has it: 32 bits, of which 24 are valid; quiet ones too.
    @Test func validBitsAreTheUpperOnes() throws {
        let format = SoundBytes.format(bits: 32, valid: 24)
        for codes in [Self.codes, Self.codes.map { $0 / 1000 }] {
            let read = try SoundBytes.read(
                SoundBytes.wav(Self.data(codes, shift: 8), format: format))
            #expect(read.samples == codes.map { Float($0) / 8_388_608 })
            #expect(read.note == nil)
        }
    }

    @Test(arguments: [(20, 3), (12, 2)])
    func fewerBitsThanBytesHoldAreTheUpperOnes(bits: Int, bytes: Int) throws {
        let codes = (0..<400).map { ($0 * 7919) % (1 << bits - 3) - 1 << (bits - 1) }
        let format = SoundBytes.format(bits: bits, block: bytes)
        let read = try SoundBytes.read(
            SoundBytes.wav(
                Self.data(codes, shift: bytes * 8 - bits, bytes: bytes), format: format))
        #expect(read.samples == codes.map { Float($0) / Float(1 << (bits - 1)) })
    }

    /// 16-bit sound in the lower 24 of 32 bits: as the upper ones it would be the same, 48 dB less.
    @Test func whatMayBeBothIsRefused() throws {
        let codes = SoundBytes.codes.map { Int($0) << 8 }
        let error = try #require(
            try SoundBytes.error(
                SoundBytes.wav(
                    Self.data(codes, shift: 0), format: SoundBytes.format(bits: 24, block: 4))))
        #expect(error.code == "ambiguous")
        #expect(error.reason.contains("upper") && error.reason.contains("lower"))
        // Silence is silence in either place.
        let silent = try SoundBytes.read(
            SoundBytes.wav(
                [UInt8](repeating: 0, count: 1600), format: SoundBytes.format(bits: 24, block: 4)))
        #expect(silent.samples == [Float](repeating: 0, count: 400))
    }

    /// ALSA ignores the upper byte of S24_LE, and some leave it zero: with 16 bits in use or with 24,
    /// a negative sample is then a large one in the upper bits.
    @Test(arguments: [SoundBytes.codes.map { Int($0) << 8 }, codes])
    func lowerBitsWithoutTheirSignAreRefused(codes: [Int]) throws {
        let format = SoundBytes.format(bits: 24, block: 4)
        let error = try #require(
            try SoundBytes.error(
                SoundBytes.wav(
                    Self.data(codes.map { $0 & 0xFF_FFFF }, shift: 0), format: format)))
        #expect(error.code == "ambiguous")
        #expect(error.reason.contains("lower"), "\(error)")
    }

    /// Two channels of 24 bits in frames of 5 or 4 bytes; 24 bits of which more are used.
    @Test func whatContradictsItselfIsRefused() throws {
        for block in [5, 4] {
            let format = SoundBytes.format(bits: 24, channels: 2, block: block)
            let error = try SoundBytes.error(
                SoundBytes.wav([UInt8](repeating: 1, count: 1200), format: format))
            #expect(error?.code == "malformed")
        }
        let full = (0..<400).map { ($0 * 7_654_321 * 257) % 4_294_967_291 - 2_000_000_000 | 1 }
        let error = try SoundBytes.error(
            SoundBytes.wav(
                Self.data(full, shift: 0), format: SoundBytes.format(bits: 24, block: 4, valid: 24))
        )
        #expect(error?.code == "ambiguous")
    }

    /// The bits and the bytes of a second agree: the size of a frame is the number that is wrong.
    @Test(arguments: [1, 4])
    func aWrongFrameSizeAloneIsNoMatter(block: Int) throws {
        let format = SoundBytes.format(channels: 1, block: block, bytesPerSecond: 2000)
        let read = try SoundBytes.read(SoundBytes.wav(SoundBytes.pcm16, format: format))
        #expect(read.samples == SoundBytes.samples)
    }

    /// CAF says a frame's bytes too.
    @Test func aCAFOf24BitsIn4IsRead() throws {
        for shift in [0, 8] {
            let description =
                SoundBytes.big(Int(Double(1000).bitPattern), 8) + Array("lpcm".utf8)
                + SoundBytes.big(0, 4) + SoundBytes.big(4, 4) + SoundBytes.big(1, 4)
                + SoundBytes.big(1, 4) + SoundBytes.big(24, 4)
            let data = Self.codes.flatMap { SoundBytes.big($0 << shift, 4) }
            let bytes =
                Array("caff".utf8) + [0, 1, 0, 0] + Array("desc".utf8) + SoundBytes.big(32, 8)
                + description + Array("data".utf8) + SoundBytes.big(data.count + 4, 8)
                + [0, 0, 0, 0] + data
            #expect(try SoundBytes.read(bytes, "a.caf").samples == Self.samples)
        }
    }
}
