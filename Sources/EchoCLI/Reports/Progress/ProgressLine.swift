import Synchronization

/// A line that says how far something is: at the bottom of a terminal, drawn anew each second; elsewhere one every few
/// seconds.
final class ProgressLine: Sendable {
    /// Makes the line, of the time since the beginning.
    typealias Text = @Sendable (_ elapsed: Duration) -> FittedLine

    private struct State {
        var text: Text?
        var lastDrawn: ContinuousClock.Instant?
        var lastWritten: ContinuousClock.Instant
        var ticker: Ticker?
    }

    /// The least time between lines if there is no terminal, and between drawings if there is one.
    static let pause = Duration.seconds(10)
    private static let drawingPause = Duration.milliseconds(100)

    private let console: Console
    private let start = ContinuousClock.now
    private let state: Mutex<State>

    init(console: Console) {
        self.console = console
        state = Mutex(State(lastWritten: start))
    }

    /// Shows a text, and shows it again as time goes on.
    func show(_ text: @escaping Text) {
        state.withLock { state in
            state.text = text
            // Without a thread for it the line moves only when something happens.
            if state.ticker == nil { state.ticker = try? Ticker { [weak self] in self?.tick() } }
            show(&state)
        }
    }

    func show(_ text: String) { show { _ in FittedLine(text) } }

    /// Removes the line.
    func end() {
        let ticker = state.withLock { state in
            state.text = nil
            return state.ticker.take()
        }
        ticker?.end()
        console.draw(bar: "")
    }

    private func tick() { state.withLock { show(&$0) } }

    private func show(_ state: inout State) {
        guard let text = state.text else { return }
        let now = ContinuousClock.now
        if console.isTerminal {
            if let last = state.lastDrawn, now - last < Self.drawingPause { return }
            state.lastDrawn = now
            console.draw(bar: text(now - start).text(columns: console.columns - 1))
        } else {
            guard now - state.lastWritten >= Self.pause else { return }
            state.lastWritten = now
            ConsoleLogHandler.logger().notice("\(text(now - start).whole)")
        }
    }
}
