import EchoExtract
import Glibc
import Synchronization

/// Makes SIGINT, SIGTERM and SIGHUP (a terminal that is gone) stop a run after the batch in flight, or at once where its
/// kernels are still being compiled; a second one ends the process at once, and so does the first if no run awaits it.
/// In all cases nothing that is committed is lost.
///
/// By handlers, not a queue of signals: that would need a thread, and wait for one without an end. Where a
/// ``Ticker`` runs, the handlers wake it, and it says what there is to say, in the log file too.
struct StopSignals {
    let request = stopRequest

    /// Seconds that a run has to end in good order. What holds it up beyond is a call that nothing
    /// interrupts, and whoever stops it (Kubernetes after 30 s) would kill it.
    fileprivate static let patience: UInt32 = 25
    /// Seconds that a ticker has to write what is last: a terminal may take nothing (Ctrl-S), or a disk.
    fileprivate static let lastPatience: UInt32 = 2

    static let announcement =
        "stopping after the batch in flight; a second signal stops at once"

    init() {
        // Made now: a handler must not be the first to ask for it.
        _ = stopRequest.isAsked
        _ = stopping
        _ = isLeavingAsked.load(ordering: .relaxed)
        _ = watcherCount.load(ordering: .relaxed)
        _ = wakening
        var handled = sigset_t()
        sigemptyset(&handled)
        for (number, handler) in [
            (SIGINT, stop), (SIGTERM, stop), (SIGHUP, stop), (SIGALRM, leave),
        ] where number != SIGHUP || !Self.isIgnored(SIGHUP) {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = handler
            action.sa_flags = Int32(SA_RESTART)
            sigaction(number, &action, nil)
            sigaddset(&handled, number)
        }
        // Whoever started this process may have had them blocked, as the threads of a queue have, and
        // a process inherits that.
        pthread_sigmask(Int32(SIG_UNBLOCK), &handled, nil)
    }

    /// As nohup has it.
    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        let handler = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
        return handler == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// True once a run is to stop in good order, and once the process is to end at once.
    static var isStopping: Bool { stopRequest.isAsked }
    static var isLeaving: Bool { isLeavingAsked.load(ordering: .relaxed) }

    /// A ticker takes over what the handlers have to say.
    static func beginWatching() { watcherCount.wrappingAdd(1, ordering: .relaxed) }

    static func endWatching() {
        watcherCount.wrappingSubtract(1, ordering: .relaxed)
        wake()
    }

    /// Waits until a signal comes, or so long; always true.
    static func wait(seconds: Int) -> Bool {
        var end = timespec()
        clock_gettime(CLOCK_REALTIME, &end)
        end.tv_sec += seconds
        _ = sem_timedwait(wakening, &end)
        return true
    }

    fileprivate static func wake() { sem_post(wakening) }
}

/// The one run of the process.
private let stopRequest = StopRequest()
private let isLeavingAsked = Atomic(false)
private let watcherCount = Atomic(0)

/// What wakes a ticker. Never freed: a handler may use it at any time.
private nonisolated(unsafe) let wakening: UnsafeMutablePointer<sem_t> = {
    let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    sem_init(semaphore, 0, 0)
    return semaphore
}()

/// What is said if no ticker says it; on a terminal in place of the progress bar.
private let stopping: StaticString =
    isatty(STDERR_FILENO) == 1
    ? "\r\u{1B}[Kecho-gpu: stopping after the batch in flight; a second signal stops at once\n"
    : "echo-gpu: stopping after the batch in flight; a second signal stops at once\n"

// Handlers: nothing but atomics, `write`, `sem_post`, `alarm` and `_exit`.

private let stop: @convention(c) (Int32) -> Void = { _ in
    let number = errno
    if stopRequest.isAsked || !stopRequest.isAwaited {
        leaveAtOnce()
    } else {
        stopRequest.stop()
        if watcherCount.load(ordering: .relaxed) > 0 {
            sem_post(wakening)
        } else {
            _ = write(STDERR_FILENO, stopping.utf8Start, stopping.utf8CodeUnitCount)
        }
        alarm(StopSignals.patience)
    }
    errno = number
}

private let leave: @convention(c) (Int32) -> Void = { _ in
    let number = errno
    leaveAtOnce()
    errno = number
}

/// Ends the process, by a ticker if there is one, which writes what is last; at the second time without.
private func leaveAtOnce() {
    let isAskedBefore = isLeavingAsked.exchange(true, ordering: .relaxed)
    if isAskedBefore || watcherCount.load(ordering: .relaxed) == 0 {
        _exit(ExitStatus.stopped.rawValue)
    }
    sem_post(wakening)
    alarm(StopSignals.lastPatience)
}
