/// The first pass: how many samples there are, their sums, and the samples themselves while they
/// fit in one segment.
struct SignalSurvey {
    let sampleCount: Int
    /// Sum of each output channel.
    let sums: [Double]
    /// All samples of each output channel where they make one segment, else none.
    let buffers: ChannelBuffers
    let peakBufferedSampleCount: Int

    /// - Parameter surveyed: Told for each block which share of the samples has been read, where a header says
    ///   how many there are, and 1 at the end.
    /// - Throws: ``SignalError`` if the source cannot be decoded, is empty or too short, or has
    ///   samples that cannot be used.
    init(
        _ source: any SampleSource, _ mode: ChannelMode, _ framing: Framing,
        _ surveyed: (_ share: Double) -> Void
    ) throws(SignalError) {
        var pass = try SignalPass(source, mode)
        let limit = framing.singleSegmentSampleLimit
        // A header may lie: it only says how much memory is taken first.
        var buffers = try pass.makeBuffers(
            expecting: min(max(0, source.declaredFrameCount ?? 0), limit))
        var peak = 0
        while try pass.advance(into: &buffers) {
            if pass.sampleCount > limit {
                buffers.drop(before: buffers.end)
            } else {
                peak = buffers.count
            }
            if let declared = source.declaredFrameCount, declared > 0 {
                surveyed(min(1, Double(pass.sampleCount) / Double(declared)))
            }
        }
        surveyed(1)
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
        self.buffers =
            try pass.sampleCount > limit ? pass.makeBuffers(expecting: limit) : buffers
        peakBufferedSampleCount = peak
    }
}
