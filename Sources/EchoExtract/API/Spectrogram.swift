import EchoTensor

/// A normalised log spectrogram: `(ln(|X| + 1e-9) + 5.874158) / (5.223174 * 2)`.
///
/// Windows of 25 ms (periodic Hann), 10 ms apart, of the signal without its mean.
public struct Spectrogram: Sendable {
    /// Values, shape `[bins, frames]` in C order.
    public var values: [Float]
    /// `[bins, frames]`; bins = `Int(0.025 * sampleRate) / 2 + 1`.
    public var shape: Shape

    /// Makes a spectrogram from its values in C order and their shape `[bins, frames]`.
    public init(values: [Float], shape: Shape) {
        self.values = values
        self.shape = shape
    }
}
