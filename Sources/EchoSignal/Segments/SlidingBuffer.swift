import EchoInvariant

/// A contiguous stretch of one channel's samples, appended at its end and dropped at its start.
struct SlidingBuffer {
    private var samples: [Float] = []
    /// Position in the recording of the first sample held.
    private var start = 0

    /// Position in the recording after the last sample held.
    var end: Int { start + samples.count }

    /// Samples held.
    var count: Int { samples.count }

    mutating func append(_ block: [Float], count: Int) {
        samples.append(contentsOf: block[..<count])
    }

    /// Forgets the samples before `position`, as far as they have been read.
    mutating func drop(before position: Int) {
        let count = min(max(0, position - start), samples.count)
        samples.removeFirst(count)
        start += count
    }

    /// The samples of `range`.
    subscript(range: Range<Int>) -> ArraySlice<Float> {
        invariant(start <= range.lowerBound && range.upperBound <= end, "\(range) is not held")
        return samples[range.lowerBound - start..<range.upperBound - start]
    }

    /// A copy of the samples of `range`, less `mean`: subtracted in double, rounded once.
    func samples(_ range: Range<Int>, minus mean: Double) -> [Float] {
        self[range].withUnsafeBufferPointer { held in
            [Float](unsafeUninitializedCapacity: range.count) { result, count in
                var index = 0
                while index < range.count {
                    result[index] = Float(Double(held[index]) - mean)
                    index += 1
                }
                count = range.count
            }
        }
    }
}
