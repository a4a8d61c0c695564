import EchoInvariant

/// One pass over a source: its output channels block by block, checked, and their running sums.
///
/// Sums run in double, sample by sample, so they depend neither on the size of the blocks nor on
/// whether the samples come from a file or from memory.
struct SignalPass {
    /// The largest magnitude that is taken: the square of the largest bin of the longest window,
    /// `(250,000 * 1e12)^2`, stays within float32.
    static let sampleLimit: Float = 1e12
    /// Interleaved samples read at a time.
    static let blockLength = 1 << 16

    /// The last block of each output channel; its first `blockCount` samples hold.
    private(set) var outputs: [[Float]]
    private(set) var blockCount = 0
    /// Samples of each channel read so far, and their sum in each output channel.
    private(set) var sampleCount = 0
    private(set) var sums: [Double]

    private let source: any SampleSource
    /// The channels that are listened to, and whether they are averaged.
    private let channels: Range<Int>
    private let isMean: Bool
    private var interleaved: [Float]

    /// Samples of each channel that a block holds at most.
    static func blockCapacity(channelCount: Int) -> Int { max(1, blockLength / channelCount) }

    /// - Throws: ``SignalError`` where the channel that is asked for is not there.
    init(_ source: any SampleSource, _ mode: ChannelMode) throws(SignalError) {
        guard let channels = mode.channels(of: source.channelCount) else {
            throw SignalError(
                path: source.path,
                .channel(mode.rawValue, channelCount: source.channelCount))
        }
        let capacity = Self.blockCapacity(channelCount: source.channelCount)
        let outputCount = mode.outputCount(channelCount: channels.count)
        self.source = source
        self.channels = channels
        isMean = mode == .mean
        interleaved = Array(repeating: 0, count: capacity * source.channelCount)
        outputs = Array(repeating: Array(repeating: 0, count: capacity), count: outputCount)
        sums = Array(repeating: 0, count: outputCount)
    }

    /// Reads the next block into `outputs`; false at the end.
    ///
    /// - Throws: ``SignalError`` where decoding fails, or a sample is NaN, infinite or too large.
    mutating func advance() throws(SignalError) -> Bool {
        try ReadingStop.check(source.path)
        blockCount = try source.read(into: &interleaved)
        guard blockCount > 0 else { return false }
        for channel in outputs.indices where !mix(into: channel) {
            throw firstUnusable()
        }
        sampleCount += blockCount
        return true
    }

    /// Fills one output channel and adds to its sum; false where a sample cannot be used.
    private mutating func mix(into output: Int) -> Bool {
        let (count, stride) = (blockCount, source.channelCount)
        let average = isMean && stride > 1
        let first = average ? 0 : channels.lowerBound + output
        var sum = sums[output]
        var usable = true
        interleaved.withUnsafeBufferPointer { input in
            outputs[output].withUnsafeMutableBufferPointer { result in
                var (index, next) = (0, first)
                while index < count {
                    let value = average ? Self.mean(input, next, stride) : input[next]
                    result[index] = value
                    sum += Double(value)
                    // False for NaN as well.
                    usable = usable && value.magnitude <= Self.sampleLimit
                    index += 1
                    next += stride
                }
            }
        }
        sums[output] = sum
        return usable
    }

    /// Mean of the `count` samples from `start`: summed in double, rounded once.
    private static func mean(
        _ samples: UnsafeBufferPointer<Float>, _ start: Int, _ count: Int
    ) -> Float {
        var sum = 0.0
        for index in start..<start + count { sum += Double(samples[index]) }
        return Float(sum / Double(count))
    }

    /// The first sample of the block that cannot be used, as an error.
    private func firstUnusable() -> SignalError {
        for index in 0..<blockCount {
            for channel in channels {
                let value = interleaved[index * source.channelCount + channel]
                if value.magnitude <= Self.sampleLimit { continue }
                let place = sampleCount + index
                return SignalError(
                    path: source.path,
                    value.isFinite
                        ? .tooLarge(index: place, channel: channel, value: value)
                        : .notFinite(index: place, channel: channel, value: value))
            }
        }
        invariantFailure("an unusable mean of usable samples")
    }
}
