import Dispatch
import EchoInvariant
import EchoStore

/// Distances over several channels as SIREN fuses them.
///
/// Of a query, each channel's euclidean distances to all rows of the bank are shifted and scaled to mean 0 and deviation 1
/// (divided by n; 1e-10 is added to it), so that no channel counts more for its units; then the mean over the channels is taken:
/// `ClassificationMemoryBank.knn_query_batch`. A fused distance may be negative. The rows that a query leaves out are among those
/// that mean and deviation are taken of, as in SIREN's leave-one-out.
///
/// Mean and deviation need all distances of a query, so no search for the nearest alone will do. In float64; memory for each
/// thread: 16 bytes for each row of the bank. Time: queries x rows x values of a row.
enum FusedDistances {
    /// The `count` rows of `bank` nearest to each query, nearest first; of equal distances the lower row.
    ///
    /// - Throws: `StoreError` if a value is not finite.
    static func nearest(
        _ count: Int, to queries: ChannelRows, in bank: ChannelRows, excluding excluded: [[Int]]
    ) throws(StoreError) -> [[Neighbour]] {
        invariant(queries.isLike(bank), "queries and bank have other channels")
        for rows in queries.channels + bank.channels { try rows.requireFinite() }
        var found = [[Neighbour]](repeating: [], count: queries.rowCount)
        found.withUnsafeMutableBufferPointer { found in
            // Each query is written by one thread alone.
            nonisolated(unsafe) let found = found
            DispatchQueue.concurrentPerform(iterations: found.count) { query in
                let distances = distances(of: query, queries, bank)
                let left = excluded.isEmpty ? [] : Set(excluded[query])
                var best = BestRows(count: count)
                for (row, distance) in distances.enumerated() where !left.contains(row) {
                    best.add(row, distance: distance)
                }
                found[query] = best.neighbours
            }
        }
        return found
    }

    /// The fused distances of one query to all rows of the bank.
    static func distances(of query: Int, _ queries: ChannelRows, _ bank: ChannelRows) -> [Double] {
        var fused = [Double](repeating: 0, count: bank.rowCount)
        for (asked, rows) in zip(queries.channels, bank.channels) {
            let distances = euclidean(asked.row(query), to: rows)
            let mean = distances.reduce(0, +) / Double(distances.count)
            let variance =
                distances.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(distances.count)
            let scale = 1 / (variance.squareRoot() + 1e-10) / Double(bank.channels.count)
            for row in fused.indices { fused[row] += (distances[row] - mean) * scale }
        }
        return fused
    }

    private static func euclidean(_ query: ArraySlice<Float>, to rows: RowsInMemory) -> [Double] {
        query.withUnsafeBufferPointer { values in
            let query = Metric.Query(values)
            return rows.values.withUnsafeBufferPointer { values in
                (0..<rows.rowCount).map { row in
                    let start = row * rows.width
                    return Metric.euclidean.distance(
                        values.extracting(start..<start + rows.width), from: query)
                }
            }
        }
    }
}

extension RowsInMemory {
    fileprivate func requireFinite() throws(StoreError) {
        guard let place = values.firstIndex(where: { !$0.isFinite }) else { return }
        throw notFinite(row: place / width)
    }
}
