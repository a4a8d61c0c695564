/// How recordings are scored.
package struct ScoreOptions: Hashable, Sendable {
    package var metric = Metric.cosine
    /// How many of the nearest recordings of the bank make a score.
    package var k = 1
    package var aggregate = Aggregate.min
    /// How many of the nearest are named.
    package var nearestCount = 3
    /// Fields whose values make the groups: a recording is compared with the bank of its group.
    package var groupBy: [String] = []
    /// The field by whose values a group's bank is parted: the smallest of the parts' scores holds.
    package var domain: String?
    /// The field that says what is normal.
    package var labels: String?
    /// The values of that field that are normal; all others are anomalous. With none ``LabelMeaning/known``.
    package var normal: [String] = []
    /// The quantile of the bank's own leave-one-out scores above which a score is odd; nil for no threshold.
    package var quantile: Double? = 0.95

    package init() {}

    /// Neighbours that are looked for.
    package var neighbourCount: Int { max(k, nearestCount) }
}
