/// The first pass: how many samples there are, their sums, and the samples themselves while they
/// fit in one segment.
struct SignalSurvey {
    let sampleCount: Int
    /// Sum of each output channel.
    let sums: [Double]
    /// One for each output channel: all samples where they make one segment, else none.
    let buffers: [SlidingBuffer]
    let peakBufferedSampleCount: Int

    /// - Throws: ``SignalError`` where the source cannot be decoded, is empty or too short, or has
    ///   samples that cannot be used.
    init(
        _ source: any SampleSource, _ mode: ChannelMode, _ framing: Framing
    ) throws(SignalError) {
        var pass = try SignalPass(source, mode)
        var buffers = Array(repeating: SlidingBuffer(), count: pass.sums.count)
        var peak = 0
        while try pass.advance() {
            guard pass.sampleCount <= framing.singleSegmentSampleLimit else {
                for channel in buffers.indices { buffers[channel] = SlidingBuffer() }
                continue
            }
            for channel in buffers.indices {
                buffers[channel].append(pass.outputs[channel], count: pass.blockCount)
            }
            peak = buffers[0].count
        }
        guard pass.sampleCount > 0 else { throw SignalError(path: source.path, .empty) }
        guard pass.sampleCount >= framing.windowLength else {
            throw SignalError(
                path: source.path,
                .tooShort(
                    sampleCount: pass.sampleCount, windowLength: framing.windowLength,
                    sampleRate: framing.sampleRate))
        }
        sampleCount = pass.sampleCount
        sums = pass.sums
        self.buffers = buffers
        peakBufferedSampleCount = peak
    }
}
