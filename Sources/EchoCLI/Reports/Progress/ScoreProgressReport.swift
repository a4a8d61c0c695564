import EchoExtract

/// Shows how far a comparison is.
struct ScoreProgressReport {
    private let line: ProgressLine

    init(console: Console) { line = ProgressLine(console: console) }

    func show(_ progress: ScoreProgress) {
        line.show { elapsed in
            let of =
                progress.total > 0 ? "\(progress.done) of \(progress.total) recordings" : "begun"
            let text =
                switch progress.phase {
                case .reading(let folder): "reading the manifests of \(folder)"
                case .embedding: "embedding: \(of)"
                case .scoring: "scoring: \(of)"
                case .threshold: "the bank's own scores, for the threshold: \(of)"
                case .classifying: "classifying: \(of)"
                }
            return FittedLine(
                [.init(text), .init("\(TimeText.clock(elapsed)) elapsed", "")], cuts: [1])
        }
    }

    func end() { line.end() }
}
