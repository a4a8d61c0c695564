import EchoFormats
import Synchronization

/// Shows how far a search through tables is: a line at the bottom of a terminal, elsewhere one every few seconds.
final class ScanProgress: Sendable {
    private let console: Console
    private let start = ContinuousClock.now
    private let last: Mutex<ContinuousClock.Instant>

    init(console: Console) {
        self.console = console
        last = Mutex(start)
    }

    /// Shows it where the last time is long enough ago.
    @Sendable func show(_ done: Int, _ total: Int) {
        let now = ContinuousClock.now
        let isDue = last.withLock { last in
            guard now - last >= (console.isTerminal ? .milliseconds(200) : .seconds(5)) else {
                return false
            }
            last = now
            return true
        }
        guard isDue else { return }
        let seconds = max((now - start) / .seconds(1), 1e-3)
        let speed = (Double(done) / seconds / 1000).formatted(decimals: 0)
        let text = "\(done) of \(total) rows searched, \(speed) thousand a second"
        if console.isTerminal { console.draw(bar: text) } else { console.line("echo-gpu: " + text) }
    }

    /// Removes the line.
    func end() { console.draw(bar: "") }
}
