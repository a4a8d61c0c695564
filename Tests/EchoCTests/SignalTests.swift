import CEchoGPU
import EchoC
import EchoExtract
import EchoModel
import EchoSignal
import EchoTensor
import EchoTestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct SignalTests {
    /// Samples of the recording as a caller has them, against upstream's outputs in float64.
    @Test(arguments: Golden.all) func embeddingsEqualUpstreams(golden: Golden) throws {
        let model = try TestModel(
            Weights.synthetic(
                seed: golden.weights_seed, gain: golden.gain,
                configuration: golden.config.dim == 384 ? .small : .tiny))
        let encoder = try CEncoder(model)
        let samples = try Self.samples(of: golden.recordingPath)
        let output = try encoder.embed([(samples, golden.rate)])[0]
        for (name, actual) in [("utterance", output.utterance), ("segment", output.segments)] {
            let expected = try golden.expected(name)
            let comparison = Comparison(
                actual: actual, reference: expected.floats, tolerance: golden.tolerance(name))
            #expect(comparison.passes, "\(name): \(comparison)")
            #expect(comparison.cosine >= 0.999999, "\(name): \(comparison)")
        }
    }

    /// All samples of a recording of one channel.
    private static func samples(of path: String) throws -> [Float] {
        let source = try FileSource(SignalContent(path: path))
        var samples: [Float] = []
        var block = [Float](repeating: 0, count: 4096)
        while case let count = try source.read(into: &block), count > 0 {
            samples += block[..<count]
        }
        return samples
    }

    @Test func theSameBitsAsTheSwiftInterface() throws {
        let model = try TestModel()
        let encoder = try CEncoder(model)
        let expected = try model.echo().features(
            batch: TestModel.mixture.map { Signal(samples: $0.samples, sampleRate: $0.rate) })
        for batch in [0, 1, 3] {
            let outputs = try encoder.embed(TestModel.mixture, batch: batch)
            #expect(outputs.map(\.utterance) == expected.map(\.utterance))
            #expect(outputs.map(\.segments) == expected.map(\.segments))
        }
    }

    @Test func whatIsNotWantedChangesNoBit() throws {
        let encoder = try CEncoder(TestModel())
        let both = try encoder.embed(TestModel.mixture)
        let utterances = try encoder.embed(TestModel.mixture, wantsSegments: false)
        #expect(utterances.map(\.utterance) == both.map(\.utterance))
        let segments = try encoder.embed(TestModel.mixture, wantsUtterances: false)
        #expect(segments.map(\.segments) == both.map(\.segments))
    }

    @Test func shapesSayWhatIsWritten() throws {
        let encoder = try CEncoder(TestModel())
        for (signal, output) in zip(TestModel.mixture, try encoder.embed(TestModel.mixture)) {
            let shape = try encoder.shape(signal.samples.count, signal.rate)
            #expect(output.utterance.count == Int(shape.width))
            #expect(output.segments.count == Int(shape.rows * shape.width))
            #expect((output.utterance + output.segments).allSatisfy { $0.isFinite })
        }
        // By hand: 16 kHz, 2 s: 198 frames, 13 patches, 201 bins, 7 bands of 64.
        let shape = try encoder.shape(32_000, 16_000)
        #expect([shape.frames, shape.rows] == [198, 13])
        #expect([shape.bins, shape.bands, shape.width] == [201, 7, 448])
        // Hours of sound, without an entry for every segment: 2^40 samples at 16 kHz.
        #expect(try encoder.shape(1 << 40, 16_000).rows == 429_496_750)
    }

    @Test func progressIsToldAtTheStartAndAtTheEnd() throws {
        let encoder = try CEncoder(TestModel())
        let progress = CEncoder.Progress()
        _ = try encoder.embed(TestModel.mixture, progress: progress)
        let total = Int64(TestModel.mixture.count)
        #expect(progress.calls.allSatisfy { $0.total == total })
        #expect(progress.calls.first?.done == 0)
        #expect(progress.calls.last?.done == total)
        #expect(progress.calls.map(\.done) == progress.calls.map(\.done).sorted())
    }

    @Test func noSignalsAreNoError() throws {
        #expect(try CEncoder(TestModel()).embed([]).isEmpty)
    }

    @Test func theTwoStepWayGivesTheSameBits() throws {
        let encoder = try CEncoder(TestModel())
        let direct = try encoder.embed(TestModel.mixture)
        let spectrograms = try TestModel.mixture.map { signal in
            let found = try encoder.spectrogram(signal.samples, signal.rate)
            return (found.values, found.bins, found.frames, signal.rate)
        }
        #expect(try encoder.embed(spectrograms: spectrograms) == direct)
    }
}
