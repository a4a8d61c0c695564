import Glibc

/// What a value of the encoder's spectrogram says in decibels.
///
/// A value is `(ln(|X| + 1e-9) + 5.874158) / (5.223174 * 2)`, X a bin of the Fourier transform of a window under a
/// periodic Hann window. A sine of amplitude 1 gives `|X| = windowLength / 4`, which is 0 dB here: full scale of
/// recordings, one unit (g, m/s², V) of signals that have units. Sums of many samples lie above 0 dB where amplitudes
/// do.
package enum SpectrogramLevel {
    /// What 0 dB is, for captions.
    package static let reference = "dB re sine of amplitude 1"

    /// Decibels of a value, `20 log10(4 |X| / windowLength)`.
    package static func decibels(_ value: Float, windowLength: Int) -> Double {
        let logarithm = Double(value) * (5.223174 * 2) - 5.874158
        return 20 * (logarithm / log(10) + log10(4 / Double(windowLength)))
    }

    /// The levels that the colours of a picture span if nobody says which: from the largest value, rounded up
    /// to 10 dB, down to 80 dB below, or to the lowest value if that is higher. Of nothing but digital silence
    /// -80 to 0 dB, which is black.
    package static func range(
        _ values: some Sequence<Float>, windowLength: Int
    ) -> ClosedRange<Double> {
        var (low, high) = (Float.infinity, -Float.infinity)
        for value in values { (low, high) = (min(low, value), max(high, value)) }
        guard low <= high, high > silence else { return -80...0 }
        // A tone of full scale is at 0 dB except for rounding.
        let top = (decibels(high, windowLength: windowLength) / 10 - 1e-3).rounded(.up) * 10
        let bottom = (decibels(low, windowLength: windowLength) / 10).rounded(.down) * 10
        return min(max(top - 80, bottom), top - 10)...top
    }

    /// The value where |X| is 1e-9, as much as is added to it: below there is nothing but that.
    private static let silence = Float((log(2e-9) + 5.874158) / (5.223174 * 2))
}
