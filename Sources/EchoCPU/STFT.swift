import CKissFFT
import EchoGraph
import Glibc

extension STFT: CPUOperation {
    func run(on inputs: [CPUView], to output: UnsafeMutablePointer<Float>) {
        let samples = inputs[0].floats
        output.update(repeating: 0, count: tokenCount * Self.patchElementCount)
        concurrently(segments.count) { index in
            let segment = segments[index]
            let transform = RealTransform(length: segment.windowLength)
            var magnitudes = [Float](repeating: 0, count: segment.binCount)
            for frame in 0..<segment.frameCount {
                transform.magnitudes(
                    of: samples + segment.sampleOffset + frame * segment.hop, to: &magnitudes)
                for bin in 0..<segment.binCount {
                    let (band, row) = segment.place(bin: bin)
                    let token = segment.token(band: band, patch: frame / Self.patchLength)
                    let element = row * Self.patchLength + frame % Self.patchLength
                    output[token * Self.patchElementCount + element] =
                        (logf(magnitudes[bin] + Float(Self.magnitudeFloor)) + Float(Self.shift))
                        / Float(Self.divisor)
                }
            }
        }
    }
}

/// Windowed magnitudes of real frames of one length, by KissFFT: its real transform where the
/// length is even, its complex one where it is odd. A plan holds scratch: one a thread.
private final class RealTransform {
    private let window: [Float]
    private let realPlan: kiss_fftr_cfg?
    private let complexPlan: kiss_fft_cfg?

    /// - Parameter length: Samples of a frame; the window is periodic Hann of this length.
    init(length: Int) {
        window = (0..<length).map {
            Float(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(length)))
        }
        let isEven = length % 2 == 0
        realPlan = isEven ? kiss_fftr_alloc(Int32(length), 0, nil, nil) : nil
        complexPlan = isEven ? nil : kiss_fft_alloc(Int32(length), 0, nil, nil)
        precondition((realPlan ?? complexPlan) != nil, "KissFFT has no plan of length \(length)")
    }

    deinit {
        free(UnsafeMutableRawPointer(realPlan))
        free(UnsafeMutableRawPointer(complexPlan))
    }

    /// `|DFT(window * samples)|`, the one-sided bins.
    func magnitudes(of samples: UnsafePointer<Float>, to magnitudes: inout [Float]) {
        let length = window.count
        let zero = kiss_fft_cpx(r: 0, i: 0)
        withUnsafeTemporaryAllocation(of: kiss_fft_cpx.self, capacity: length + 1) { spectrum in
            if let realPlan {
                withUnsafeTemporaryAllocation(of: Float.self, capacity: length) { frame in
                    for index in 0..<length { frame[index] = samples[index] * window[index] }
                    kiss_fftr(realPlan, frame.baseAddress, spectrum.baseAddress)
                }
            } else {
                withUnsafeTemporaryAllocation(of: kiss_fft_cpx.self, capacity: length) { frame in
                    frame.initialize(repeating: zero)
                    for index in 0..<length { frame[index].r = samples[index] * window[index] }
                    kiss_fft(complexPlan, frame.baseAddress, spectrum.baseAddress)
                }
            }
            for bin in magnitudes.indices {
                let value = spectrum[bin]
                magnitudes[bin] = (value.r * value.r + value.i * value.i).squareRoot()
            }
        }
    }
}
