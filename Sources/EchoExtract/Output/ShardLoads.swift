import EchoFormats

/// The bytes that each shard has so far, in a heap: the lightest is found at once, however many there are.
struct ShardLoads {
    private struct Load {
        let byteCount: Int
        let shard: Int

        /// Of shards that are as light as each other, the first is the lighter one.
        func isLighter(than other: Load) -> Bool {
            (byteCount, shard) < (other.byteCount, other.shard)
        }
    }

    /// Each load is followed by two that are not lighter, at twice its place plus 1 and 2.
    private var heap: [Load]

    init(count: Int) { heap = (0..<count).map { Load(byteCount: 0, shard: $0) } }

    /// Adds bytes to the lightest shard.
    ///
    /// - Returns: Which that is.
    mutating func addToLightest(_ byteCount: Int) -> Int {
        let shard = heap[0].shard
        heap[0] = Load(byteCount: heap[0].byteCount.addingClamped(byteCount), shard: shard)
        var place = 0
        while true {
            var next = 2 * place + 1
            guard next < heap.count else { return shard }
            if next + 1 < heap.count, heap[next + 1].isLighter(than: heap[next]) { next += 1 }
            guard heap[next].isLighter(than: heap[place]) else { return shard }
            heap.swapAt(place, next)
            place = next
        }
    }
}
