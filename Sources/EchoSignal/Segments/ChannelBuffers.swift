/// The samples that are held of each output channel: codes of 16 bits, or float32.
struct ChannelBuffers {
    /// One for each output channel, or none if they are of the other kind.
    var codes: [SlidingBuffer<Int16>] = []
    var floats: [SlidingBuffer<Float>] = []

    /// - Parameter count: Samples of a channel that memory is taken for, unless there are more.
    init(ofCodes isPCM16: Bool, channelCount: Int, expecting count: Int) {
        if isPCM16 {
            codes = Array(repeating: SlidingBuffer(expecting: count), count: channelCount)
        } else {
            floats = Array(repeating: SlidingBuffer(expecting: count), count: channelCount)
        }
    }

    /// Position in the recording after the last sample held; the same in every channel.
    var end: Int { codes.first?.end ?? floats.first?.end ?? 0 }

    /// Samples held of each channel.
    var count: Int { codes.first?.count ?? floats.first?.count ?? 0 }

    /// Forgets the samples before `position`, as far as they have been read.
    mutating func drop(before position: Int) {
        for channel in codes.indices { codes[channel].drop(before: position) }
        for channel in floats.indices { floats[channel].drop(before: position) }
    }

    /// Holds no channel any more.
    mutating func removeAll() { (codes, floats) = ([], []) }

    /// The samples of a channel, less its mean.
    func samples(_ range: Range<Int>, of channel: Int, mean: Double) -> SegmentSamples {
        codes.isEmpty
            ? .float32(floats[channel][range].subtracting(mean))
            : .pcm16(codes[channel][range], mean: .init(mean))
    }
}
