/// How a rule and its constants are asked for.
package struct TrendOptions: Hashable, Sendable {
    package var baseline: Baseline
    package var rule: TrendRule
    package var spread: Band.Spread

    package init(
        baseline: Baseline, rule: TrendRule = .sigma(), spread: Band.Spread = .mean
    ) {
        (self.baseline, self.rule, self.spread) = (baseline, rule, spread)
    }
}

/// A sensor's scores over time, judged.
package struct SensorTrend: Hashable, Sendable {
    package let band: Band?
    /// The score at the end of the band; nil where there is no band.
    package let limit: Double?
    /// Of recordings, counted among those after the baseline from 0.
    package let departure: TrendRule.Departure?
    /// Recordings after the baseline whose score is above the limit.
    package let aboveCount: Int
    /// Why the sensor could not be judged, and what to do; nil where it was.
    package let problem: String?

    /// Judges the scores of one sensor.
    ///
    /// - Parameters:
    ///   - baseline: The leave-one-out scores of its baseline.
    ///   - later: The scores of the recordings after it, in the order of time.
    package init(baseline: [Double], later: [Double], _ options: TrendOptions) {
        let band = baseline.count >= 2 ? Band(baseline, options.spread) : nil
        problem = Self.problem(baseline, later, band, options)
        guard let band, problem == nil else {
            (self.band, limit, departure, aboveCount) = (band, nil, nil, 0)
            return
        }
        let limit = band.score(options.rule.line)
        self.band = band
        self.limit = limit
        departure = options.rule.departure(later.lazy.map(band.deviations))
        aboveCount = later.count { $0 > limit }
    }

    private static func problem(
        _ baseline: [Double], _ later: [Double], _ band: Band?, _ options: TrendOptions
    ) -> String? {
        if baseline.count < Baseline.minimumCount {
            return "the baseline has \(baseline.count) recordings, and it takes "
                + "\(Baseline.minimumCount); 20 are better"
        }
        if later.isEmpty { return "no recording is later than the baseline" }
        guard let band, band.isFlat else { return nil }
        return band.deviation > 0 && options.spread == .median
            ? "half of the baseline's scores are equal; use --spread mean"
            : "the baseline's recordings are all alike: copies, or a sensor that is dead"
    }
}
