/// Sizes of attention by work-groups (SIMT), as attend_group.cl has them.
package struct AttentionGroup {
    /// LANES and ITEM_QUERIES: fixed, since the order of sums follows from them.
    static let lanes = 16
    static let itemQueries = 4
    /// QUERY_BLOCK: queries of a work-group.
    package let queries: Int
    /// KEY_TILE: keys held in local memory.
    let keyTile: Int
    let headWidth: Int
    /// Floats from a query's scores to the next one's: those of neighbouring work-items, four rows
    /// apart, then lie 16 banks apart.
    let pitch: Int

    init(queries: Int, keyTile: Int, _ headWidth: Int, _ longestSequence: Int) {
        self.queries = queries
        self.keyTile = keyTile
        self.headWidth = headWidth
        pitch = (longestSequence + 7) / 8 * 8 + 4
    }

    /// All queries of the longest sequence, 64 at most, where work-groups and local memory allow
    /// it. Else as many as leave a compute unit with the most work-items: one group with all of its
    /// local memory may be more of them than two smaller ones, and reads keys less often.
    init(on backend: GPUBackend, _ headWidth: Int, _ longestSequence: Int) {
        let device = backend.device
        self.init(
            longestSequence, headWidth, keyTile: backend.tiling.keyTile,
            largestGroup: device.maximumWorkGroupSize, fairLimit: backend.usableLocalByteCount,
            limit: device.localMemoryByteCount)
    }

    /// - Parameters:
    ///   - fairLimit: Bytes that leave room for other work-groups; ``reasonToDecline`` holds the
    ///     smallest group to it.
    ///   - limit: Bytes of a compute unit.
    package init(
        _ longestSequence: Int, _ headWidth: Int, keyTile: Int, largestGroup: Int, fairLimit: Int,
        limit: Int
    ) {
        let sizes = [64, 32, 16, 8, Self.itemQueries].map {
            AttentionGroup(queries: $0, keyTile: keyTile, headWidth, longestSequence)
        }
        let possible = sizes.filter { $0.itemCount <= largestGroup && $0.localByteCount <= limit }
        let whole = possible.last {
            $0.queries >= longestSequence && $0.localByteCount <= fairLimit
        }
        func residentItems(_ group: AttentionGroup) -> Int {
            limit / group.localByteCount * group.itemCount
        }
        // Of equals the first, which is the largest.
        let best = possible.reduce(nil as AttentionGroup?) { best, group in
            guard let best, residentItems(best) >= residentItems(group) else { return group }
            return best
        }
        self = whole ?? best ?? sizes[sizes.count - 1]
    }

    /// Work-items of a work-group.
    private var itemCount: Int { queries / Self.itemQueries * Self.lanes }

    var scoreByteCount: Int { 4 * queries * pitch }

    /// Queries, a tile of keys or partial sums, and scores.
    package var localByteCount: Int {
        let row = 4 * (headWidth + 4)
        let partial = (queries * (Self.lanes + 1) + 3) / 4 * 16
        return queries * row + max(keyTile * row, partial) + scoreByteCount
    }

    /// Macros of attend_group.cl.
    var options: [String] {
        ["-DHEAD_WIDTH=\(headWidth)", "-DQUERY_BLOCK=\(queries)"]
    }
}
