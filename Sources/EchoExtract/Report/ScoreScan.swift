import EchoFormats
import EchoReport
import EchoScore
import EchoStore

/// A table of scores, counted by group, with the oddest of all. The file's bytes are in memory while it is read; what is
/// kept is of groups, not of rows.
struct ScoreScan {
    struct Group {
        let firstID: String
        var count = 0
        var oddCount = 0
        var threshold: Double?
        var hasThreshold = false
        var scores: ClosedRange<Double>
        /// Seconds since 1970; nil if no row has a time.
        var times: ClosedRange<Double>?
    }

    private(set) var groups: [String: Group] = [:]
    private(set) var count = 0
    private(set) var oddCount = 0
    /// Rows of each label.
    private(set) var labels: [String: Int] = [:]
    /// The oddest, the oddest first.
    private(set) var oddest: [ScoreRow] = []
    /// Rows whose score is no number, which are left out.
    private(set) var notFiniteCount = 0
    private var limit: Int

    init(_ path: String, oddest limit: Int) throws(StoreError) {
        self.limit = limit
        var scan = self
        try ScoreTable.forEachRow(of: path) { scan.add($0) }
        self = scan
    }

    private mutating func add(_ row: ScoreRow) {
        guard row.score.isFinite else {
            notFiniteCount += 1
            return
        }
        count += 1
        if row.isOdd == true { oddCount += 1 }
        if let label = row.label { labels[label, default: 0] += 1 }
        var group = groups[row.group] ?? Group(firstID: row.id, scores: row.score...row.score)
        group.count += 1
        group.scores = Self.extended(group.scores, by: row.score)
        if row.isOdd == true { group.oddCount += 1 }
        if let threshold = row.threshold {
            (group.threshold, group.hasThreshold) = (threshold, true)
        }
        if let time = row.time, time.isFinite {
            group.times = group.times.map { Self.extended($0, by: time) } ?? time...time
        }
        groups[row.group] = group
        keep(row)
    }

    /// Keeps a row where it is among the oddest; of equally odd ones the first.
    private mutating func keep(_ row: ScoreRow) {
        guard limit > 0 else { return }
        let oddness = Self.oddness(row)
        if oddest.count == limit, let last = oddest.last, oddness <= Self.oddness(last) { return }
        let place = oddest.firstIndex { Self.oddness($0) < oddness } ?? oddest.count
        oddest.insert(row, at: place)
        if oddest.count > limit { oddest.removeLast() }
    }

    /// How odd a row is among those of all groups: distances of different machines are not
    /// comparable, but how many times the threshold of its group a score is.
    static func oddness(_ row: ScoreRow) -> Double {
        guard let threshold = row.threshold, threshold > 0 else { return row.score }
        return row.score / threshold
    }

    private static func extended(
        _ range: ClosedRange<Double>, by value: Double
    ) -> ClosedRange<Double> {
        min(range.lowerBound, value)...max(range.upperBound, value)
    }

    var scores: ClosedRange<Double>? {
        guard let low = groups.values.map(\.scores.lowerBound).min(),
            let high = groups.values.map(\.scores.upperBound).max()
        else { return nil }
        return low...high
    }
}
