import EchoSignal
import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct RawSignalTests {
    /// The bytes of a ramp of 2 channels in a format, made with numpy's by hand.
    private static func bytes(_ name: String) -> [UInt8] {
        let (one, two) = (Ramp.channel(0), Ramp.channel(1))
        return (0..<Ramp.count).flatMap { [one[$0], two[$0]] }.flatMap { sample -> [UInt8] in
            var little: [UInt8]
            switch name.prefix(3) {
            case "f32": little = withUnsafeBytes(of: sample.bitPattern.littleEndian, Array.init)
            case "f64":
                little = withUnsafeBytes(of: Double(sample).bitPattern.littleEndian, Array.init)
            case "u8": little = [UInt8(sample * 128 + 128)]
            default:
                let code = Int32(sample * 2_147_483_648)
                let size = Int(name.dropFirst().prefix { $0.isNumber }) ?? 8
                little = withUnsafeBytes(of: code.littleEndian) { Array($0.suffix(size / 8)) }
            }
            return name.hasSuffix("be") ? little.reversed() : little
        }
    }

    @Test(arguments: [
        "s8", "u8", "s16le", "s16be", "s24le", "s24be", "s32le", "s32be", "f32le", "f32be", "f64le",
        "f64be",
    ])
    func everyEncodingGivesTheSameSignal(name: String) throws {
        let scratch = try ScratchFolder()
        for file in ["a.raw", "b.xyz", "c"] {
            let path = try scratch.file(file)
            try Data(Self.bytes(name)).write(to: URL(fileURLWithPath: path))
            let raw = try #require(RawFormat("\(name):1000:2"))
            try Ramp.expect(
                path, channels: [Ramp.channel(0), Ramp.channel(1)], ReadingOptions(raw: raw))
        }
    }

    @Test func aFileThatIsNoWholeNumberOfFramesIsRefused() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.raw")
        try Data(count: 1001).write(to: URL(fileURLWithPath: path))
        let options = ReadingOptions(raw: RawFormat("s16le:1000:2"))
        let error = try #require(Ramp.error(path, options))
        #expect(error.reason.contains("1001 bytes are not a whole number of frames of 4"))
    }

    @Test(arguments: [
        "", "f32le", "f32le:1000", "f32:1000:1", "s8le:1000:1", "f16le:1000:1", "f32le:0:1",
        "f32le:1000:0", "f32le:1000:5000", "f32le:1x3:1", "f32le:1000:1:1", "f32le:99999999999:1",
    ])
    func whatIsNoFormatIsNone(text: String) {
        #expect(RawFormat(text) == nil)
    }

    @Test func recordingsStayRecordings() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.wav")
        try RecordingFixtures.write(
            RecordingFixtures.noise(count: 500), sampleRate: 8000, as: .wav16, to: path)
        let options = ReadingOptions(sampleRate: 1234, raw: RawFormat("f32le:1000:1"))
        #expect(try Ramp.open(path, options).sampleRate == 8000)
    }
}
