import EchoReport
import EchoScore

extension MetricsSummary {
    /// The bands of sensors over time, by the groups that their scores are of.
    var bands: [ReportTrend.Band] {
        (metrics.trend ?? []).map { trend in
            var band = ReportTrend.Band(group: trend.name)
            if let start = Self.seconds(trend.baseline.start),
                let end = Self.seconds(trend.baseline.end), start <= end
            {
                band.baseline = start...end
            }
            (band.limit, band.rule) = (trend.limit, trend.rule)
            band.change = trend.change.map { .init(time: Self.seconds($0.time), id: $0.id) }
            return band
        }
    }

    private static func seconds(_ text: String?) -> Double? {
        text.flatMap { FieldTime.date($0)?.seconds }
    }
}
