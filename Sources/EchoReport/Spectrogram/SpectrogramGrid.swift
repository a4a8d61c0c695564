import EchoInvariant

/// Where the values of a spectrogram lie: bin `k` at `k * sampleRate / windowLength` Hz, frame `t`
/// around `start + (t * hop + windowLength / 2) / sampleRate` s.
package struct SpectrogramGrid: Hashable, Sendable {
    /// Hz.
    package let sampleRate: Int
    /// Samples of a window, and from one window's start to the next one's.
    package let windowLength: Int
    package let hop: Int
    package let frameCount: Int
    /// Second of the recording at which the first window begins.
    package let start: Double

    package init(
        sampleRate: Int, windowLength: Int, hop: Int, frameCount: Int, start: Double = 0
    ) {
        invariant(
            sampleRate > 0 && windowLength > 0 && hop > 0 && frameCount > 0 && start.isFinite,
            "a spectrogram of \(frameCount) frames of \(windowLength) samples at \(sampleRate) Hz")
        (self.sampleRate, self.windowLength, self.hop) = (sampleRate, windowLength, hop)
        (self.frameCount, self.start) = (frameCount, start)
    }

    package var binCount: Int { windowLength / 2 + 1 }

    /// Seconds of the recording that its windows cover.
    package var seconds: ClosedRange<Double> {
        start...start + Double((frameCount - 1) * hop + windowLength) / Double(sampleRate)
    }

    /// Hz, from 0 to half the sample rate.
    package var hertz: ClosedRange<Double> { 0...Double(sampleRate) / 2 }

    /// A second in frames: a whole number in the middle of a window.
    func framePosition(_ second: Double) -> Double {
        ((second - start) * Double(sampleRate) - Double(windowLength) / 2) / Double(hop)
    }

    /// A frequency in bins.
    func binPosition(_ hertz: Double) -> Double {
        hertz * Double(windowLength) / Double(sampleRate)
    }
}
