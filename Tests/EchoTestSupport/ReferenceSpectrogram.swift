import EchoInvariant
import EchoSignal
import Foundation

/// The log spectrogram's definition in double precision, by direct sums: exact, and slow.
package struct ReferenceSpectrogram: Sendable {
    /// `|X|` by bin, then frame: `[bins, frames]`.
    package let magnitudes: [Double]
    /// The largest `|X|` of each frame: what rounding in a transform scales with.
    package let peaks: [Double]
    package let frameCount: Int

    /// Transforms samples whose mean is removed.
    package init(samples: [Float], framing: Framing, frameCount: Int) {
        let length = framing.windowLength
        let turns = (0..<length).map { 2 * Double.pi * Double($0) / Double(length) }
        let (cosines, sines) = (turns.map(cos), turns.map(sin))
        var magnitudes = [Double](repeating: 0, count: framing.binCount * frameCount)
        for frame in 0..<frameCount {
            let windowed = (0..<length).map { index in
                (0.5 - 0.5 * cosines[index]) * Double(samples[frame * framing.hop + index])
            }
            for bin in 0..<framing.binCount {
                var (re, im, turn) = (0.0, 0.0, 0)
                for value in windowed {
                    re += value * cosines[turn]
                    im -= value * sines[turn]
                    turn += bin
                    if turn >= length { turn -= length }
                }
                magnitudes[bin * frameCount + frame] = (re * re + im * im).squareRoot()
            }
        }
        self.magnitudes = magnitudes
        peaks = (0..<frameCount).map { frame in
            stride(from: frame, to: magnitudes.count, by: frameCount)
                .reduce(0) { max($0, magnitudes[$1]) }
        }
        self.frameCount = frameCount
    }

    /// `s = (ln(|X| + 1e-9) + 5.874158) / 10.446348`.
    package static func normalised(_ magnitude: Double) -> Double {
        (log(magnitude + 1e-9) + 5.874158) / 10.446348
    }

    /// The magnitude that normalises to `s`; negative where it is below that of silence.
    package static func magnitude(_ s: Double) -> Double { exp(s * 10.446348 - 5.874158) - 1e-9 }

    /// The largest error of a transform in float32, as a multiple of `2^-24` of its frame's peak,
    /// that explains a computed spectrogram `[bins, frames]`.
    ///
    /// - Parameter slack: Error that the logarithm and what follows it may add to `s`.
    package func errorFactor(of computed: [Float], slack: Double) -> Double {
        invariant(computed.count == magnitudes.count, "\(computed.count) values")
        var largest = 0.0
        for (index, s) in computed.enumerated() {
            let least = Self.magnitude(Double(s) - slack)
            let most = Self.magnitude(Double(s) + slack)
            let exact = magnitudes[index]
            guard !(least...most).contains(exact) else { continue }
            let error = exact < least ? least - exact : exact - most
            largest = max(largest, error / (peaks[index % frameCount] * 0x1p-24))
        }
        return largest
    }
}
