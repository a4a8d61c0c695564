import Glibc
import Synchronization

/// Tells a process that `fork` made from the one that used the library first: drivers and OpenMP have
/// threads and locks that the child does not get, and hang there.
enum ForkGuard {
    /// The process that used it; 0 before.
    private static let owner = Atomic<pid_t>(0)

    /// Notes that this process uses the library.
    ///
    /// - Throws: ``Failure`` of kind `fork` if a process before this one did.
    static func enter() throws(Failure) {
        let process = getpid()
        let (isFirst, first) = owner.compareExchange(
            expected: 0, desired: process, ordering: .sequentiallyConsistent)
        guard isFirst || first == process else { throw .fork }
    }

    /// True in a child of a process that used the library.
    static var isChild: Bool {
        let first = owner.load(ordering: .sequentiallyConsistent)
        return first != 0 && first != getpid()
    }
}
