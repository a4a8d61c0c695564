/// Up to 2000 frames of one channel, its mean over the whole recording removed.
package struct SignalSegment: Sendable {
    /// What lies under the segment's frames, exactly.
    package let signal: SegmentSamples
    package let framing: Framing
    package let frameCount: Int
    /// Output channel, from 0; always 0 unless every channel is embedded.
    package let channel: Int
    /// Number of the segment, from 0, and how many its channel has.
    package let index: Int
    package let segmentCount: Int

    /// A segment in memory, by itself the whole of its channel.
    ///
    /// - Parameters:
    ///   - signal: The samples under `frameCount` frames, exactly.
    ///   - sampleRate: Hz, in ``Framing/supportedSampleRates``.
    ///   - frameCount: Windows (STFT frames), up to 2000.
    package init(signal: SegmentSamples, sampleRate: Int, frameCount: Int) {
        self.init(
            signal: signal, framing: Framing(sampleRate: sampleRate), frameCount: frameCount,
            channel: 0, index: 0, segmentCount: 1)
    }

    /// - Parameter samples: Float32, the mean removed.
    package init(samples: [Float], sampleRate: Int, frameCount: Int) {
        self.init(
            signal: .float32(SampleRun(samples)), sampleRate: sampleRate, frameCount: frameCount)
    }

    init(
        signal: SegmentSamples, framing: Framing, frameCount: Int, channel: Int, index: Int,
        segmentCount: Int
    ) {
        (self.signal, self.framing, self.frameCount) = (signal, framing, frameCount)
        (self.channel, self.index, self.segmentCount) = (channel, index, segmentCount)
    }

    /// The samples, float32, the mean removed.
    package var samples: [Float] { signal.samples }

    /// Rows that it adds to the segment embedding.
    package var rowCount: Int { Framing.rowCount(frameCount: frameCount) }
}
