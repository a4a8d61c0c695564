import EchoExtract

/// Shows how far a comparison is: a line that is drawn anew on a terminal, one every few seconds elsewhere.
final class ScoreProgressReport {
    private let console: Console
    private var last = ContinuousClock.now

    init(console: Console) { self.console = console }

    func show(_ progress: ScoreProgress) {
        let now = ContinuousClock.now
        guard now - last >= (console.isTerminal ? .milliseconds(100) : .seconds(5)) else { return }
        last = now
        let of = progress.total > 0 ? "\(progress.done) of \(progress.total) recordings" : "begun"
        let text =
            switch progress.phase {
            case .reading(let folder): "reading the manifests of \(folder)"
            case .embedding: "embedding: \(of)"
            case .scoring: "scoring: \(of)"
            case .threshold: "the bank's own scores, for the threshold: \(of)"
            case .classifying: "classifying: \(of)"
            }
        if console.isTerminal {
            console.draw(bar: text)
        } else {
            console.line("echo-gpu: " + text)
        }
    }

    /// Removes the line.
    func end() { console.draw(bar: "") }
}
