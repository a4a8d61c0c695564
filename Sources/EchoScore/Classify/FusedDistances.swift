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
    static func nearest(
        _ count: Int, to queries: ChannelRows, in bank: ChannelRows, excluding excluded: [[Int]]
    ) -> [[Neighbour]] {
        invariant(queries.isLike(bank), "queries and bank have other channels")
        var found = [[Neighbour]](repeating: [], count: queries.rowCount)
        found.withUnsafeMutableBufferPointer { found in
            // Each query is written by one thread alone.
            nonisolated(unsafe) let found = found
            DispatchQueue.concurrentPerform(iterations: found.count) { query in
                let distances = distances(of: query, queries, bank)
                let left = excluded.isEmpty ? [] : Set(excluded[query])
                found[query] = nearest(count, distances, leaving: left)
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
        query.withUnsafeBufferPointer { query in
            rows.values.withUnsafeBufferPointer { values in
                (0..<rows.rowCount).map { row in
                    let row = UnsafeBufferPointer(
                        rebasing: values[row * query.count..<(row + 1) * query.count])
                    return squaredDistance(query, row).squareRoot()
                }
            }
        }
    }

    /// Eight sums at a time, which a processor adds at once.
    private static func squaredDistance(
        _ first: UnsafeBufferPointer<Float>, _ second: UnsafeBufferPointer<Float>
    ) -> Double {
        var sums = SIMD8<Double>()
        let whole = first.count / 8 * 8
        for start in stride(from: 0, to: whole, by: 8) {
            var difference = SIMD8<Double>()
            for lane in 0..<8 {
                difference[lane] = Double(first[start + lane]) - Double(second[start + lane])
            }
            sums += difference * difference
        }
        return (whole..<first.count).reduce(sums.sum()) { sum, place in
            let difference = Double(first[place]) - Double(second[place])
            return sum + difference * difference
        }
    }

    private static func nearest(
        _ count: Int, _ distances: [Double], leaving excluded: Set<Int>
    ) -> [Neighbour] {
        // Sorted, nearest first; a few, so each new one is put in its place.
        var nearest: [Neighbour] = []
        for (row, distance) in distances.enumerated() where !excluded.contains(row) {
            if nearest.count == count, let last = nearest.last, distance >= last.distance {
                continue
            }
            let place = nearest.firstIndex { $0.distance > distance } ?? nearest.count
            nearest.insert(Neighbour(row: row, distance: distance), at: place)
            if nearest.count > count { nearest.removeLast() }
        }
        return nearest
    }
}
