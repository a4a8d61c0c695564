import EchoInvariant
import Glibc
import Synchronization

/// Memory that a caller lends for the time of a call: it is read inside ``reading(_:)`` alone, and never
/// after ``end()``, whatever threads are still at work.
// Sendable: the lock and the flag are made for several threads.
package final class MemoryLoan: @unchecked Sendable {
    /// Readers do not wait for one another. A POSIX lock must not move.
    private let lock = UnsafeMutablePointer<pthread_rwlock_t>.allocate(capacity: 1)
    /// Set before whoever ends the loan waits, or readers might keep coming.
    private let isOver = Atomic(false)

    package init() {
        lock.initialize(to: pthread_rwlock_t())
        let code = pthread_rwlock_init(lock, nil)
        invariant(code == 0, "pthread_rwlock_init: \(code)")
    }

    deinit {
        pthread_rwlock_destroy(lock)
        lock.deallocate()
    }

    /// Runs `body`, during which the memory may be read; nil if the loan is over. It is to be short,
    /// for the caller may be waiting to take the memory back.
    package func reading<R>(_ body: () -> R) -> R? {
        guard !isOver.load(ordering: .acquiring) else { return nil }
        pthread_rwlock_rdlock(lock)
        defer { pthread_rwlock_unlock(lock) }
        return isOver.load(ordering: .acquiring) ? nil : body()
    }

    /// Takes the memory back; returns once nobody reads it.
    package func end() {
        isOver.store(true, ordering: .releasing)
        pthread_rwlock_wrlock(lock)
        pthread_rwlock_unlock(lock)
    }
}
