import EchoExtract
import EchoFormats

/// Shows how far an extraction is: a bar on a terminal, a line every few seconds elsewhere.
final class ProgressReport {
    private let console: Console
    private let start = ContinuousClock.now
    private var last: ContinuousClock.Instant

    init(console: Console) {
        self.console = console
        last = start
    }

    /// Shows `progress` where the last time is long enough ago.
    func show(_ progress: Extraction.Progress) {
        let now = ContinuousClock.now
        guard now - last >= (console.isTerminal ? .milliseconds(100) : .seconds(5)) else { return }
        last = now
        let text = Self.text(progress, elapsed: now - start)
        if console.isTerminal {
            console.draw(bar: Self.bar(progress) + " " + text)
        } else {
            console.line("echo-gpu: " + text)
        }
    }

    /// Removes the bar.
    func end() { console.draw(bar: "") }

    private static func bar(_ progress: Extraction.Progress) -> String {
        let width = 24
        let filled = width * progress.finishedCount / max(progress.totalCount, 1)
        return "["
            + String(repeating: "#", count: filled)
            + String(repeating: "-", count: width - filled) + "]"
    }

    private static func text(_ progress: Extraction.Progress, elapsed: Duration) -> String {
        let seconds = max(elapsed / .seconds(1), 1e-3)
        let speed = (progress.soundSeconds / seconds).formatted(decimals: 1)
        return "\(progress.finishedCount) of \(progress.totalCount) recordings, "
            + "\(progress.segmentCount) segments, \(speed) s of sound a second"
    }
}
