import EchoFormats
import EchoScore

/// Sensors over time as text.
enum TrendReport {
    static func lines(_ trends: [ScoreMetrics.Trend], _ metrics: ScoreMetrics) -> [String] {
        var table = TextTable([
            .left("sensor"), .right("baseline"), .left("until"), .right("mean"), .right("limit"),
            .right("later"), .right("above"), .left("leaves its band"), .left("decided"),
            .right("delay"),
        ])
        for trend in trends { table.append(cells(trend)) }
        return table.lines + sentences(trends, metrics)
    }

    private static func cells(_ trend: ScoreMetrics.Trend) -> [String] {
        let baseline = trend.baseline
        let leaves =
            if trend.problem != nil { "not judged" } else if let change = trend.change {
                moment(change)
            } else { "no" }
        return [
            trend.name, "\(baseline.count)", baseline.end.map(day) ?? "-",
            text(baseline.mean), text(trend.limit), "\(trend.later)",
            trend.limit == nil ? "-" : "\(trend.above)", leaves, trend.alarm.map(moment) ?? "",
            trend.delay.map(delay) ?? "",
        ]
    }

    private static func sentences(
        _ trends: [ScoreMetrics.Trend], _ metrics: ScoreMetrics
    ) -> [String] {
        let judged = trends.count { $0.problem == nil }
        let leaving = trends.count { $0.change != nil }
        var lines = [
            "\(leaving) of \(judged) sensors leave the band of their baseline: "
                + "\(trends.first?.rule ?? "no rule"), by \(metrics.settings.metric) distance."
        ]
        if judged < trends.count {
            let others = trends.count - judged
            let verb = others == 1 ? "is" : "are"
            lines.append("\(others.counted("sensor")) \(verb) not judged; see the warnings.")
        }
        if let failed = metrics.counts.testFailed, failed > 0 {
            lines.append("\(failed.counted("recording")) could not be embedded: not here.")
        }
        lines.append(times(metrics))
        return lines
    }

    /// What told the times.
    private static func times(_ metrics: ScoreMetrics) -> String {
        guard let members = metrics.times else { return "The order is that of the names." }
        let parts = RecordingTime.Source.allCases.compactMap { source in
            members[source.rawValue].map { "\($0) \(source.inWords)" }
        }
        let zone = members["without_zone"].map { ", \($0) without a zone, read as UTC" } ?? ""
        return "Times: " + parts.joined(separator: ", ") + zone + "."
    }

    // MARK: Cells

    /// A day and, if there is one, a time of day; without times the number in order and the name.
    private static func moment(_ place: ScoreMetrics.Trend.Place) -> String {
        guard let time = place.time else { return "\(place.index): \(place.id)" }
        let clock = time.dropFirst(11).prefix(5)
        return day(time) + (clock == "00:00" ? "" : " \(clock)")
    }

    private static func day(_ time: String) -> String { String(time.prefix(10)) }

    /// In the largest unit of which there are two, else in recordings.
    private static func delay(_ delay: ScoreMetrics.Trend.Delay) -> String {
        guard let seconds = delay.seconds else { return delay.recordings.counted("recording") }
        let units = [("d", 86_400.0), ("h", 3600), ("min", 60), ("s", 1)]
        let (unit, length) = units.first { seconds >= 2 * $0.1 } ?? ("s", 1)
        return (seconds / length).formatted(significantDigits: 3) + " " + unit
    }

    private static func text(_ score: Double?) -> String {
        score?.formatted(significantDigits: 4) ?? "-"
    }
}
