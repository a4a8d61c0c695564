import Glibc
import Synchronization

/// Stops all computing once the process exits. oneDNN then frees the code that it compiled, and a
/// thread inside that code would end the process by a signal.
///
/// A program that was told to stop may exit while the library's threads still work. Or it returns
/// from `main` while other threads of its own are in a call.
///
/// What oneDNN registers while it computes an operation for the first time runs before what is
/// registered here: then only whoever asked ``isComputing`` before the exit is safe.
package enum ProcessExit {
    /// Operations whose code has been made, by their stems.
    private static let known = Mutex<Set<String>>([])
    private static let begun = Atomic(false)
    /// Operations that are being computed.
    private static let computing = Atomic(0)
    /// The process that computes. A child made by `fork` has a copy of its counts, but not its
    /// threads.
    private static let owner = Atomic<pid_t>(0)

    /// Seconds that an exit waits at most; an operation takes milliseconds.
    private static let patience = 10

    static var hasBegun: Bool { begun.load(ordering: .sequentiallyConsistent) }

    /// True while an operation is computed. Once all runs were told to stop, and it is false, it stays so.
    package static var isComputing: Bool { computing.load(ordering: .sequentiallyConsistent) > 0 }

    /// Computes an operation.
    ///
    /// - Throws: ``CPUStopped`` if the process exits, or if the run was stopped.
    static func computing(_ stem: String, _ body: () throws -> Void) throws {
        computing.add(1, ordering: .sequentiallyConsistent)
        defer { computing.subtract(1, ordering: .sequentiallyConsistent) }
        if hasBegun || CPUStop.current?.isAsked == true { throw CPUStopped() }
        try body()
        // What is registered last runs first. So this is registered after the operation's first
        // run, and then runs before what oneDNN registered for the operation.
        let isNew = known.withLock { $0.insert(stem).inserted }
        if isNew {
            owner.store(getpid(), ordering: .sequentiallyConsistent)
            atexit { ProcessExit.wait() }
        }
    }

    /// Waits until no thread computes. That is soon, since each of them looks at ``hasBegun``. It
    /// does not wait for ever: if a signal handler calls `exit` on a thread that computes, that
    /// thread would wait for itself.
    private static func wait() {
        begun.store(true, ordering: .sequentiallyConsistent)
        guard owner.load(ordering: .sequentiallyConsistent) == getpid() else { return }
        let end = ContinuousClock.now + .seconds(patience)
        while isComputing, .now < end { usleep(1000) }
    }
}
