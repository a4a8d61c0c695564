/// Sizes of attention by work-groups (SIMT), as attend_group.cl has them.
struct AttentionGroup {
    /// LANES and ITEM_QUERIES: fixed, since the order of sums follows from them.
    static let lanes = 16
    static let itemQueries = 4
    /// QUERY_BLOCK: queries of a work-group.
    let queries: Int
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

    /// All queries of the longest sequence, 64 at most, where work-groups and local memory allow it;
    /// else as many as they allow.
    init(on backend: GPUBackend, _ headWidth: Int, _ longestSequence: Int) {
        let keyTile = backend.tiling.keyTile
        let sizes = [64, 32, 16, 8, Self.itemQueries].map {
            AttentionGroup(queries: $0, keyTile: keyTile, headWidth, longestSequence)
        }
        let fitting = sizes.filter {
            $0.itemCount <= backend.device.maximumWorkGroupSize
                && $0.localByteCount <= backend.usableLocalByteCount
        }
        self =
            fitting.last { $0.queries >= longestSequence } ?? fitting.first
            ?? sizes[sizes.count - 1]
    }

    /// Work-items of a work-group.
    private var itemCount: Int { queries / Self.itemQueries * Self.lanes }

    var scoreByteCount: Int { 4 * queries * pitch }

    /// Queries, a tile of keys, partial sums and scores.
    var localByteCount: Int {
        let rows = 4 * (queries + keyTile) * (headWidth + 4)
        return rows + 4 * queries * (Self.lanes + 1) + scoreByteCount
    }

    /// Macros of attend_group.cl.
    var options: [String] {
        ["-DHEAD_WIDTH=\(headWidth)", "-DQUERY_BLOCK=\(queries)"]
    }
}
