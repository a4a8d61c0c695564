import EchoInvariant

/// A block of samples of 16 bits, channels interleaved. Sums are of samples as floats, `code / 32768`,
/// and exact: they are counted in integers.
struct CodeBlock {
    private let codes: UnsafeBufferPointer<Int16>
    private let channelCount: Int
    /// Samples of each channel.
    private let count: Int

    /// What a code stands for.
    private static let step = 0x1p-15
    /// Codes whose sum an Int32 holds, whatever they are.
    private static let countLimit = (1 << 16) - 1

    init(_ codes: UnsafeBufferPointer<Int16>, channelCount: Int, count: Int) {
        (self.codes, self.channelCount, self.count) = (codes, channelCount, count)
        invariant(
            count * channelCount <= codes.count && count <= Self.countLimit,
            "\(count) samples of \(channelCount) channels in \(codes.count) codes")
    }

    /// The sum of one channel's codes.
    static func sum(_ codes: Slice<UnsafeMutableBufferPointer<Int16>>) -> Double {
        invariant(codes.count <= countLimit, "\(codes.count) codes")
        var sum: Int32 = 0
        for code in UnsafeMutableBufferPointer(rebasing: codes) { sum &+= Int32(code) }
        return Double(sum) * step
    }

    /// Copies a channel; returns its sum.
    func copy(_ channel: Int, to target: UnsafeMutableBufferPointer<Int16>) -> Double {
        invariant(target.count >= count && channel < channelCount, "channel \(channel)")
        var sum: Int32 = 0
        var (index, place) = (0, channel)
        while index < count {
            let code = codes[place]
            target[index] = code
            sum &+= Int32(code)
            index += 1
            place += channelCount
        }
        return Double(sum) * Self.step
    }

    /// Writes the mean of the channels, summed exactly and rounded once, and adds it to `sum`, sample by
    /// sample.
    ///
    /// Of 2, 4, ... 256 channels a mean is exact in float32, and so is a sum of 2^30 of them in double:
    /// there the order does not matter.
    func average(to target: UnsafeMutableBufferPointer<Float>, sum: inout Double) {
        invariant(target.count >= count, "\(target.count) places for \(count) means")
        if channelCount == 2 {
            averagePairs(to: target, sum: &sum)
        } else if channelCount & (channelCount - 1) == 0, channelCount <= 256 {
            let step = Self.step / Double(channelCount)
            var all = 0
            for index in 0..<count {
                let total = total(at: index)
                target[index] = Float(total) * Float(step)
                all &+= total
            }
            sum += Double(all) * step
        } else {
            for index in 0..<count {
                let mean = Float(Double(total(at: index)) * Self.step / Double(channelCount))
                target[index] = mean
                sum += Double(mean)
            }
        }
    }

    private func averagePairs(
        to target: UnsafeMutableBufferPointer<Float>, sum: inout Double
    ) {
        var (left, right): (Int32, Int32) = (0, 0)
        for index in 0..<count {
            let (first, second) = (Int32(codes[2 * index]), Int32(codes[2 * index + 1]))
            target[index] = Float(first &+ second) * Float(Self.step / 2)
            left &+= first
            right &+= second
        }
        sum += (Double(left) + Double(right)) * (Self.step / 2)
    }

    /// The sum of a sample's channels.
    private func total(at index: Int) -> Int {
        var total = 0
        for place in index * channelCount..<(index + 1) * channelCount {
            total &+= Int(codes[place])
        }
        return total
    }
}
