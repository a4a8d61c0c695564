import EchoFormats
import EchoReport
import EchoScore
import EchoStore

/// Fills the drawings of a table of scores: histograms by group, and scores over time.
struct ScorePanels {
    /// Groups that have drawings of their own.
    static let groupLimit = 12
    /// Seconds: times of files that were unpacked together are no times of recordings.
    private static let leastSpan = 60.0

    private let names: [String]
    /// What sensors are called, by their groups.
    private let titles: [String: String]
    private var histograms: [String: Histogram] = [:]
    private var all: Histogram?
    private var plots: [String: TimePlot] = [:]
    private let series: Series

    /// What is stacked in a histogram.
    private enum Series {
        /// Labels, and whether every row has one.
        case labels([String], isWhole: Bool)
        case threshold
        case none

        var names: [String] {
            switch self {
            case .labels(let labels, let isWhole): isWhole ? labels : labels + ["no label"]
            case .threshold: ["up to the threshold", "above it"]
            case .none: ["recordings"]
            }
        }

        func place(of row: ScoreRow) -> Int {
            switch self {
            case .labels(let labels, _):
                row.label.flatMap { labels.firstIndex(of: $0) } ?? labels.count
            case .threshold: row.isOdd == true ? 1 : 0
            case .none: 0
            }
        }
    }

    /// - Parameter trends: What of a scoring over time is known, by group.
    init(_ scan: ScoreScan, trends: [ReportTrend.Band]) {
        let labels = LabelOrder.sorted(scan.labels)
        series =
            !labels.isEmpty && labels.count <= 4
            ? .labels(labels, isWhole: scan.labels.values.reduce(0, +) == scan.count)
            : scan.groups.values.contains { $0.hasThreshold } ? .threshold : .none
        titles = Dictionary(trends.map { ($0.group, $0.name) }) { first, _ in first }
        let left = Set(trends.filter { $0.change != nil }.map(\.group))
        // Those that leave their band, and those with the most odd ones, are what a reader looks for.
        names = scan.groups.sorted { first, second in
            let hasLeft = (left.contains(first.key), left.contains(second.key))
            if hasLeft.0 != hasLeft.1 { return hasLeft.0 }
            return (second.value.oddCount, first.key) < (first.value.oddCount, second.key)
        }.map(\.key)
        for name in names.prefix(Self.groupLimit) {
            guard let group = scan.groups[name] else { continue }
            let scores = Self.covering(group.scores, [group.threshold])
            histograms[name] = Histogram(over: scores, series: series.names)
            let band = trends.first { $0.group == name }
            guard let times = group.times, times.lowerBound < times.upperBound,
                band != nil || times.upperBound - times.lowerBound >= Self.leastSpan
            else { continue }
            plots[name] = TimePlot(
                times: times, scores: Self.covering(group.scores, [band?.limit, 0]))
        }
        if scan.groups.count > 1, let scores = scan.scores {
            all = Histogram(over: scores, series: series.names)
        }
    }

    private static func covering(
        _ range: ClosedRange<Double>, _ values: [Double?]
    ) -> ClosedRange<Double> {
        let values = values.compactMap(\.self).filter(\.isFinite)
        return min(
            range.lowerBound, values.min() ?? range.lowerBound)...max(
                range.upperBound, values.max() ?? range.upperBound)
    }

    mutating func add(_ row: ScoreRow) {
        guard row.score.isFinite else { return }
        let place = series.place(of: row)
        all?.add(row.score, series: place)
        histograms[row.group]?.add(row.score, series: place)
        if let time = row.time { plots[row.group]?.add(time: time, score: row.score) }
    }

    /// Histograms: of all, then of groups.
    func panels(_ scan: ScoreScan) -> [ReportScores.Panel] {
        var panels = all.map { [ReportScores.Panel(name: "All groups", histogram: $0)] } ?? []
        for name in names.prefix(Self.groupLimit) {
            guard let histogram = histograms[name] else { continue }
            panels.append(
                .init(
                    name: title(of: name), histogram: histogram,
                    threshold: scan.groups[name]?.threshold))
        }
        return panels
    }

    /// Scores over time, a drawing for each group, and the bands of groups that have none: first
    /// those that are left.
    func trends(
        _ bands: [ReportTrend.Band]
    ) -> (drawn: [ReportTrend], others: [ReportTrend.Band]) {
        let drawn = names.prefix(Self.groupLimit).compactMap { name -> ReportTrend? in
            guard let plot = plots[name] else { return nil }
            return ReportTrend(
                name: title(of: name), plot: plot,
                band: bands.first { $0.group == name })
        }
        let others = bands.filter { plots[$0.group] == nil }
        return (
            drawn.filter { $0.band?.change != nil } + drawn.filter { $0.band?.change == nil },
            others.filter { $0.change != nil } + others.filter { $0.change == nil }
        )
    }

    var groupNames: [String] { names }

    private func title(of group: String) -> String {
        titles[group] ?? (group.isEmpty ? "All recordings" : group)
    }
}
