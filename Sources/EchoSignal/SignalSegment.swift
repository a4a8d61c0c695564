/// Up to 2000 frames of one channel, its mean over the whole recording removed.
package struct SignalSegment: Sendable {
    /// What lies under the segment's frames, exactly.
    package let signal: SegmentSignal
    package let framing: Framing
    package let frameCount: Int
    /// Output channel, from 0; always 0 unless every channel is embedded.
    package let channel: Int
    /// Number of the segment, from 0, and how many its channel has.
    package let index: Int
    package let segmentCount: Int

    /// The samples, float32, the mean removed.
    package var samples: [Float] { signal.samples }

    /// Rows that it adds to the segment embedding.
    package var rowCount: Int { Framing.rowCount(frameCount: frameCount) }
}
