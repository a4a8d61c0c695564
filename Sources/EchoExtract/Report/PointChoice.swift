import EchoFormats
import EchoReport
import EchoStore

/// Which rows a map shows, if there are more than it can.
///
/// Those that are shown with picture and sound below the map always; of the others every n-th in
/// the order of the manifests, as many as there is room for. So the same folder gives the same map.
struct PointChoice {
    /// Widths that have a map.
    static let mapLimit = 6

    /// Rows by width, rising.
    private(set) var rows: [(width: Int, rows: [Int])] = []
    let rowCount: Int
    /// How they were chosen; nil if they are all.
    private(set) var sentence: String?

    /// - Parameter wanted: Ids of recordings that the index was made for.
    init(_ index: ArchiveIndex, wanted: Set<ByteName>, limit: Int) {
        let widths = index.widths.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        rowCount = widths.reduce(0) { $0 + $1.value }
        let drawn = widths.prefix(Self.mapLimit)
        let drawnCount = drawn.reduce(0) { $0 + $1.value }
        for (width, count) in drawn {
            let share =
                drawnCount <= limit ? count : 1 + (limit - drawn.count) * count / drawnCount
            let kept = Set(
                wanted.flatMap { index.locations(of: $0.text) }
                    .filter { $0.width == width }.map(\.rows.lowerBound).sorted().prefix(share))
            let others = share < count ? share - kept.count : count
            rows.append((width, kept.union(Self.spaced(others, of: count)).sorted()))
        }
        let shown = rows.reduce(0) { $0 + $1.rows.count }
        guard shown < rowCount else { return }
        sentence =
            "those with a picture below, and of the others every n-th in the order of the manifests, so "
            + "that there are at most \(limit)"
        if widths.count > drawn.count {
            sentence? += "; of \(widths.count) widths the \(drawn.count) with the most rows"
        }
    }

    /// `count` numbers below `total`, as far apart as can be.
    static func spaced(_ count: Int, of total: Int) -> [Int] {
        guard count < total else { return Array(0..<total) }
        return (0..<max(count, 0)).map { $0 * total / count }
    }
}
