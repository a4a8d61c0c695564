import EchoSignal

/// Clips of noise, all of one length and sample rate: what benchmarks run the encoder on.
package struct ClipBatch: Sendable {
    package let segments: [SignalSegment]
    /// Windows (STFT frames) of a clip.
    package let frameCount: Int

    /// - Parameters:
    ///   - sampleRate: Hz; one that ``Framing`` supports.
    ///   - seconds: Length of a clip; 20 s at most where an engine runs it, as one segment.
    package init(clipCount: Int, sampleRate: Int, seconds: Int) {
        let framing = Framing(sampleRate: sampleRate)
        frameCount = framing.frameCount(sampleCount: sampleRate * seconds)
        var state: UInt64 = 1
        let samples = framing.sampleRange(of: 0..<frameCount).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(Int64(bitPattern: state) >> 40) * 0x1p-25
        }
        // One array, shared: what the samples are does not change how long they take.
        let clip = SignalSegment(
            samples: samples, sampleRate: sampleRate, frameCount: frameCount)
        segments = [SignalSegment](repeating: clip, count: clipCount)
    }
}
