/// Numbers in memory: an array, or memory that a caller lends.
// Sendable: nobody changes memory while it is lent, which is the lender's word.
package enum MemoryValues: @unchecked Sendable {
    case array([Float])
    case lent(UnsafeBufferPointer<Float>, MemoryLoan)

    package var count: Int {
        switch self {
        case .array(let values): values.count
        case .lent(let values, _): values.count
        }
    }

    /// Copies those of `range` to the front of `target`; false if they are not lent any more.
    package func copy(
        _ range: Range<Int>, to target: UnsafeMutableBufferPointer<Float>
    ) -> Bool {
        switch self {
        case .array(let values):
            _ = target.update(fromContentsOf: values[range])
            return true
        case .lent(let values, let loan):
            return loan.reading { _ = target.update(fromContentsOf: values[range]) } != nil
        }
    }
}

/// A signal in memory.
package final class MemorySource: SampleSource {
    package let path: String
    package let sampleRate: Int
    package let channelCount: Int
    /// Channels interleaved.
    private let samples: MemoryValues
    private var position = 0

    package init(
        _ samples: MemoryValues, channels: Int = 1, sampleRate: Int, name: String
    ) {
        self.samples = samples
        self.sampleRate = sampleRate
        channelCount = channels
        path = name
    }

    package convenience init(
        _ samples: [Float], channels: Int = 1, sampleRate: Int, name: String
    ) {
        self.init(.array(samples), channels: channels, sampleRate: sampleRate, name: name)
    }

    package var declaredFrameCount: Int? { samples.count / channelCount }

    package func rewind() { position = 0 }

    package func read(into block: inout [Float]) throws(SignalError) -> Int {
        let frames = min(block.count, samples.count - position) / channelCount
        let range = position..<position + frames * channelCount
        let isRead = block.withUnsafeMutableBufferPointer { samples.copy(range, to: $0) }
        guard isRead else { throw SignalError(path: path, .stopped) }
        position = range.upperBound
        return frames
    }
}
