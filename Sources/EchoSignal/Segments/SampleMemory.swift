import EchoTensor
import Synchronization

/// Memory for samples, which goes back to its pool when nobody holds it any more.
// Sendable: whoever takes it writes a place before others see that place, and nobody writes it again
// while others may.
package final class SampleMemory: @unchecked Sendable {
    /// At least as many as were asked for, aligned to 64 bytes; they hold anything.
    package let bytes: UnsafeMutableRawBufferPointer
    private let pool: SamplePool

    fileprivate init(_ bytes: UnsafeMutableRawBufferPointer, _ pool: SamplePool) {
        (self.bytes, self.pool) = (bytes, pool)
    }

    deinit { pool.put(bytes) }
}

/// Keeps memory for the next recording: of new memory the system clears every page, which takes longer
/// than reading samples into it.
///
/// What is kept beyond what is in use is at most ``SamplePool/leastLimit``, or as much as is in use.
package final class SamplePool: Sendable {
    /// Where this task's recordings take their memory.
    @TaskLocal package static var current = SamplePool()

    /// Bytes.
    private static let leastLimit = 64 << 20
    /// Sizes are rounded up to a quarter of the power of two below, and to this.
    private static let leastSize = 4096

    // Sendable: it is in the pool alone.
    private struct Block: @unchecked Sendable { let bytes: UnsafeMutableRawBufferPointer }

    private struct State {
        var free: [Int: [Block]] = [:]
        var freeByteCount = 0
        var usedByteCount = 0
        var reuseCount = 0
    }

    private let state = Mutex(State())

    package init() {}

    deinit {
        for block in state.withLock({ $0.free.values.flatMap(\.self) }) { block.bytes.deallocate() }
    }

    /// Memory of at least `byteCount` bytes, which hold anything.
    package func take(byteCount: Int) -> SampleMemory {
        let size = Self.size(byteCount)
        let kept = state.withLock { state -> Block? in
            state.usedByteCount += size
            guard let block = state.free[size]?.popLast() else { return nil }
            state.freeByteCount -= size
            state.reuseCount += 1
            return block
        }
        let bytes =
            kept?.bytes ?? UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
        return SampleMemory(bytes, self)
    }

    /// Bytes that are kept for later, and how often such memory was taken.
    package var freeByteCount: Int { state.withLock { $0.freeByteCount } }
    package var reuseCount: Int { state.withLock { $0.reuseCount } }

    fileprivate func put(_ bytes: UnsafeMutableRawBufferPointer) {
        let surplus = state.withLock { state -> [Block] in
            state.usedByteCount -= bytes.count
            state.freeByteCount += bytes.count
            state.free[bytes.count, default: []].append(Block(bytes: bytes))
            return Self.takeSurplus(from: &state)
        }
        for block in surplus { block.bytes.deallocate() }
    }

    /// Takes out what is beyond the limit, first of the size of which most is kept.
    private static func takeSurplus(from state: inout State) -> [Block] {
        var surplus: [Block] = []
        while state.freeByteCount > max(leastLimit, state.usedByteCount),
            let most = state.free.max(by: { $0.key * $0.value.count < $1.key * $1.value.count }),
            let block = state.free[most.key]?.popLast()
        {
            state.freeByteCount -= most.key
            surplus.append(block)
        }
        return surplus
    }

    private static func size(_ byteCount: Int) -> Int {
        guard byteCount > 4 * leastSize else {
            return max(1, (byteCount + leastSize - 1) / leastSize) * leastSize
        }
        let step = 1 << (Int.bitWidth - 1 - byteCount.leadingZeroBitCount - 2)
        return (byteCount + step - 1) / step * step
    }
}

extension SampleMemory {
    /// Makes sure that there is memory for samples before some is taken.
    ///
    /// - Throws: ``SignalError`` if there is none: no fault of the recording's.
    static func require(_ byteCount: Int, for path: String) throws(SignalError) {
        do throws(MemoryError) {
            try MemoryRoom.require(byteCount, for: "the samples of a recording")
        } catch {
            throw SignalError(path: path, .ours(OwnFailure(error)))
        }
    }
}
