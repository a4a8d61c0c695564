import EchoTensor
import EchoTestSupport
import Testing

import EchoExtract

@Suite(.timeLimit(.minutes(20))) struct FeaturesTests {
    /// (sample rate, frames) -> (bands, rows): by hand from model.md.
    @Test(
        arguments: TestDevice.all,
        [
            (16_000, 32, 7, 2), (48_000, 17, 19, 2), (1000, 1, 1, 1), (1000, 2000, 1, 125),
            (1000, 2001, 1, 250), (1000, 4000, 1, 250),
        ])
    func shapesFollowFromRateAndLength(
        device: TestDevice, entry: (rate: Int, frames: Int, bands: Int, rows: Int)
    ) throws {
        let echo = try TestEcho.on(device)
        let count = ExtractFixtures.sampleCount(frames: entry.frames, sampleRate: entry.rate)
        let signal = ExtractFixtures.signal(
            seed: 1, sampleCount: count, sampleRate: entry.rate)
        let features = try echo.features(signal: signal, sampleRate: entry.rate)
        let width = entry.bands * echo.configuration.embeddingWidth
        #expect(features.bandCount == entry.bands)
        #expect(features.width == width)
        #expect(features.segmentShape == [entry.rows, width])
        #expect(features.segments.count == entry.rows * width)
        #expect(features.utterance.allSatisfy { $0.isFinite })
        #expect(Set(features.utterance.map(\.bitPattern)).count > width / 2, "not all the same")
    }

    @Test(arguments: TestDevice.all + TestDevice.halves)
    func companyAndBatchSizeDoNotChangeABit(device: TestDevice) throws {
        let echo = try TestEcho.on(device)
        let alone = try TestEcho.mixture.map {
            try echo.features(signal: $0.samples, sampleRate: $0.sampleRate)
        }
        for batchSize in [1, 3, 64] {
            #expect(try echo.features(batch: TestEcho.mixture, batchSize: batchSize) == alone)
        }
        let reversed = try echo.features(batch: TestEcho.mixture.reversed(), batchSize: 7)
        #expect(reversed.reversed() == alone)
    }

    @Test(arguments: TestDevice.all + TestDevice.halves)
    func theTwoStepWayGivesTheSameBits(device: TestDevice) throws {
        let echo = try TestEcho.on(device)
        for signal in TestEcho.mixture.prefix(3) {
            let direct = try echo.features(signal: signal.samples, sampleRate: signal.sampleRate)
            let spectrogram = try echo.spectrogram(
                signal: signal.samples, sampleRate: signal.sampleRate)
            let twoSteps = try echo.features(
                spectrogram: spectrogram, sampleRate: signal.sampleRate)
            #expect(twoSteps == direct)
        }
    }

    @Test(arguments: TestDevice.all.dropFirst())
    func devicesAgreeWithTheCPUPath(device: TestDevice) throws {
        let (cpu, other) = (try TestEcho.onCPU(), try TestEcho.on(device))
        for signal in TestEcho.mixture {
            let reference = try cpu.features(signal: signal.samples, sampleRate: signal.sampleRate)
            let features = try other.features(
                signal: signal.samples, sampleRate: signal.sampleRate)
            // Two float32 pipelines, each within 5e-5 of the exact result on signals with noise.
            let comparison = Comparison(
                actual: features.utterance + features.segments,
                reference: reference.utterance + reference.segments,
                tolerance: Tolerance(absolute: 1e-4))
            #expect(comparison.passes, "\(signal.sampleRate) Hz: \(comparison)")
        }
    }

    @Test(arguments: [
        ([Float](repeating: 0.1, count: 399), 16_000, "399 samples are shorter"),
        ([], 16_000, "no samples"),
        ([Float](repeating: .nan, count: 800), 16_000, "NaN"),
        ([Float](repeating: 0.1, count: 800), 0, "0 Hz"),
    ])
    func badSignalsAreRefusedWithTheReason(
        signal: [Float], sampleRate: Int, reason: String
    ) throws {
        let echo = try TestEcho.onCPU()
        let error = #expect(throws: EchoError.self) {
            try echo.features(signal: signal, sampleRate: sampleRate)
        }
        #expect(error?.kind == .signal)
        #expect(error?.message.contains(reason) == true, "\(String(describing: error))")
    }

    @Test func aBadSignalOfABatchIsNamedByItsIndex() throws {
        let echo = try TestEcho.onCPU()
        let good = Signal(samples: [Float](repeating: 0.1, count: 800), sampleRate: 16_000)
        let bad = Signal(samples: [0, 0], sampleRate: 16_000)
        let error = #expect(throws: EchoError.self) { try echo.features(batch: [good, bad]) }
        #expect(error?.message.contains("signal 1 of the batch") == true)
    }

    @Test func emptyBatchesAndBatchSizesBelowOne() throws {
        let echo = try TestEcho.onCPU()
        #expect(try echo.features(batch: []).isEmpty)
        #expect(throws: EchoError.self) { try echo.features(batch: [], batchSize: 0) }
    }
}
