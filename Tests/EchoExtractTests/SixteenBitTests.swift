import EchoSignal
import EchoTestSupport
import Testing

import EchoExtract

/// Samples of 16 bits go to the device as they are, where all of a batch are.
@Suite(.timeLimit(.minutes(20))) struct SixteenBitTests {
    private static func segment(_ name: String, _ folder: ScratchFolder) throws -> SignalSegment {
        let path = try folder.file("\(name).wav")
        let samples = RecordingFixtures.noise(count: 4000, seed: UInt32(name.utf8.count))
        try RecordingFixtures.write(samples, sampleRate: 8000, as: .wav16, to: path)
        let reader = try RecordingReader.open(path: path, channels: .mean)
        return try #require(try SignalSegment.all(of: reader).first)
    }

    @Test(arguments: TestDevice.all + TestDevice.halves)
    func embeddingsAreThoseOfTheFloatsBitForBit(device: TestDevice) throws {
        let folder = try ScratchFolder()
        let engine = try device.engine(ExtractFixtures.weights)
        let codes = try ["a", "bc"].map { try Self.segment($0, folder) }
        let floats = codes.map {
            SignalSegment(
                samples: $0.samples, sampleRate: $0.framing.sampleRate, frameCount: $0.frameCount)
        }
        let expected = try engine.encode(floats, wantsRows: true).map(\.rows)
        #expect(try engine.encode(codes, wantsRows: true).map(\.rows) == expected)
        // In the company of floats they become such.
        let mixed = try engine.encode([codes[0], floats[1]], wantsRows: true)
        #expect(mixed.map(\.rows) == expected)
        #expect(engine.declinedNodes.isEmpty)
    }
}
