import EchoExtract

/// Shows how far the download of a model is: a bar on a terminal, a line every few seconds elsewhere.
final class DownloadReport: Sendable {
    private let line: ProgressLine

    init(console: Console) { line = ProgressLine(console: console) }

    /// Shows `progress`, and the end of each file.
    func show(_ progress: ModelHub.Progress) {
        if progress.isWaiting {
            return ConsoleLogHandler.logger().notice(
                "waiting for another process that fetches \(progress.file)")
        }
        if progress.receivedByteCount == progress.totalByteCount {
            line.end()
            ConsoleLogHandler.logger().notice("fetched \(Self.text(progress))")
        } else {
            line.show { elapsed in Self.line(progress, elapsed) }
        }
    }

    func end() { line.end() }

    /// What a download looks like after so much time.
    static func line(_ progress: ModelHub.Progress, _ elapsed: Duration) -> FittedLine {
        let total = progress.totalByteCount ?? 0
        let share = Double(progress.receivedByteCount) / Double(max(total, 1))
        return FittedLine(
            [
                .init(total > 0 ? ProgressBar.text(share, width: 24) : "", ""),
                .init("fetching \(text(progress))", separator: " "),
                .init("\(TimeText.clock(elapsed)) elapsed", ""),
            ], cuts: [0, 2])
    }

    private static func text(_ progress: ModelHub.Progress) -> String {
        let received = ByteText.megabytes(progress.receivedByteCount)
        let total = progress.totalByteCount.map { " of " + ByteText.megabytes($0) } ?? ""
        return "\(progress.file), \(received)\(total) MB"
    }
}
