import EchoExtract
import Glibc

/// Makes SIGINT and SIGTERM stop a run after the batch in flight, or at once where its kernels are still
/// being compiled; a second one ends the process at once, and so does the first where no run awaits it.
/// In all cases nothing that is committed is lost.
///
/// By handlers, not a queue of signals: that would need a thread, and wait for one without an end.
struct StopSignals {
    let request = stopRequest

    /// Seconds that a run has to end in good order. What holds it up beyond is a call that nothing
    /// interrupts, and whoever stops it (Kubernetes after 30 s) would kill it.
    fileprivate static let patience: UInt32 = 25

    init() {
        // Made now: a handler must not be the first to ask for it.
        _ = stopRequest.isAsked
        _ = stopping
        var handled = sigset_t()
        sigemptyset(&handled)
        for (number, handler) in [(SIGINT, stop), (SIGTERM, stop), (SIGALRM, leave)] {
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
}

/// The one run of the process.
private let stopRequest = StopRequest()

/// What is said then; on a terminal in place of the progress bar.
private let stopping: StaticString =
    isatty(STDERR_FILENO) == 1
    ? "\r\u{1B}[Kecho-gpu: stopping after the batch in flight; a second signal stops at once\n"
    : "echo-gpu: stopping after the batch in flight; a second signal stops at once\n"

// Handlers: nothing but atomics, `write`, `alarm` and `_exit`.

private let stop: @convention(c) (Int32) -> Void = { _ in
    if stopRequest.isAsked || !stopRequest.isAwaited { _exit(ExitStatus.stopped.rawValue) }
    let number = errno
    stopRequest.stop()
    _ = write(STDERR_FILENO, stopping.utf8Start, stopping.utf8CodeUnitCount)
    alarm(StopSignals.patience)
    errno = number
}

private let leave: @convention(c) (Int32) -> Void = { _ in _exit(ExitStatus.stopped.rawValue) }
