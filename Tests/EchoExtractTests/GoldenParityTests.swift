import EchoExtract
import EchoModel
import EchoOpenCL
import EchoSignal
import EchoTensor
import EchoTestSupport
import Testing

/// Both backends, and products of split values on a matrix unit, against upstream's float64 outputs, on
/// every golden case.
@Suite(.timeLimit(.minutes(20))) struct GoldenParityTests {
    @Test(arguments: TestDevice.all + TestDevice.matrixUnits, Golden.all)
    func embeddingsEqualUpstreams(device: TestDevice, golden: Golden) throws {
        let engine = try device.engine(golden.weights)
        let reader = try RecordingReader.open(path: golden.recordingPath, channels: .mean)
        let segments = try SignalSegment.all(of: reader)
        let encoded = try engine.encode(segments, wantsRows: true)
        #expect(engine.declinedNodes.isEmpty)

        // Utterances are computed in the same way whether or not rows are wanted too.
        let alone = try engine.encode(segments, wantsRows: false)
        for (part, whole) in zip(alone, encoded) {
            #expect(part.rows.isEmpty)
            let difference = Comparison(
                actual: part.utterance, reference: whole.utterance,
                tolerance: Tolerance(absolute: 0))
            #expect(difference.passes, "\(difference)")
        }

        let mean = encoded[0].utterance.indices.map { index in
            Float(encoded.reduce(0) { $0 + Double($1.utterance[index]) } / Double(encoded.count))
        }
        try expect("utterance", [encoded[0].width], mean, golden)
        let rows = encoded.reduce(0) { $0 + $1.rowCount }
        try expect("segment", [rows, encoded[0].width], encoded.flatMap(\.rows), golden)
    }

    private func expect(
        _ output: String, _ shape: Shape, _ actual: [Float], _ golden: Golden
    ) throws {
        let expected = try golden.expected(output)
        #expect(shape == expected.shape)
        let comparison = Comparison(
            actual: actual, reference: expected.floats, tolerance: golden.tolerance(output))
        #expect(comparison.passes, "\(output): \(comparison)")
        #expect(comparison.cosine >= 0.999999, "\(output): \(comparison)")
    }
}
