import CKissFFT
import EchoInvariant
import Glibc

/// Windowed magnitudes of real frames of one length, by KissFFT: its real transform where the
/// length is even, its complex one if it is odd. A plan holds scratch: one a thread.
final class RealTransform {
    private let window: [Float]
    private let realPlan: kiss_fftr_cfg?
    private let complexPlan: kiss_fft_cfg?
    private var frame: [Float]
    private var complexFrame: [kiss_fft_cpx]
    private var spectrum: [kiss_fft_cpx]

    /// - Parameter length: Samples of a frame; the window is periodic Hann of this length.
    init(length: Int) {
        window = (0..<length).map {
            Float(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(length)))
        }
        let isEven = length % 2 == 0
        realPlan = isEven ? kiss_fftr_alloc(Int32(length), 0, nil, nil) : nil
        complexPlan = isEven ? nil : kiss_fft_alloc(Int32(length), 0, nil, nil)
        invariant((realPlan ?? complexPlan) != nil, "KissFFT has no plan of length \(length)")
        let zero = kiss_fft_cpx(r: 0, i: 0)
        frame = Array(repeating: 0, count: length)
        complexFrame = Array(repeating: zero, count: isEven ? 0 : length)
        spectrum = Array(repeating: zero, count: length)
    }

    deinit {
        free(UnsafeMutableRawPointer(realPlan))
        free(UnsafeMutableRawPointer(complexPlan))
    }

    /// `|DFT(window * samples)|`, the one-sided bins.
    func magnitudes(
        of samples: UnsafePointer<Float>, to magnitudes: UnsafeMutablePointer<Float>
    ) {
        window.withUnsafeBufferPointer { window in
            frame.withUnsafeMutableBufferPointer { frame in
                for index in frame.indices { frame[index] = samples[index] * window[index] }
            }
        }
        if let realPlan {
            kiss_fftr(realPlan, frame, &spectrum)
        } else {
            for index in frame.indices { complexFrame[index].r = frame[index] }
            kiss_fft(complexPlan, complexFrame, &spectrum)
        }
        spectrum.prefix(window.count / 2 + 1).withUnsafeBufferPointer { spectrum in
            for (bin, value) in spectrum.enumerated() {
                magnitudes[bin] = (value.r * value.r + value.i * value.i).squareRoot()
            }
        }
    }
}
