import EchoInvariant
import EchoStore
import EchoTensor

/// The nearest rows so far, and the proof that a block holds no nearer ones.
struct NearestProof {
    private let bank: any RowSource
    private let scan: RowScan
    private let bound: GainBound
    private let lengths: [Double]
    private let queryExponent: Int
    private var best: [BestRows]
    /// Queries for which the block at hand is to be computed as a whole.
    private var unproven: [Int] = []
    private let memory: RowMemory
    /// Blocks that were computed as a whole, for how many queries: what tests and timings look at.
    private(set) var wholeBlockCount = 0

    /// - Parameter values: The queries', which stay where they are.
    init(
        _ count: Int, _ queries: NearestQueries, _ values: UnsafeBufferPointer<Float>,
        _ prepared: PreparedQueries, _ bank: any RowSource, _ preparation: RowPreparation
    ) {
        self.bank = bank
        scan = RowScan(preparation.metric, queries.views(values), excluded: queries.excluded)
        bound = GainBound(preparation)
        (lengths, queryExponent) = (prepared.lengths, prepared.exponent)
        best = [BestRows](repeating: BestRows(count: count), count: queries.rowCount)
        memory = RowMemory(width: bank.width)
    }

    var neighbours: [[Neighbour]] { best.map(\.neighbours) }

    /// Adds the rows of a block that a device named for some queries.
    ///
    /// - Parameter candidates: For each of `queries` rows of the block, the largest key first; -1 behind them.
    mutating func add(
        _ block: PreparedBlock, _ candidates: HostTensor, of queries: Range<Int>
    ) throws(StoreError) {
        let width = candidates.shape[1]
        let numbers = candidates.ints
        for query in queries {
            let first = (query - queries.lowerBound) * width
            let named = numbers[first..<first + width].prefix { $0 >= 0 }
            let isProven = try add(block, named.map { Int($0) }, of: query)
            if !isProven { unproven.append(query) }
        }
    }

    /// Computes as a whole what was not proven of a block, once all of its queries were added.
    mutating func finish(_ block: PreparedBlock) throws(StoreError) {
        guard !unproven.isEmpty else { return }
        wholeBlockCount += unproven.count
        // Some of its rows are in the lists already, and would be there twice.
        for query in unproven { best[query].remove(block.rows) }
        try scan.add(block.rows, of: bank, queries: unproven, to: &best)
        unproven = []
    }

    /// Adds candidates in the order of their keys until no other row of the block can be among the nearest.
    ///
    /// - Returns: False if candidates end before that.
    private mutating func add(
        _ block: PreparedBlock, _ candidates: [Int], of query: Int
    ) throws(StoreError) -> Bool {
        let unit = RowPreparation.power(
            block.unitExponent(scan.metric, queryExponent: queryExponent))
        let length = lengths[query]
        // A row that is not examined has no larger key than one that is: it loses at least this, less the
        // error of its own key.
        var least = -Double.infinity
        for candidate in candidates {
            let number = block.rows.lowerBound + candidate
            if scan.excluded[query].contains(number) { continue }
            let distance = try self.distance(number, from: query)
            best[query].add(number, distance: distance)
            let error = bound.error(
                length: block.facts[candidate].length, query: length, unit: unit)
            least = max(least, bound.loss(distance) - error)
            let limit = best[query].limit
            guard limit.isFinite else { continue }
            let longest = min(block.longest, bound.reach(query: length, distance: limit))
            let others = bound.error(length: longest, query: length, unit: unit)
            if bound.isFarther(least: least - others, than: limit) { return true }
        }
        return candidates.count == block.rows.count
    }

    private mutating func distance(_ number: Int, from query: Int) throws(StoreError) -> Double {
        try bank.read(number..<number + 1, into: memory.values)
        return scan.metric.distance(
            UnsafeBufferPointer(memory.values), from: scan.queries[query])
    }
}

/// Room for one row.
private final class RowMemory {
    let values: UnsafeMutableBufferPointer<Float>

    init(width: Int) { values = .allocate(capacity: width) }

    deinit { values.deallocate() }
}
