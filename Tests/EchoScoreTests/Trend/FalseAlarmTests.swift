import Foundation
import Testing

import EchoScore

/// How often healthy sensors raise an alarm, and how soon ill ones do: simulated, since the baseline's own
/// spread is estimated from few scores, which formulas of the average run length leave out.
///
/// A sensor has independent scores; normal ones, or skewed to the right as distances to a nearest neighbour are
/// (the sum of four exponential ones). 4,000 sensors of a fixed seed: a share of 0.01 is known to 0.0016.
@Suite(.timeLimit(.minutes(20)))
struct FalseAlarmTests {
    enum Shape: CaseIterable { case normal, skewed }

    struct Case: CustomTestStringConvertible, Sendable {
        let shape: Shape
        let baseline: Int
        let rule: TrendRule
        var spread = Band.Spread.mean
        /// Share of sensors with an alarm in 100 healthy recordings.
        let share: ClosedRange<Double>

        var testDescription: String { "\(shape), baseline \(baseline), \(rule), \(spread)" }
    }

    // docs/guides/monitoring.md has these shares in a table, and the help of --run-length two of them.
    private static let textbook = TrendRule.cusum(slack: 0.5, decision: 5)
    private static let cases: [Case] = [
        .init(shape: .normal, baseline: 20, rule: .sigma(), share: 0...0.002),
        .init(shape: .skewed, baseline: 20, rule: .sigma(), share: 0.001...0.005),
        .init(shape: .skewed, baseline: 50, rule: .sigma(), share: 0...0.002),
        .init(shape: .normal, baseline: 20, rule: .sigma(run: 1), share: 0.23...0.28),
        .init(shape: .skewed, baseline: 20, rule: .sigma(run: 1), share: 0.63...0.69),
        .init(shape: .skewed, baseline: 50, rule: .sigma(run: 1), share: 0.61...0.67),
        .init(shape: .normal, baseline: 20, rule: .cusum(), share: 0.001...0.006),
        .init(shape: .skewed, baseline: 20, rule: .cusum(), share: 0.016...0.03),
        .init(shape: .skewed, baseline: 50, rule: .cusum(), share: 0...0.006),
        // Its constants are for a spread that is known.
        .init(shape: .normal, baseline: 20, rule: textbook, share: 0.22...0.28),
        .init(shape: .skewed, baseline: 20, rule: textbook, share: 0.38...0.45),
        .init(shape: .skewed, baseline: 50, rule: textbook, share: 0.31...0.38),
        .init(shape: .normal, baseline: 20, rule: .sigma(), spread: .median, share: 0.001...0.01),
        .init(shape: .skewed, baseline: 20, rule: .sigma(), spread: .median, share: 0.016...0.03),
        .init(shape: .skewed, baseline: 50, rule: .sigma(), spread: .median, share: 0.001...0.008),
    ]

    @Test(arguments: cases)
    func healthySensorsAreSilent(of example: Case) {
        var random = ScoreGenerator(shape: example.shape)
        var alarms = 0
        let sensors = 4000
        for _ in 0..<sensors {
            let band = Band((0..<example.baseline).map { _ in random.next() }, example.spread)
            let later = (0..<100).map { _ in band.deviations(random.next()) }
            if example.rule.departure(later) != nil { alarms += 1 }
        }
        let share = Double(alarms) / Double(sensors)
        #expect(example.share.contains(share), "\(share)")
    }

    /// Where the spread is known the average run length of Page's sum is Siegmund's: 938 recordings for a slack of 0.5
    /// and a decision of 5 (D. Siegmund, Sequential Analysis, 1985: (exp(2 k b) - 2 k b - 1) / (2 k²), b = h + 1.166).
    @Test func theAverageRunLengthIsSiegmunds() {
        let rule = TrendRule.cusum(slack: 0.5, decision: 5)
        var random = ScoreGenerator(shape: .normal)
        var total = 0
        let runs = 2000
        for _ in 0..<runs {
            let scores = sequence(state: ()) { _ in random.next() as Double? }
            total += (rule.departure(scores)?.alarm ?? 0) + 1
        }
        // Run lengths are about exponential: their mean over 2000 is known to 1 / sqrt(2000) = 2.2 %. Three of these,
        // and 2 % for the approximation.
        let average = Double(total) / Double(runs)
        #expect(abs(average / 938 - 1) < 0.087, "\(average)")
    }

    /// A jump by six deviations is found by either rule within a few recordings.
    @Test(arguments: [(TrendRule.sigma(), 6), (.cusum(), 6)])
    func aJumpIsFoundSoon(rule: TrendRule, latest: Int) {
        var random = ScoreGenerator(shape: .normal)
        var late = 0
        for _ in 0..<1000 {
            let band = Band((0..<20).map { _ in random.next() }, .mean)
            let scores = (0..<20).map { _ in band.deviations(random.next() + 6) }
            guard let departure = rule.departure(scores) else {
                late += 1
                continue
            }
            if departure.alarm >= latest { late += 1 }
        }
        #expect(late <= 10, "\(late) of 1000")
    }
}

/// Independent scores of mean 0 and deviation 1.
private struct ScoreGenerator {
    let shape: FalseAlarmTests.Shape
    private var state: UInt64 = 14

    init(shape: FalseAlarmTests.Shape) { self.shape = shape }

    mutating func next() -> Double {
        switch shape {
        case .normal: sqrt(-2 * log(uniform())) * cos(2 * .pi * uniform())
        case .skewed: (-log(uniform() * uniform() * uniform() * uniform()) - 4) / 2
        }
    }

    /// Above 0, up to 1: SplitMix64, S. Vigna.
    private mutating func uniform() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return (Double((bits ^ (bits >> 31)) >> 11) + 1) * 0x1p-53
    }
}
