import Synchronization

/// A line that says how far something is: at the bottom of a terminal, drawn anew; elsewhere one every few
/// seconds.
final class ProgressLine: Sendable {
    private let console: Console
    private let start = ContinuousClock.now
    private let last: Mutex<ContinuousClock.Instant>

    init(console: Console) {
        self.console = console
        last = Mutex(start)
    }

    /// Shows `text`, which is made where the last time is long enough ago: of the time since the beginning.
    ///
    /// - Parameter bar: What stands before it on a terminal.
    func show(bar: @autoclosure () -> String = "", _ text: (_ elapsed: Duration) -> String) {
        let now = ContinuousClock.now
        let pause = console.isTerminal ? Duration.milliseconds(100) : .seconds(5)
        let isDue = last.withLock { last in
            guard now - last >= pause else { return false }
            last = now
            return true
        }
        guard isDue else { return }
        let text = text(now - start)
        if console.isTerminal {
            console.draw(bar: bar() + text)
        } else {
            console.line("echo-gpu: " + text)
        }
    }

    /// Removes the line.
    func end() { console.draw(bar: "") }
}
