/// The samples of a segment: float32 without the mean of the recording, or 16-bit codes and that mean.
///
/// Means are multiples of 2^-40, so that both forms are the same float32, to the bit. A sample of
/// 16 bits less such a mean is exact in double, and rounded once. A device without double takes off
/// the mean's nearest code first, which is exact, then the remainder: a multiple of 2^-40 of at most
/// 2^-16 has 24 bits, which a float holds, so that difference too is rounded once.
package enum SegmentSamples: Sendable {
    /// The mean is removed.
    case float32(SampleRun<Float>)
    /// As 16-bit formats hold them: samples are `codes / 32768`, less `mean`.
    case pcm16(SampleRun<Int16>, mean: PCMMean)

    /// A mean of at most 1 as a code and what it is beyond that: `level / 32768 + remainder`.
    package struct PCMMean: Hashable, Sendable {
        package let level: Int32
        package let remainder: Float

        init(_ mean: Double) {
            level = Int32((mean * SegmentSamples.scale).rounded())
            remainder = Float(mean - Double(level) / SegmentSamples.scale)
        }
    }

    private static let scale = 32768.0

    /// A mean as it is taken off: to the nearest 2^-40, far below what a spectrogram's bin resolves.
    static func rounded(mean: Double) -> Double { (mean * 0x1p40).rounded() * 0x1p-40 }

    package var count: Int {
        switch self {
        case .float32(let samples): samples.count
        case .pcm16(let codes, _): codes.count
        }
    }

    /// Writes the samples, float32, the mean removed, to the front of `target`.
    package func write(to target: UnsafeMutableBufferPointer<Float>) {
        switch self {
        case .float32(let samples):
            samples.withSamples { _ = target.update(fromContentsOf: $0) }
        case .pcm16(let codes, let mean):
            codes.withSamples { codes in
                for index in codes.indices {
                    target[index] =
                        Float(Int32(codes[index]) - mean.level) / Float(Self.scale) - mean.remainder
                }
            }
        }
    }

    /// The samples, float32, the mean removed.
    package var samples: [Float] {
        [Float](unsafeUninitializedCapacity: count) { target, filled in
            write(to: target)
            filled = count
        }
    }
}
