import EchoExtract
import EchoModel
import EchoSignal
import EchoTestSupport
import Testing

/// The spectrogram on every device against its definition in double, where rounding hurts most.
///
/// A transform in float32 errs in every bin by a few `2^-24` of the frame's loudest bin, whatever the
/// bin itself holds; the logarithm then amplifies that where the bin is near zero: beside a pure tone
/// it comes to 0.99 in a result between -1.4 and 1.5. So the bound is on `|X|`, not on the result.
@Suite(.timeLimit(.minutes(20))) struct SpectrogramAccuracyTests {
    /// Multiples of `2^-24` of the frame's loudest bin. Measured on these signals: 2.7 on both families
    /// of kernels, 3.0 by PyTorch in float32. On the CPU path 2.4, and 7.4 where the window has a large
    /// prime factor: KissFFT adds up that many terms one after the other.
    private static func largestFactor(_ device: TestDevice) -> Double { device.isCPUPath ? 12 : 4 }
    /// The logarithm's 2 ulp near -21, over 10.4, and the rounding of the result.
    private static let slack = 5e-7
    private static let weights = Weights.synthetic(
        seed: 1,
        configuration: Configuration(
            embeddingWidth: 64, layerCount: 1, headCount: 1, feedForwardWidth: 64))

    @Test(arguments: StressSignal.everyRate + StressSignal.everyKind + StressSignal.everyLength)
    func everyBinIsAsGoodAsFloat32Allows(signal: StressSignal) throws {
        let reader = try RecordingReader.open(signal: signal.samples, sampleRate: signal.rate)
        let segments = try SignalSegment.all(of: reader)
        #expect(segments.reduce(0) { $0 + $1.frameCount } >= signal.frames)
        for segment in segments {
            let reference = ReferenceSpectrogram(
                samples: segment.samples, framing: reader.framing, frameCount: segment.frameCount)
            for device in TestDevice.all {
                let computed = try device.engine(Self.weights).spectrogram(segment)
                let factor = reference.errorFactor(of: computed, slack: Self.slack)
                #expect(factor <= Self.largestFactor(device), "\(device)")
            }
        }
    }
}
