import EchoInvariant
import EchoStore

/// The definition of nearest rows: every distance in float64, one after the other. ``NearestSearch`` gives the
/// same, faster.
package struct ExactNearest: NearestFinder {
    /// Values that are read at a time.
    private static let pieceLength = 1 << 20

    package init() {}

    package func nearest(
        _ count: Int, to queries: RowsInMemory, in bank: any RowSource, by metric: Metric,
        excluding excluded: [[Int]]
    ) throws -> [[Neighbour]] {
        let list = try NearestQueries(count, queries, bank, excluded)
        return try queries.values.withUnsafeBufferPointer { values in
            let scan = RowScan(metric, list.views(values), excluded: list.excluded)
            var best = [BestRows](repeating: BestRows(count: count), count: queries.rowCount)
            try scan.add(0..<bank.rowCount, of: bank, queries: Array(best.indices), to: &best)
            return best.map(\.neighbours)
        }
    }

    /// Rows that are read at a time.
    static func pieceRows(width: Int) -> Int { max(pieceLength / max(width, 1), 1) }
}

/// The queries of a search, checked.
struct NearestQueries {
    let width, rowCount: Int
    /// For each query the rows of the bank that are left out.
    let excluded: [Set<Int>]

    /// - Throws: `StoreError` if a query holds a value that is not finite.
    init(
        _ count: Int, _ queries: RowsInMemory, _ bank: any RowSource, _ excluded: [[Int]]
    ) throws(StoreError) {
        invariant(count > 0, "\(count) nearest rows")
        invariant(
            queries.width == bank.width || queries.rowCount == 0 || bank.rowCount == 0,
            "queries of width \(queries.width) in a bank of width \(bank.width)")
        invariant(
            excluded.isEmpty || excluded.count == queries.rowCount,
            "\(excluded.count) lists for \(queries.rowCount) queries")
        (width, rowCount) = (queries.width, queries.rowCount)
        // The segments of a recording share one list: so do they the set.
        var (list, set) = ([Int](), Set<Int>())
        self.excluded =
            excluded.isEmpty
            ? [Set<Int>](repeating: [], count: queries.rowCount)
            : excluded.map { rows in
                if rows != list { (list, set) = (rows, Set(rows)) }
                return set
            }
        for row in 0..<queries.rowCount {
            let values = queries.values[row * width..<(row + 1) * width]
            guard values.allSatisfy(\.isFinite) else { throw queries.notFinite(row: row) }
        }
    }

    func views(_ values: UnsafeBufferPointer<Float>) -> [Metric.Query] {
        (0..<rowCount).map {
            Metric.Query(values.extracting($0 * width..<($0 + 1) * width))
        }
    }
}

/// Adds rows of a bank to what is nearest, each distance in float64.
struct RowScan {
    let metric: Metric
    let queries: [Metric.Query]
    let excluded: [Set<Int>]

    init(_ metric: Metric, _ queries: [Metric.Query], excluded: [Set<Int>]) {
        (self.metric, self.queries, self.excluded) = (metric, queries, excluded)
    }

    /// Adds `rows` to the lists of the queries of these numbers.
    ///
    /// - Throws: `StoreError` if a row cannot be read or is not finite.
    func add(
        _ rows: Range<Int>, of bank: any RowSource, queries numbers: [Int],
        to best: inout [BestRows]
    ) throws(StoreError) {
        let width = bank.width
        let step = ExactNearest.pieceRows(width: width)
        let memory = UnsafeMutableBufferPointer<Float>.allocate(
            capacity: min(step, rows.count) * width)
        defer { memory.deallocate() }
        for first in stride(from: rows.lowerBound, to: rows.upperBound, by: step) {
            let piece = first..<min(first + step, rows.upperBound)
            try bank.read(piece, into: memory)
            for row in piece {
                let start = (row - first) * width
                let values = UnsafeBufferPointer(memory).extracting(start..<start + width)
                guard Metric.length(values).isFinite else { throw bank.notFinite(row: row) }
                for number in numbers where !excluded[number].contains(row) {
                    best[number].add(row, distance: metric.distance(values, from: queries[number]))
                }
            }
        }
    }
}
