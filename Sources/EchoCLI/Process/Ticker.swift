import EchoExtract
import Glibc
import Synchronization

/// Calls something once a second, on a thread of its own, until it is ended; and does what a handler of signals
/// cannot do itself.
final class Ticker: Sendable {
    private struct State {
        var isEnded = false
        var hasAnnouncedStop = false
    }

    private let state = Mutex(State())
    private let tick: @Sendable () -> Void
    private let leave: @Sendable () -> Void

    /// - Parameters:
    ///   - tick: Called once a second, and once more where a signal comes. It is not to end this.
    ///   - leave: Called before a signal ends the process.
    /// - Throws: ``EchoError`` of kind `system` if there is no thread for it.
    init(
        _ tick: @escaping @Sendable () -> Void, leave: @escaping @Sendable () -> Void = {}
    ) throws(EchoError) {
        (self.tick, self.leave) = (tick, leave)
        StopSignals.beginWatching()
        do throws(EchoError) {
            try WorkerThread.start("progress") { [weak self] in
                while StopSignals.wait(seconds: 1), let self, self.next() {}
            }
        } catch {
            StopSignals.endWatching()
            throw error
        }
    }

    deinit { end() }

    /// Nothing is called any more once this returns.
    func end() {
        let wasEnded = state.withLock { state in
            defer { state.isEnded = true }
            return state.isEnded
        }
        guard !wasEnded else { return }
        StopSignals.endWatching()
    }

    /// What a second brings; false at the end.
    private func next() -> Bool {
        state.withLock { state in
            guard !state.isEnded else { return false }
            if StopSignals.isLeaving {
                leave()
                Console.standard.draw(bar: "")
                CommandLog.standard.end(ExitStatus.stopped.rawValue)
                _exit(ExitStatus.stopped.rawValue)
            }
            if StopSignals.isStopping, !state.hasAnnouncedStop {
                state.hasAnnouncedStop = true
                ConsoleLogHandler.logger().notice("\(StopSignals.announcement)")
            }
            tick()
            return true
        }
    }
}
