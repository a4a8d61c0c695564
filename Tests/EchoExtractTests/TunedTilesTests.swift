import EchoExtract
import EchoGPU
import EchoOpenCL
import EchoSignal
import EchoTensor
import EchoTestSupport
import Testing

/// Whatever tiles a device was tuned to: the embeddings are upstream's, and do not depend on their
/// batch.
@Suite(.timeLimit(.minutes(20))) struct TunedTilesTests {
    static let devices = ((try? Platform.all()) ?? []).compactMap(\.devices.first)
    static let cases = Golden.all.filter {
        ["machine-16k", "one-frame-16k", "small-16k"].contains($0.name)
    }

    /// The last row of every stage of the table that fits the device: far from the defaults.
    private static func tiles(_ device: Device, _ family: KernelFamily) -> Tiling {
        TuningStage.allCases.reduce(Tiling(for: device)) { tiling, stage in
            stage.candidates(from: tiling, family).last { $0.problem(family, on: device) == nil }
                ?? tiling
        }
    }

    private static func choice(_ device: Device, _ family: KernelFamily) throws -> DeviceChoice {
        let tiling = tiles(device, family)
        #expect(tiling != Tiling(for: device))
        let backend = try GPUBackend(device, family: family, tiling: tiling)
        let choice = DeviceChoice(backend: backend, reason: "a test's")
        #expect(choice.tiling == "\(family) \(tiling.description(family))")
        return choice
    }

    @Test(arguments: devices, KernelFamily.allCases)
    func embeddingsEqualUpstreams(device: Device, family: KernelFamily) throws {
        #expect(Self.cases.count == 3)
        for golden in Self.cases {
            let engine = try Engine(
                weights: golden.weights, choice: Self.choice(device, family))
            let reader = try RecordingReader.open(path: golden.recordingPath, channels: .mean)
            let embedding = try RecordingEmbedding(reader, on: engine)
            #expect(engine.declinedNodes.isEmpty)
            for (output, actual) in [
                ("utterance", embedding.utterance), ("segment", embedding.segment),
            ] {
                let expected = try golden.expected(output)
                #expect(actual.shape == expected.shape)
                let comparison = Comparison(
                    actual: actual.floats, reference: expected.floats,
                    tolerance: golden.tolerance(output))
                #expect(comparison.passes, "\(golden.name) \(output): \(comparison)")
                #expect(comparison.cosine >= 0.999999, "\(golden.name) \(output): \(comparison)")
            }
        }
    }

    @Test(arguments: devices, KernelFamily.allCases)
    func companyDoesNotChangeABit(device: Device, family: KernelFamily) throws {
        let engine = try Engine(
            weights: ExtractFixtures.weights, choice: Self.choice(device, family))
        let echo = Echo([engine], ExtractFixtures.weights)
        let alone = try TestEcho.mixture.map {
            try echo.features(signal: $0.samples, sampleRate: $0.sampleRate)
        }
        #expect(try echo.features(batch: TestEcho.mixture, batchSize: 3) == alone)
        #expect(try echo.features(batch: TestEcho.mixture) == alone)
    }
}
