/// A recording in memory: the samples of one channel and their rate.
public struct Signal: Sendable {
    /// Samples, full scale being -1 to 1.
    public var samples: [Float]
    /// Samples per second, Hz.
    public var sampleRate: Int

    /// Makes a signal from its samples and their rate in Hz.
    public init(samples: [Float], sampleRate: Int) {
        self.samples = samples
        self.sampleRate = sampleRate
    }
}
