import EchoExtract
import EchoFormats

/// Shows how far an extraction is.
struct ProgressReport {
    private let line: ProgressLine

    init(console: Console) { line = ProgressLine(console: console) }

    func show(_ progress: Extraction.Progress) {
        line.show(bar: Self.bar(progress) + " ") { Self.text(progress, elapsed: $0) }
    }

    func end() { line.end() }

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
