import EchoFormats

/// Shows how far a search through tables is.
struct ScanProgress: Sendable {
    private let line: ProgressLine

    init(console: Console) { line = ProgressLine(console: console) }

    @Sendable func show(_ done: Int, _ total: Int) {
        line.show { elapsed in
            let seconds = max(elapsed / .seconds(1), 1e-3)
            let speed = (Double(done) / seconds / 1000).formatted(decimals: 0)
            return FittedLine(
                [
                    .init("\(done) of \(total) rows searched", "\(done)/\(total) rows"),
                    .init("\(speed) thousand a second", ""),
                    .init("\(TimeText.clock(elapsed)) elapsed", ""),
                ], cuts: [2, 0, 1])
        }
    }

    func end() { line.end() }
}
