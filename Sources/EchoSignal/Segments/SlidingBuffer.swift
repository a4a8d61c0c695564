import EchoInvariant

/// A contiguous stretch of one channel's samples, appended at its end and dropped at its start.
///
/// Runs of them that were given out stay as they are: what they share is never written again.
struct SlidingBuffer<Sample: BitwiseCopyable & Sendable> {
    private var memory: SampleMemory?
    /// Place in the memory of the first sample held.
    private var first = 0
    /// Position in the recording of the first sample held.
    private var start = 0
    /// Samples held.
    private(set) var count = 0
    /// Samples that memory is taken for, unless there are more.
    private let expectedCount: Int

    init(expecting count: Int = 0) { expectedCount = count }

    /// Position in the recording after the last sample held.
    var end: Int { start + count }

    /// Appends what `fill` writes to the front of the room for `capacity` samples; it returns how many.
    mutating func append<Failure: Error>(
        upTo capacity: Int,
        _ fill: (UnsafeMutableBufferPointer<Sample>) throws(Failure) -> Int
    ) throws(Failure) {
        let memory = makeRoom(for: capacity)
        let place = first + count
        let added = try fill(memory.samples(place..<place + capacity))
        invariant((0...capacity).contains(added), "\(added) samples in room for \(capacity)")
        count += added
    }

    /// Forgets the samples before `position`, as far as they have been read.
    mutating func drop(before position: Int) {
        let dropped = min(max(0, position - start), count)
        first += dropped
        start += dropped
        count -= dropped
    }

    /// The samples of `range`.
    subscript(range: Range<Int>) -> SampleRun<Sample> {
        guard let memory, start <= range.lowerBound, range.upperBound <= end else {
            invariantFailure("\(range) is not held")
        }
        let place = first + range.lowerBound - start
        return SampleRun(memory, place..<place + range.count)
    }

    /// Memory with room for `more` samples behind those that are held.
    private mutating func makeRoom(for more: Int) -> SampleMemory {
        let stride = MemoryLayout<Sample>.stride
        if let memory, (first + count + more) * stride <= memory.bytes.count { return memory }
        let held = first..<first + count
        // If no run shares it, what is held moves to its start.
        if isKnownUniquelyReferenced(&memory), let memory,
            (count + more) * stride <= memory.bytes.count
        {
            move(held, of: memory, to: memory)
            return memory
        }
        let room = max(expectedCount, count + more, 2 * count)
        let new = SamplePool.current.take(byteCount: room * stride)
        if let memory { move(held, of: memory, to: new) }
        memory = new
        first = 0
        return new
    }

    private mutating func move(_ held: Range<Int>, of old: SampleMemory, to new: SampleMemory) {
        let from: UnsafeMutableBufferPointer<Sample> = old.samples(held)
        let to: UnsafeMutableBufferPointer<Sample> = new.samples(0..<held.count)
        UnsafeMutableRawBufferPointer(to).copyMemory(from: UnsafeRawBufferPointer(from))
        first = 0
    }
}
