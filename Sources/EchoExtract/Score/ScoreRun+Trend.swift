import EchoScore

extension ScoreRun {
    /// Sensors over time in place of recordings against a bank.
    ///
    /// - Parameter plan: Of one catalog, whose groups are the sensors.
    /// - Throws: `TimeError` if a name says two times; what the pass throws.
    func follow(
        _ settings: TrendSettings, _ plan: ScorePlan, _ folder: ScoreFolder?
    ) throws -> Outcome {
        let times = plan.test.catalog.times
        if let error = times.firstAmbiguous { throw error }
        let pass = TrendPass(
            plan: plan, settings: settings, choice: request.time, finder: finder(),
            progress: progress)
        let result = try pass.run()
        var metrics = metrics(plan)
        metrics.settings.add(settings)
        // There is no quantile: the limits are those of the rule.
        metrics.settings.quantile = nil
        metrics.times = times.members
        metrics.warnings += plan.warnings + result.scores.warnings + times.warnings
        metrics.trend = result.trends
        add(result, plan, to: &metrics)
        try folder?.write(
            metrics, nearestCount: request.options.nearestCount,
            rows: ScoreRows(plan, result.scores).all)
        return Outcome(metrics: metrics)
    }

    private func add(_ result: TrendPass.Result, _ plan: ScorePlan, to metrics: inout ScoreMetrics)
    {
        (metrics.counts.bank, metrics.counts.test) = (0, 0)
        for (group, trend) in zip(plan.groups.groups, result.trends) {
            var counts = ScoreMetrics.Counts(bank: trend.baseline.count, test: trend.later)
            counts.odd = trend.limit == nil ? nil : trend.above
            metrics.groups.append(
                .init(
                    name: group.key.name,
                    fields: Dictionary(
                        uniqueKeysWithValues: group.key.fields.map { ($0.name, $0.value) }),
                    counts: counts, threshold: trend.limit))
            metrics.counts.bank += counts.bank
            metrics.counts.test += counts.test
            metrics.counts.odd = (metrics.counts.odd ?? 0) + (counts.odd ?? 0)
        }
        metrics.counts.testLeftOut = (metrics.counts.testLeftOut ?? 0) + result.earlierCount
    }
}

extension ScoreMetrics.Settings {
    /// Adds how sensors are followed, so that the run can be repeated.
    fileprivate mutating func add(_ trend: TrendSettings) {
        (baseline, spread) = (trend.baseline.text, trend.spread.rawValue)
        switch trend.rule {
        case .sigma(let limit, let run): (rule, sigmas, runLength) = ("sigma", limit, run)
        case .cusum(let slack, let decision):
            (rule, self.slack, self.decision) = ("cusum", slack, decision)
        }
    }
}
