import EchoExtract

/// Shows how many recordings are through, where more is not counted.
struct ProgressReport {
    private let line: ProgressLine

    init(console: Console) { line = ProgressLine(console: console) }

    func show(_ progress: Extraction.Progress) {
        line.show { elapsed in
            FittedLine(
                [
                    .init(ProgressBar.text(progress.share, width: 24), ""),
                    .init(
                        "\(progress.finishedCount) of \(progress.totalCount) recordings",
                        "\(progress.finishedCount)/\(progress.totalCount)", separator: " "),
                    .init("\(TimeText.clock(elapsed)) elapsed", ""),
                ], cuts: [0, 2, 1])
        }
    }

    func end() { line.end() }
}
