import EchoExtract
import EchoSignal
import EchoTensor
import EchoTestSupport
import Testing

/// Half precision against upstream's float64 outputs, on every golden case.
@Suite(.timeLimit(.minutes(20))) struct HalfPrecisionParityTests {
    @Test(arguments: TestDevice.halves + TestDevice.matrixHalves, Golden.all)
    func embeddingsPointWhereUpstreamsDo(device: TestDevice, golden: Golden) throws {
        let engine = try device.engine(golden.weights)
        #expect(engine.precision == .fp16)
        let reader = try RecordingReader.open(path: golden.recordingPath, channels: .mean)
        let embedding = try RecordingEmbedding(reader, on: engine)
        #expect(engine.declinedNodes.isEmpty)
        for (name, actual) in [
            ("utterance", embedding.utterance), ("segment", embedding.segment),
        ] {
            let expected = try golden.expected(name)
            #expect(actual.shape == expected.shape)
            // A recording: 0.9995; a band, for segments in one patch of time: 0.999.
            let whole = cosine(actual.floats[...], expected.floats[...])
            #expect(whole >= 0.9995, "\(name): \(whole)")
            let width = golden.config.dim
            let (values, reference) = (actual.floats, expected.floats)
            let worst =
                stride(from: 0, to: actual.elementCount, by: width).map { start in
                    cosine(values[start..<start + width], reference[start..<start + width])
                }.min() ?? 0
            #expect(worst >= 0.999, "\(name): a band at \(worst)")
        }
    }

    @Test func theCPUPathDoesNotTakeOverFromADeviceThatStoresHalves() throws {
        #expect(try DeviceChoice(.auto).fallsBack)
        let half = try DeviceChoice(.auto, precision: .fp16)
        #expect(half.precision == .fp16)
        #expect(!half.fallsBack)
    }

    private func cosine(_ actual: ArraySlice<Float>, _ expected: ArraySlice<Float>) -> Double {
        Comparison(
            actual: Array(actual), reference: Array(expected),
            tolerance: Tolerance(absolute: .infinity)
        ).cosine
    }
}
