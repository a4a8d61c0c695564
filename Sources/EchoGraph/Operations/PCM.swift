import EchoTensor

/// Samples of 16 bits, as recordings hold them, to float32 with their segment's mean removed:
/// `output[i] = (codes[i] - levels[g]) / 32768 - remainders[g]` for sample `i` of segment `g`.
///
/// The mean is `levels / 32768 + remainders`: where the remainder is a multiple of 2^-40 of at most
/// 2^-16, the difference is rounded once, so that the result is what subtracting in double and
/// rounding gives, on every device.
///
/// Inputs: codes int16 `[S]`, starts int32 `[G + 1]` (first sample of each segment, then `S`),
/// levels int32 `[G]`, remainders float32 `[G]`. Output: float32 `[S]`.
package struct PCM: Operation {
    package static let stem = "pcm"

    /// Steps of a code in 1.
    package static let scale: Float = 32768

    package init() {}

    /// As accurate as its input: the spectrogram behind it would lose what half leaves out.
    package var takesHalf: Bool { false }

    package func outputType(for inputs: [TensorType]) throws(GraphError) -> TensorType {
        try require(
            inputs,
            [
                ("codes", 1, [.int16]), ("starts", 1, .int32), ("levels", 1, .int32),
                ("remainders", 1, .float32),
            ])
        let segments = inputs[2].shape[0]
        try require(
            inputs[1].shape[0] == segments + 1 && inputs[3].shape[0] == segments,
            "\(inputs[1].shape[0]) starts, \(segments) levels and \(inputs[3].shape[0]) remainders")
        return TensorType(inputs[0].shape)
    }

    /// A difference, a quotient and a difference.
    package func flops(for inputs: [TensorType]) -> Double { 3 * Double(inputs[0].shape[0]) }

    /// Rounded once.
    package func tolerance(for inputs: [TensorType]) -> Tolerance { Tolerance() }
}
