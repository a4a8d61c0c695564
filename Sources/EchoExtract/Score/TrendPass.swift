import EchoFormats
import EchoInvariant
import EchoScore

/// Follows sensors over time: the bank of each is its own baseline, whose recordings are scored each against
/// the others; later ones are scored against all of it, and a rule says when the scores leave their band.
struct TrendPass {
    /// Of one catalog, whose groups are the sensors.
    let plan: ScorePlan
    let settings: TrendSettings
    let choice: TimeChoice
    let finder: any NearestFinder
    let progress: (ScoreProgress) -> Void

    struct Result {
        /// Scores of the test's rows; NaN of those that are not scored.
        var scores: ScorePass.Result
        /// One for each group.
        var trends: [ScoreMetrics.Trend] = []
        var sharedTimeCount = 0
        /// Recordings before the baseline.
        var earlierCount = 0
    }

    private var least: Int { Baseline.leastCount(k: plan.request.options.k) }

    func run() throws -> Result {
        let count = plan.test.rows.count
        let nearestCount = plan.request.options.nearestCount
        var result = Result(
            scores: .init(values: .init(rowCount: count, nearestCount: nearestCount)))
        var done = 0
        for group in plan.groups.groups {
            let rows = group.test.map { plan.test.rows[$0] }
            let order = try SensorOrder(rows, of: plan.test.catalog, by: choice)
            result.sharedTimeCount += order.sharedCount
            let division = settings.baseline.division(order.times)
            result.earlierCount += division.before.count
            let scores = try score(group, order, division, &result.scores) {
                done += $0
                progress(ScoreProgress(.scoring, done, count))
            }
            let trend = SensorTrend(
                scores: scores, baselineCount: division.baseline.count,
                laterCount: division.later.count, least: least, settings)
            result.scores.thresholds.append(trend.limit)
            result.trends.append(metrics(of: group, order, division, trend))
        }
        try requireVerdict(result.trends)
        addWarnings(to: &result)
        return result
    }

    /// The scores of the baseline and of what is later, in the order of time; none if the baseline is too small.
    private func score(
        _ group: RowGroup, _ order: SensorOrder, _ division: Baseline.Division,
        _ result: inout ScorePass.Result, progress: (Int) -> Void
    ) throws -> [Double] {
        guard division.baseline.count >= least else { return [] }
        let catalog = plan.test.catalog
        let places = Dictionary(
            uniqueKeysWithValues: group.test.map { (plan.test.rows[$0], $0) })
        let bank = RowGroup(key: group.key, bank: order.rows[division.baseline].sorted())
        let search = try BankSearch(
            bank, of: catalog, by: plan.rules.bank, plan.request.options, finder)
        let rows = Array(order.rows[division.baseline.lowerBound...])
        var scores: [Double] = []
        try search.forEachAnswer(
            to: rows, of: catalog, excludingSelf: true, progress: progress
        ) { place, answer in
            guard let answer, let home = places[rows[place]] else {
                invariantFailure("a row of \(group.key.title) has nothing to be compared with")
            }
            scores.append(answer.score)
            result.values.set(home, answer)
        }
        return scores
    }

    // MARK: As metrics.json has it

    private func metrics(
        of group: RowGroup, _ order: SensorOrder, _ division: Baseline.Division,
        _ trend: SensorTrend
    ) -> ScoreMetrics.Trend {
        func time(_ index: Int?) -> String? {
            index.flatMap { order.times[$0] }.map { CivilTime.text($0) }
        }
        func place(_ later: Int) -> ScoreMetrics.Trend.Place {
            let index = division.later.lowerBound + later
            return .init(
                id: plan.test.catalog.id(of: order.rows[index]), time: time(index), index: index)
        }
        let channel = order.rows.first.flatMap { plan.test.catalog.channel(of: $0) }
        var metrics = ScoreMetrics.Trend(
            name: group.key.sensorName, group: group.key.name, channel: channel,
            baseline: .init(
                start: time(division.baseline.first), end: time(division.baseline.last),
                count: division.baseline.count, band: trend.band),
            rule: settings.rule.inWords)
        (metrics.later, metrics.above) = (division.later.count, trend.aboveCount)
        (metrics.limit, metrics.problem) = (trend.limit, trend.problem)
        if let departure = trend.departure {
            metrics.change = place(departure.change)
            metrics.alarm = place(departure.alarm)
            let times = [departure.change, departure.alarm].compactMap {
                order.times[division.later.lowerBound + $0]
            }
            metrics.delay = .init(
                recordings: departure.alarm - departure.change,
                seconds: times.count == 2 ? times[1] - times[0] : nil)
        }
        return metrics
    }

    /// - Throws: ``EchoError`` if no sensor can be judged: a table without a verdict might be taken for one.
    private func requireVerdict(_ trends: [ScoreMetrics.Trend]) throws(EchoError) {
        guard let first = trends.first, let problem = first.problem,
            trends.allSatisfy({ $0.problem != nil })
        else { return }
        let times = plan.test.rows.compactMap { plan.test.catalog.time(of: $0) }
        var range = ""
        if let earliest = times.min(), let latest = times.max() {
            range =
                " The recordings are of \(CivilTime.text(earliest)) to \(CivilTime.text(latest))."
        }
        throw EchoError(
            .data,
            "of \(trends.count.counted("sensor")) none can be judged. \(first.name): \(problem).\(range) Give "
                + "another --baseline.")
    }

    // MARK: What is unusual

    private func addWarnings(to result: inout Result) {
        var warnings: [String] = []
        for trend in result.trends {
            guard let problem = trend.problem else { continue }
            warnings.append("\(trend.name) is not judged: \(problem)")
        }
        let small = result.trends.filter {
            $0.problem == nil && $0.baseline.count < Baseline.advisedCount
        }
        if let first = small.first {
            warnings.append(
                "the baseline of \(small.count.counted("sensor")) has fewer than \(Baseline.advisedCount) "
                    + "recordings, that of \(quoted(first.name)) has \(first.baseline.count): false alarms are likelier, and so are faults that are "
                    + "missed")
        }
        if case .sigma(_, let run) = settings.rule {
            let short = result.trends.filter { $0.problem == nil && $0.later < run }
            if let first = short.first {
                warnings.append(
                    "\(short.count.counted("sensor")) with fewer later recordings than the \(run) in a row that the "
                        + "rule asks for, such as \(quoted(first.name)) with \(first.later): no alarm is possible there"
                )
            }
        }
        if result.sharedTimeCount > 0 {
            warnings.append(
                "\(result.sharedTimeCount) recordings have the same time as another of their sensor; among them "
                    + "the order of the names holds")
        }
        if result.earlierCount > 0 {
            warnings.append(
                "\(result.earlierCount.counted("recording")) \(result.earlierCount == 1 ? "is" : "are") "
                    + "earlier than the baseline and left out")
        }
        result.scores.warnings += warnings
    }
}

extension GroupKey {
    /// The group's values, and `ch2` for its channel.
    fileprivate var sensorName: String {
        let parts = fields.map { $0.name == FieldName.channel ? "ch\($0.value)" : $0.value }
        return parts.isEmpty ? "all" : parts.joined(separator: "/")
    }
}
