/// Scores over time of one sensor.
package struct ReportTrend: Sendable {
    package var name: String
    package var plot: TimePlot
    /// Nil if no rule was held against the scores.
    package var band: Band?

    package init(name: String, plot: TimePlot, band: Band? = nil) {
        (self.name, self.plot, self.band) = (name, plot, band)
    }

    /// Between what the scores of a sensor lie as long as all is well.
    package struct Band: Sendable {
        /// The group that the scores are of, and what the sensor is called.
        package var group: String
        package var name: String
        /// Seconds since 1970: the time that the band was made of.
        package var baseline: ClosedRange<Double>?
        /// The score that ends it.
        package var limit: Double?
        /// The rule that says when it is left.
        package var rule: String?
        /// When it was left for good; nil if it never was.
        package var change: Change?
        /// Why the sensor could not be judged; nil if it was.
        package var problem: String?

        package init(group: String, name: String) { (self.group, self.name) = (group, name) }
    }

    package struct Change: Sendable {
        /// Seconds since 1970.
        package var time: Double?
        package var id: String

        package init(time: Double?, id: String) { (self.time, self.id) = (time, id) }
    }
}

/// Points in time as they are drawn: a cell holds one point however many fall in it, so that
/// millions of scores take no more room than the picture has cells.
package struct TimePlot: Sendable {
    package static let columns = 600
    package static let rows = 120

    /// Seconds since 1970, and scores.
    package let times: ClosedRange<Double>
    package let scores: ClosedRange<Double>
    package private(set) var count = 0
    private var isTaken = [Bool](repeating: false, count: columns * rows)

    package init(times: ClosedRange<Double>, scores: ClosedRange<Double>) {
        (self.times, self.scores) = (times, scores)
    }

    package mutating func add(time: Double, score: Double) {
        let column = Self.cell(time, in: times, of: Self.columns)
        isTaken[Self.cell(score, in: scores, of: Self.rows) * Self.columns + column] = true
        count += 1
    }

    /// The cells that hold a point: columns from the left, rows from the smallest score.
    package var cells: [(column: Int, row: Int)] {
        isTaken.indices.lazy.filter { isTaken[$0] }
            .map { ($0 % Self.columns, $0 / Self.columns) }
    }

    private static func cell(_ value: Double, in range: ClosedRange<Double>, of count: Int) -> Int {
        let length = range.upperBound - range.lowerBound
        guard length > 0 else { return count / 2 }
        let place = ((value - range.lowerBound) / length * Double(count)).rounded(.down)
        return Int(min(max(place, 0), Double(count - 1)))
    }
}
