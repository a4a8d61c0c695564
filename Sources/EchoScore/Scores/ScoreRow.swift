/// What became of one test recording: a line of `scores.csv`.
package struct ScoreRow: Hashable, Sendable {
    package var id: String
    /// The channel, from 0, where channels are embedded one by one; else nil.
    package var channel: Int?
    /// The values of the fields that make its group, such as `fan/section_00`; empty if there is one group.
    package var group: String
    /// Nil if there are no labels.
    package var label: String?
    package var domain: String?
    /// Seconds since 1970, UTC; nil if nobody knows.
    package var time: Double?
    /// The larger, the odder.
    package var score: Double
    /// The score from which on recordings of its group are odd; nil if there is none.
    package var threshold: Double?
    /// The nearest recordings of the bank, nearest first.
    package var nearest: [Nearest]

    package struct Nearest: Hashable, Sendable {
        package var id: String
        package var channel: Int?
        package var distance: Double

        package init(id: String, channel: Int? = nil, distance: Double) {
            (self.id, self.channel, self.distance) = (id, channel, distance)
        }
    }

    package init(
        id: String, channel: Int? = nil, group: String = "", label: String? = nil,
        domain: String? = nil, time: Double? = nil, score: Double, threshold: Double? = nil,
        nearest: [Nearest] = []
    ) {
        (self.id, self.channel, self.group) = (id, channel, group)
        (self.label, self.domain, self.time) = (label, domain, time)
        (self.score, self.threshold, self.nearest) = (score, threshold, nearest)
    }

    /// Nil if there is no threshold.
    package var isOdd: Bool? { threshold.map { score > $0 } }
}
