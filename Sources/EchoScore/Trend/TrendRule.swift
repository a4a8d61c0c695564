import EchoFormats

/// When scores have left the band of the baseline.
///
/// Both rules look at `z = (score - centre) / scale` of each recording after the baseline, in the order of time;
/// centre and scale are the baseline's (``Band``). Only larger scores count: nearer than ever is no fault.
package enum TrendRule: Hashable, Sendable {
    /// `run` recordings in a row with `z > limit`.
    case sigma(limit: Double = 3, run: Int = 3)
    /// Page's one-sided sum, `S = max(0, S + z - slack)`, above `decision`; E. S. Page, "Continuous Inspection
    /// Schemes", Biometrika 41 (1954).
    case cusum(slack: Double = 1, decision: Double = 10)

    /// Numbers of baseline deviations that can be asked for.
    package static let deviations = 0.0...1000
    /// Recordings in a row that can be asked for.
    package static let runs = 1...10_000

    /// With its constants.
    package var inWords: String {
        switch self {
        case .sigma(let limit, let run):
            "\(run) recordings in a row above \(limit.formatted(significantDigits: 6)) deviations"
        case .cusum(let slack, let decision):
            "what lies above the limit (slack \(slack.formatted(significantDigits: 6))) adds up to more "
                + "than \(decision.formatted(significantDigits: 6)) deviations (CUSUM)"
        }
    }

    /// Deviations above the centre that a line in a picture of the scores shows: where the band ends, or for the
    /// sum the score from which on it grows.
    package var line: Double {
        switch self {
        case .sigma(let limit, _): limit
        case .cusum(let slack, _): slack
        }
    }

    /// A departure from the band, by the numbers of recordings.
    package struct Departure: Hashable, Sendable {
        /// The first recording of the departure: the first of the run, or the first after which the sum was
        /// never 0 again.
        package let change: Int
        /// The recording at which the rule decides.
        package let alarm: Int

        package init(change: Int, alarm: Int) { (self.change, self.alarm) = (change, alarm) }
    }

    /// The first departure; nil if there is none.
    ///
    /// - Parameter deviations: z of each recording after the baseline.
    package func departure(_ deviations: some Sequence<Double>) -> Departure? {
        var start = 0
        var sum = 0.0
        for (index, deviation) in deviations.enumerated() {
            switch self {
            case .sigma(let limit, let run):
                guard deviation > limit else {
                    start = index + 1
                    continue
                }
                if index - start + 1 >= run { return Departure(change: start, alarm: index) }
            case .cusum(let slack, let decision):
                sum = max(0, sum + deviation - slack)
                if sum == 0 { start = index + 1 }
                if sum > decision { return Departure(change: start, alarm: index) }
            }
        }
        return nil
    }
}
