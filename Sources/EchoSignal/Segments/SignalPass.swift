import EchoInvariant

/// One pass over a source: its output channels block by block, checked, and their running sums.
///
/// Sums run in double, sample by sample, so they depend neither on the size of the blocks nor on
/// whether the samples come from a file or from memory; of codes they are exact, in any order.
struct SignalPass {
    /// The largest magnitude that is taken: the square of the largest bin of the longest window,
    /// `(250,000 * 1e12)^2`, stays within float32.
    static let sampleLimit: Float = 1e12
    /// Interleaved samples read at a time: they stay in a core's first cache.
    static let blockLength = 1 << 14

    /// Samples of each channel in the last block.
    private(set) var blockCount = 0
    /// Samples of each channel read so far, and their sum in each output channel.
    private(set) var sampleCount = 0
    private(set) var sums: [Double]

    private let source: any SampleSource
    /// The channels that are listened to, and whether they are averaged.
    private let channels: Range<Int>
    private let isMean: Bool
    /// Whether codes are asked of the source, and whether codes are what its outputs are.
    private let readsCodes: Bool
    let outputsCodes: Bool
    /// The last block, channels interleaved; one channel of codes goes straight to its output.
    private var codes: [Int16] = []
    private var floats: [Float] = []

    /// - Throws: ``SignalError`` if the channel that is asked for is not there.
    init(_ source: any SampleSource, _ mode: ChannelMode) throws(SignalError) {
        guard let channels = mode.channels(of: source.channelCount) else {
            throw SignalError(
                path: source.path,
                .channel(mode.rawValue, channelCount: source.channelCount))
        }
        self.source = source
        self.channels = channels
        isMean = mode == .mean && source.channelCount > 1
        readsCodes = source.isPCM16
        outputsCodes = readsCodes && !isMean
        sums = Array(repeating: 0, count: mode.outputCount(channelCount: channels.count))
        let size = capacity * source.channelCount
        if !readsCodes {
            floats = Array(repeating: 0, count: size)
        } else if source.channelCount > 1 {
            codes = Array(repeating: 0, count: size)
        }
    }

    /// Samples of each channel that a block holds at most.
    var capacity: Int { max(1, Self.blockLength / source.channelCount) }

    /// Buffers for its outputs.
    ///
    /// - Parameter count: Samples of a channel that they are to hold.
    /// - Throws: ``SignalError`` if there is no memory for them.
    func makeBuffers(expecting count: Int) throws(SignalError) -> ChannelBuffers {
        try SampleMemory.require(4 * (count + capacity) * sums.count, for: source.path)
        return ChannelBuffers(
            ofCodes: outputsCodes, channelCount: sums.count, expecting: count + capacity)
    }

    /// Appends the next block to the buffers; false at the end.
    ///
    /// - Throws: ``SignalError`` if decoding fails, or a sample is NaN, infinite or too large.
    mutating func advance(into buffers: inout ChannelBuffers) throws(SignalError) -> Bool {
        try ReadingStop.check(source.path)
        if outputsCodes, source.channelCount == 1 {
            try readChannel(into: &buffers.codes[0])
        } else if readsCodes {
            blockCount = try readCodes()
            if isMean { average(into: &buffers.floats[0]) } else { split(into: &buffers.codes) }
        } else {
            blockCount = try source.read(into: &floats)
            for channel in buffers.floats.indices where blockCount > 0 {
                guard mix(channel, into: &buffers.floats[channel]) else { throw firstUnusable() }
            }
        }
        sampleCount += blockCount
        return blockCount > 0
    }

    private mutating func readChannel(
        into buffer: inout SlidingBuffer<Int16>
    ) throws(SignalError) {
        let source = source
        var (count, sum) = (0, 0.0)
        try buffer.append(upTo: capacity) { room throws(SignalError) in
            count = try source.read(codes: room)
            sum = CodeBlock.sum(room[..<count])
            return count
        }
        blockCount = count
        sums[0] += sum
    }

    private mutating func readCodes() throws(SignalError) -> Int {
        let source = source
        return try codes.withUnsafeMutableBufferPointer { block throws(SignalError) in
            try source.read(codes: block)
        }
    }

    private mutating func split(into outputs: inout [SlidingBuffer<Int16>]) {
        let count = blockCount
        for output in outputs.indices where count > 0 {
            codes.withUnsafeBufferPointer { block in
                let block = CodeBlock(block, channelCount: source.channelCount, count: count)
                outputs[output].append(upTo: count) { room in
                    sums[output] += block.copy(channels.lowerBound + output, to: room)
                    return count
                }
            }
        }
    }

    private mutating func average(into output: inout SlidingBuffer<Float>) {
        let count = blockCount
        guard count > 0 else { return }
        codes.withUnsafeBufferPointer { block in
            let block = CodeBlock(block, channelCount: source.channelCount, count: count)
            output.append(upTo: count) { room in
                block.average(to: room, sum: &sums[0])
                return count
            }
        }
    }

    /// Fills one output channel and adds to its sum; false if a sample cannot be used.
    private mutating func mix(_ output: Int, into buffer: inout SlidingBuffer<Float>) -> Bool {
        let (count, stride) = (blockCount, source.channelCount)
        let first = isMean ? 0 : channels.lowerBound + output
        var sum = sums[output]
        var usable = true
        floats.withUnsafeBufferPointer { input in
            buffer.append(upTo: count) { result in
                var (index, next) = (0, first)
                while index < count {
                    let value = isMean ? Self.mean(input, next, stride) : input[next]
                    result[index] = value
                    sum += Double(value)
                    // False for NaN as well.
                    usable = usable && value.magnitude <= Self.sampleLimit
                    index += 1
                    next += stride
                }
                return count
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
                let value = floats[index * source.channelCount + channel]
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
