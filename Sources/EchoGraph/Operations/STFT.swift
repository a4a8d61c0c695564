import EchoTensor

/// Recordings to patches: windowed Fourier transform, logarithm of the magnitude, normalisation.
///
/// `s = (ln(|X| + 1e-9) + 5.874158) / (5.223174 * 2)` with a periodic Hann window, no centring and
/// no padding of the signal. The result is laid out as the encoder reads it: row `t` of the output
/// is the 32 x 16 patch (frequency-major) of token `t`, zero if the patch reaches past the
/// segment's frames or below the last band's bins, and zero for CLS tokens.
///
/// Inputs: samples, float32 `[S]`, mean removed; blocks, int32 `[B, 6]`, the segments as kernels
/// read them (``blocks``). Output: `element` `[tokens, 512]`, rounded to the nearest half, ties to
/// even, if that is float16 (``Graph/fusingSpectrograms()`` makes it so).
package struct STFT: Operation {
    package static let stem = "stft"

    /// Bins of a band, frames of a patch, elements of a patch.
    package static let bandWidth = 32
    package static let patchLength = 16
    package static let patchElementCount = bandWidth * patchLength

    /// Added to the magnitude, then the logarithm's shift and divisor (upstream's dataset
    /// statistics; `norm_std` counts twice).
    package static let magnitudeFloor = 1e-9
    package static let shift = 5.874158
    package static let divisor = 5.223174 * 2

    /// No element exceeds it: magnitudes from 0 to the largest float give -1.43 to 9.06.
    static let largestOutput = 16.0

    /// A piece of a recording: `frameCount` windows of `windowLength` samples, `hop` apart.
    package struct Segment: Hashable, Sendable {
        /// Index of its first sample in the input.
        package let sampleOffset: Int
        package let frameCount: Int
        package let windowLength: Int
        package let hop: Int
        /// Row of the CLS token of its first band.
        package let firstToken: Int

        package init(
            sampleOffset: Int, frameCount: Int, windowLength: Int, hop: Int, firstToken: Int
        ) {
            self.sampleOffset = sampleOffset
            self.frameCount = frameCount
            self.windowLength = windowLength
            self.hop = hop
            self.firstToken = firstToken
        }

        package var binCount: Int { windowLength / 2 + 1 }
        package var bandCount: Int { (binCount + bandWidth - 1) / bandWidth }
        package var patchCount: Int { (frameCount + patchLength - 1) / patchLength }
        /// Tokens of one band: CLS and the patches.
        package var sequenceLength: Int { 1 + patchCount }
        package var tokenCount: Int { bandCount * sequenceLength }
        package var sampleCount: Int { (frameCount - 1) * hop + windowLength }

        /// Row of the patch `patch` of band `band`.
        package func token(band: Int, patch: Int) -> Int {
            firstToken + band * sequenceLength + 1 + patch
        }

        /// Band, and row within the band's patch, of a frequency bin. The last band's rows are
        /// filled from the top: its padding is in front.
        package func place(bin: Int) -> (band: Int, row: Int) {
            let band = bin / bandWidth
            let padding = band == bandCount - 1 ? bandCount * bandWidth - binCount : 0
            return (band, bin % bandWidth + padding)
        }
    }

    package let segments: [Segment]
    /// What the output is stored as.
    package let element: ElementType

    package init(segments: [Segment], to element: ElementType = .float32) {
        self.segments = segments
        self.element = element
    }

    package var tokenCount: Int { segments.reduce(0) { $0 + $1.tokenCount } }

    /// A logarithm of what is nearly nothing: half would lose more than everything behind it.
    package var takesHalf: Bool { false }

    package func outputType(for inputs: [TensorType]) throws(GraphError) -> TensorType {
        try require(inputs, [("samples", 1, .float32), ("blocks", 2, .int32)])
        // Places of samples and tokens are of 32 bits in the table.
        let limit = Int(Int32.max)
        try require(
            inputs[0].shape[0] <= limit && tokenCount <= limit,
            "\(inputs[0].shape[0]) samples and \(tokenCount) tokens, of \(limit) at most")
        for segment in segments {
            let end = segment.sampleOffset + segment.sampleCount
            try require(
                segment.sampleOffset >= 0 && segment.frameCount > 0 && segment.windowLength > 1
                    && segment.hop > 0 && end <= inputs[0].shape[0],
                "\(segment) does not lie within \(inputs[0].shape[0]) samples")
        }
        let blockCount = segments.reduce(0) { $0 + $1.patchCount }
        try require(
            inputs[1].shape == [blockCount, Self.blockFieldCount],
            "blocks must be [\(blockCount), \(Self.blockFieldCount)], got \(inputs[1].shape)")
        return TensorType([tokenCount, Self.patchElementCount], element)
    }

    /// `5/2 n log2 n` a frame, the usual count for a real transform, plus 10 a bin for the rest.
    package func flops(for inputs: [TensorType]) -> Double {
        segments.reduce(0) { sum, segment in
            let n = Double(segment.windowLength)
            return sum + Double(segment.frameCount)
                * (2.5 * n * ApproximateLog2.value(n) + 10 * Double(segment.binCount))
        }
    }

    /// Each bin of a transform is off by a share of the loudest, of log2(n) roundings; the logarithm
    /// makes much of that where a bin is quiet.
    package func tolerance(for inputs: [TensorType]) -> Tolerance {
        let longest = segments.map(\.windowLength).max() ?? 2
        let steps = ApproximateLog2.value(Double(longest))
        // Two values that differ by rounding may have neighbouring halves: 2^-10 of them apart.
        return Tolerance(
            absolute: 8 * Tolerance.rounding, relative: element == .float16 ? 0x1p-10 : 0,
            ofLoudest: .init(
                share: Self.roundings * steps * Tolerance.rounding, divisor: Self.divisor))
    }

    /// Of the loudest bin, in a step of the transform. Measured: 0.1 to 0.3, and 0.4 to 0.6 where the
    /// window is a prime, or has a large one, whose transform takes three.
    private static let roundings = 2.0
}

/// log2 without Foundation; exact enough to count operations.
private enum ApproximateLog2 {
    static func value(_ n: Double) -> Double { Double(n.exponent) + (n.significand - 1) }
}
