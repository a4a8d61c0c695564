import EchoStore

/// Finds the nearest rows of a bank.
package protocol NearestFinder: Sendable {
    /// The `count` rows of `bank` nearest to each query, nearest first; of equal distances the lower row.
    /// Exact in float64, the same whatever the device and however the bank is cut into blocks.
    ///
    /// - Parameters:
    ///   - count: At least 1; fewer come back where the bank has fewer.
    ///   - queries: Of the bank's width.
    ///   - excluded: For each query the rows of the bank that are left out, such as itself; empty, or one
    ///     list for each query.
    /// - Throws: `StoreError` if the bank cannot be read or holds a value that is not finite, and what
    ///   the device throws.
    func nearest(
        _ count: Int, to queries: RowsInMemory, in bank: any RowSource, by metric: Metric,
        excluding excluded: [[Int]]
    ) throws -> [[Neighbour]]
}
