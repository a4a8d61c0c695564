import EchoSignal
import EchoStore
import EchoTestSupport
import Testing

import EchoExtract

@Suite(.timeLimit(.minutes(20))) struct ChannelTests {
    private static let rate = 8000
    private static let left = ExtractFixtures.signal(seed: 1, sampleCount: 900, sampleRate: rate)
    private static let right = ExtractFixtures.signal(seed: 2, sampleCount: 900, sampleRate: rate)

    /// Embeds a stereo recording; utterance embeddings by file name.
    private static func utterances(_ mode: ChannelMode, on echo: Echo) throws -> [String: [Float]] {
        let folder = try ScratchFolder()
        let path = try folder.wav(
            "stereo.wav", zip(left, right).flatMap { [$0, $1] }, channels: 2, sampleRate: rate)
        let options = Extraction.Options(channels: mode, output: folder["out"])
        _ = try Extraction(paths: [path], options: options).run(on: echo)
        var result: [String: [Float]] = [:]
        for name in try folder.arrays(in: "out") {
            result[name] = try NPYFile.read(folder["out/" + name]).floats
        }
        return result
    }

    private static func utterance(_ signal: [Float], on echo: Echo) throws -> [Float] {
        try echo.features(signal: signal, sampleRate: rate).utterance
    }

    @Test func meanAveragesBeforeEmbedding() throws {
        let echo = try TestEcho.onCPU()
        let average = zip(Self.left, Self.right).map { Float((Double($0) + Double($1)) / 2) }
        let expected = try Self.utterance(average, on: echo)
        #expect(try Self.utterances(.mean, on: echo) == ["stereo.wav.utterance.npy": expected])
    }

    @Test func firstTakesTheFirst() throws {
        let echo = try TestEcho.onCPU()
        let expected = try Self.utterance(Self.left, on: echo)
        #expect(try Self.utterances(.first, on: echo) == ["stereo.wav.utterance.npy": expected])
    }

    @Test func eachEmbedsEveryChannel() throws {
        let echo = try TestEcho.onCPU()
        let expected = [
            "stereo.wav.ch0.utterance.npy": try Self.utterance(Self.left, on: echo),
            "stereo.wav.ch1.utterance.npy": try Self.utterance(Self.right, on: echo),
        ]
        #expect(try Self.utterances(.each, on: echo) == expected)
    }
}
