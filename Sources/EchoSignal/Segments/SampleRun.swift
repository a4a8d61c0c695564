import EchoInvariant

/// Samples of one channel, one after the other, in memory that others may share; nobody changes them.
package struct SampleRun<Sample: BitwiseCopyable & Sendable>: Sendable {
    private let memory: SampleMemory
    private let range: Range<Int>

    /// Those at `range` of `memory`, counted in samples.
    init(_ memory: SampleMemory, _ range: Range<Int>) {
        invariant(
            range.upperBound * MemoryLayout<Sample>.stride <= memory.bytes.count,
            "\(range) of \(memory.bytes.count) bytes")
        (self.memory, self.range) = (memory, range)
    }

    /// A copy.
    package init(_ samples: [Sample]) {
        self.init(count: samples.count) { _ = $0.update(fromContentsOf: samples) }
    }

    /// `count` samples that `fill` writes, all of them.
    init(count: Int, fill: (UnsafeMutableBufferPointer<Sample>) -> Void) {
        let memory = SamplePool.current.take(byteCount: count * MemoryLayout<Sample>.stride)
        fill(memory.samples(0..<count))
        self.init(memory, 0..<count)
    }

    package var count: Int { range.count }

    package func withSamples<R>(_ body: (UnsafeBufferPointer<Sample>) throws -> R) rethrows -> R {
        try withExtendedLifetime(memory) { try body(UnsafeBufferPointer(memory.samples(range))) }
    }
}

extension SampleRun<Float> {
    /// The samples less `mean`: subtracted in double, rounded once.
    func subtracting(_ mean: Double) -> SampleRun<Float> {
        withSamples { held in
            SampleRun(count: count) { result in
                var index = 0
                while index < held.count {
                    result[index] = Float(Double(held[index]) - mean)
                    index += 1
                }
            }
        }
    }
}

extension SampleMemory {
    /// The places of `range`, counted in samples.
    func samples<Sample>(_ range: Range<Int>) -> UnsafeMutableBufferPointer<Sample> {
        let stride = MemoryLayout<Sample>.stride
        return UnsafeMutableRawBufferPointer(
            rebasing: bytes[range.lowerBound * stride..<range.upperBound * stride]
        ).bindMemory(to: Sample.self)
    }
}
