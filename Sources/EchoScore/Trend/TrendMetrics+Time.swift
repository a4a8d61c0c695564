extension ScoreMetrics.Trend {
    /// Seconds since 1970 of a time of `metrics.json`; nil if it is none.
    package static func seconds(_ text: String?) -> Double? {
        text.flatMap { FieldTime.date($0)?.seconds }
    }
}
