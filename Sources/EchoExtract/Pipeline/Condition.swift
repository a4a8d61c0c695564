import Glibc

/// A lock, and a place where threads that hold it wait until another one changes what it guards.
///
/// `Mutex` of the standard library has no such place, and Foundation's `NSCondition` is Foundation's.
// Sendable: the system's own calls are all that touches the two.
final class Condition: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    /// Makes one that nobody holds.
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

    /// Takes the lock, waiting while another thread holds it.
    func lock() { pthread_mutex_lock(mutex) }

    /// Gives the lock back.
    func unlock() { pthread_mutex_unlock(mutex) }

    /// What `work` gives, with the lock held while it runs.
    func withLock<Answer>(_ work: () -> Answer) -> Answer {
        lock()
        defer { unlock() }
        return work()
    }

    /// Gives the lock back, waits for ``broadcast()``, and takes the lock again. What is waited for may still
    /// not be so: callers look again in a loop.
    func wait() { pthread_cond_wait(condition, mutex) }

    /// Likewise, for at most so many seconds.
    ///
    /// - Returns: False if the time is over.
    func wait(seconds: Double) -> Bool {
        var end = timespec()
        clock_gettime(CLOCK_MONOTONIC, &end)
        let nanoseconds = end.tv_nsec + Int(max(0, seconds) * 1e9)
        end.tv_sec += nanoseconds / 1_000_000_000
        end.tv_nsec = nanoseconds % 1_000_000_000
        return pthread_cond_timedwait(condition, mutex, &end) == 0
    }

    /// Wakes every thread that waits.
    func broadcast() { pthread_cond_broadcast(condition) }
}
