/// How a rule and its constants are asked for.
package struct TrendSettings: Hashable, Sendable {
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
    /// The score at the end of the band; nil if there is no band.
    package let limit: Double?
    /// Of recordings, counted among those after the baseline from 0.
    package let departure: TrendRule.Departure?
    /// Recordings after the baseline whose score is above the limit.
    package let aboveCount: Int
    /// Why the sensor could not be judged, and what to do; nil if it was.
    package let problem: String?

    /// Judges the scores of one sensor.
    ///
    /// - Parameters:
    ///   - scores: In the order of time: the leave-one-out scores of the baseline, then those of the recordings after
    ///     it. None if the baseline is smaller than `least`.
    ///   - baselineCount: Recordings of the baseline.
    ///   - laterCount: Recordings after it.
    ///   - least: Recordings that a baseline takes: ``Baseline/leastCount(k:)``.
    package init(
        scores: [Double], baselineCount: Int, laterCount: Int, least: Int, _ settings: TrendSettings
    ) {
        let baseline = Array(scores.prefix(baselineCount))
        let band = baseline.count >= 2 ? Band(baseline, settings.spread) : nil
        self.band = band
        if baselineCount < least {
            problem =
                "the baseline has \(baselineCount.counted("recording")), and it takes \(least); "
                + "\(max(least, Baseline.advisedCount)) are better"
        } else if laterCount == 0 {
            problem = "no recording is later than the baseline"
        } else {
            problem = band.flatMap { Self.problem(of: $0, settings) }
        }
        guard let band, problem == nil else {
            (limit, departure, aboveCount) = (nil, nil, 0)
            return
        }
        let limit = band.score(settings.rule.line)
        let later = scores.dropFirst(baselineCount)
        self.limit = limit
        departure = settings.rule.departure(later.lazy.map(band.deviations))
        aboveCount = later.count { $0 > limit }
    }

    private static func problem(of band: Band, _ settings: TrendSettings) -> String? {
        guard band.isFlat else { return nil }
        return settings.spread == .median && band.deviation > band.scale
            ? "half of the baseline's scores are equal; use --spread mean"
            : "the baseline's recordings are all alike: copies, or a sensor that is dead"
    }
}
