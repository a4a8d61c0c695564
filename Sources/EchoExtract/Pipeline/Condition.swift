import Glibc

/// A lock, and what threads that hold it wait for.
// Sendable: the system's own calls are all that touches the two.
final class Condition: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        // A clock that nobody sets, for `wait(seconds:)`.
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func lock() { pthread_mutex_lock(mutex) }

    func unlock() { pthread_mutex_unlock(mutex) }

    func withLock<Answer>(_ work: () -> Answer) -> Answer {
        lock()
        defer { unlock() }
        return work()
    }

    /// Gives the lock back, waits, and takes it again: what was waited for may not have come about.
    func wait() { pthread_cond_wait(condition, mutex) }

    /// Likewise, for that long at the most.
    ///
    /// - Returns: False where the time is over.
    func wait(seconds: Double) -> Bool {
        var end = timespec()
        clock_gettime(CLOCK_MONOTONIC, &end)
        let nanoseconds = end.tv_nsec + Int(max(0, seconds) * 1e9)
        end.tv_sec += nanoseconds / 1_000_000_000
        end.tv_nsec = nanoseconds % 1_000_000_000
        return pthread_cond_timedwait(condition, mutex, &end) == 0
    }

    /// Wakes all that wait.
    func broadcast() { pthread_cond_broadcast(condition) }
}
