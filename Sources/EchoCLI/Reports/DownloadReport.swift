import EchoExtract
import EchoFormats

/// Shows how far the download of a model is: a bar on a terminal, a line every few seconds elsewhere.
final class DownloadReport {
    private let console: Console
    private var last: ContinuousClock.Instant?

    init(console: Console) { self.console = console }

    /// Shows `progress` where the last time is long enough ago, and the end of each file.
    func show(_ progress: ModelHub.Progress) {
        if progress.isWaiting {
            return console.line(
                "echo-gpu: waiting for another process that fetches \(progress.file)")
        }
        let isEnd = progress.receivedByteCount == progress.totalByteCount
        let now = ContinuousClock.now
        let pause = console.isTerminal ? Duration.milliseconds(100) : .seconds(5)
        guard isEnd || last.map({ now - $0 >= pause }) ?? true else { return }
        last = now
        if isEnd { console.draw(bar: "") }
        if console.isTerminal, !isEnd {
            console.draw(bar: Self.bar(progress) + Self.text(progress))
        } else {
            console.line("echo-gpu: \(isEnd ? "fetched" : "fetching") " + Self.text(progress))
        }
    }

    private static func bar(_ progress: ModelHub.Progress) -> String {
        guard let total = progress.totalByteCount, total > 0 else { return "" }
        let width = 24
        let filled = min(width, width * progress.receivedByteCount / total)
        return "[" + String(repeating: "#", count: filled)
            + String(repeating: "-", count: width - filled) + "] "
    }

    private static func text(_ progress: ModelHub.Progress) -> String {
        let received = megabytes(progress.receivedByteCount)
        let amount = progress.totalByteCount.map { "\(received) of \(megabytes($0))" } ?? received
        return "\(progress.file), \(amount) MB"
    }

    private static func megabytes(_ count: Int) -> String {
        (Double(count) / 1e6).formatted(decimals: 1)
    }
}
