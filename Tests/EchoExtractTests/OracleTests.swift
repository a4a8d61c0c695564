import EchoModel
import EchoSignal
import EchoTensor
import EchoTestSupport
import Testing

/// Every device against the float64 oracle on recordings at the edges: the lowest and the highest
/// rate, odd and prime windows, silence, offsets, clipping, exactly 2000, 2001 and 4000 frames.
@Suite(.timeLimit(.minutes(20))) struct OracleTests {
    @Test(arguments: TestDevice.all, OracleCase.all)
    func embeddingsEqualTheOracles(device: TestDevice, oracle: OracleCase) throws {
        let folder = try ScratchFolder()
        let path = try folder.file("recording.wav")
        try RecordingFixtures.write(
            oracle.interleaved, channels: oracle.channels, sampleRate: oracle.rate, as: .wav16,
            to: path)
        let reader = try RecordingReader.open(path: path, channels: .mean)
        #expect(reader.totalFrameCount == oracle.frames)

        let embedding = try RecordingEmbedding(reader, on: device.engine(oracle.weights))
        try expect("utterance", embedding.utterance, oracle)
        #expect(embedding.segment.shape.dimensions == oracle.segmentShape)
        if oracle.storesSegment { try expect("segment", embedding.segment, oracle) }
    }

    /// Where upstream loses little the bound is 5e-5; see ``OracleCase/tolerance(_:)``.
    private func expect(_ output: String, _ actual: HostTensor, _ oracle: OracleCase) throws {
        let expected = try oracle.expected(output)
        try #require(actual.shape == expected.shape)
        let comparison = Comparison(
            actual: actual.floats, reference: expected.floats, tolerance: oracle.tolerance(output))
        #expect(comparison.passes, "\(output): \(comparison)")
        #expect(comparison.cosine >= 0.999999, "\(output): \(comparison)")
    }
}

extension OracleCase {
    /// The synthetic checkpoint that the case belongs to.
    var weights: Weights {
        Weights.synthetic(
            seed: seed,
            configuration: Configuration(
                embeddingWidth: config.dim, layerCount: config.depth, headCount: config.heads,
                feedForwardWidth: 4 * config.dim))
    }
}
