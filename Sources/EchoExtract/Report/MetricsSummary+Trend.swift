import EchoReport
import EchoScore

extension MetricsSummary {
    /// The bands of sensors over time, by the groups that their scores are of.
    var bands: [ReportTrend.Band] {
        (metrics.trend ?? []).map { trend in
            var band = ReportTrend.Band(group: trend.group, name: trend.name)
            if let start = ScoreMetrics.Trend.seconds(trend.baseline.start),
                let end = ScoreMetrics.Trend.seconds(trend.baseline.end), start <= end
            {
                band.baseline = start...end
            }
            (band.limit, band.rule, band.problem) = (trend.limit, trend.rule, trend.problem)
            band.change = trend.change.map {
                .init(time: ScoreMetrics.Trend.seconds($0.time), id: $0.id)
            }
            return band
        }
    }
}
