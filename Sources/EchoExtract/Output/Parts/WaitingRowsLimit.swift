/// Lets decoders run ahead of the writer, which takes recordings in order, only as far as the rows
/// that wait for their turn fit in memory.
///
/// The head, the recording whose turn it is, never waits. Decoders take recordings in order, and one
/// that is about to wait has everything it sent before passed on (`flush`), so when all of them wait
/// the writer has had every event; its head is then one of theirs, and that one goes on.
// Sendable: every access to the stored properties happens with `condition` held.
package final class WaitingRowsLimit: @unchecked Sendable {
    private let condition = Condition()
    private let limit: Int
    private var head = 0
    private var held: [Int: Int] = [:]
    private var heldByteCount = 0
    private var isCancelled = false
    /// The most that was ever held.
    private var peak = 0

    /// - Parameter limit: Bytes that recordings other than the head may hold together.
    package init(limit: Int) { self.limit = limit }

    /// Asks for room for the next rows of a recording, and waits for it.
    ///
    /// - Parameter flush: Called before waiting, with nothing locked.
    /// - Returns: False if the gate was cancelled.
    package func admit(_ recording: Int, byteCount: Int, flush: () -> Void) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        var isFlushed = false
        while !isCancelled && !hasRoom(recording, byteCount) {
            if isFlushed {
                condition.wait()
            } else {
                condition.unlock()
                flush()
                condition.lock()
                isFlushed = true
            }
        }
        if recording > head {
            held[recording, default: 0] += byteCount
            heldByteCount += byteCount
            peak = max(peak, heldByteCount)
        }
        return !isCancelled
    }

    /// The writer's turn is now at this recording; those before it hold nothing any more.
    package func advance(to recording: Int) {
        condition.withLock {
            while head < recording {
                head += 1
                heldByteCount -= held.removeValue(forKey: head) ?? 0
            }
            condition.broadcast()
        }
    }

    /// Lets everyone go.
    package func cancel() {
        condition.withLock {
            isCancelled = true
            condition.broadcast()
        }
    }

    package var peakByteCount: Int { condition.withLock { peak } }

    /// One that alone is larger than the limit may pass if nobody else holds anything.
    private func hasRoom(_ recording: Int, _ byteCount: Int) -> Bool {
        recording <= head || heldByteCount == 0 || heldByteCount + byteCount <= limit
    }
}
