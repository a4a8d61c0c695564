import EchoFormats
import EchoSignal
import EchoStore

/// How the recordings of a run are cut into shards, and a shard's into parts: a function of the
/// inputs alone, the same on every machine.
package enum OutputPlan {
    /// Bytes of recordings after which a part ends, however few they are: so that little is done
    /// again after a run was killed.
    package static let partByteLimit = 1 << 30

    /// Cuts inputs into shards of about the same number of bytes: the largest first, each to the
    /// shard that has least so far.
    ///
    /// - Returns: For each shard the indices of its inputs, in their order.
    package static func shards(_ inputs: InputList, count: Int) -> [[Int]] {
        guard count > 1 else { return [Array(inputs.indices)] }
        var shards = [[Int]](repeating: [], count: count)
        ShardOrder(inputs).forEach(count: count) { index, shard in shards[shard].append(index) }
        return shards.map { $0.sorted() }
    }

    /// Inputs in the order in which they go to shards, whatever the number of these.
    struct ShardOrder {
        private let byteCounts: [Int]
        private let largestFirst: [Int]

        init(_ inputs: InputList) {
            let byteCounts = inputs.indices.map { inputs.facts(of: $0).byteCount }
            self.byteCounts = byteCounts
            largestFirst = inputs.indices.sorted {
                (byteCounts[$1], $0) < (byteCounts[$0], $1)
            }
        }

        /// Passes on each input with its shard of `count`.
        func forEach(count: Int, _ take: (_ input: Int, _ shard: Int) -> Void) {
            var loads = ShardLoads(count: count)
            for index in largestFirst {
                // At least 1, so that inputs of unknown size are spread by their number.
                take(index, loads.addToLightest(max(1, byteCounts[index])))
            }
        }

        /// The sum of what the inputs of a shard take, of the shard that takes most.
        func longestLoad(of costs: [Double], count: Int) -> Double {
            var sums = [Double](repeating: 0, count: count)
            forEach(count: count) { index, shard in sums[shard] += costs[index] }
            return sums.max() ?? 0
        }
    }

    /// The inputs of one shard.
    package static func share(_ shard: Shard, of inputs: InputList) -> InputList {
        shard.count == 1
            ? inputs : inputs.selecting(shards(inputs, count: shard.count)[shard.index])
    }

    /// Cuts inputs into parts of up to `size` recordings and about ``partByteLimit`` bytes.
    ///
    /// Where a part ends depends only on what comes before: a run that begins after a committed part
    /// cuts the rest as the run before would have.
    package static func parts(_ inputs: InputList, size: Int, byteLimit: Int = partByteLimit)
        -> [Range<Int>]
    {
        var parts: [Range<Int>] = []
        var (start, byteCount) = (0, 0)
        for index in inputs.indices {
            byteCount = byteCount.addingClamped(inputs.facts(of: index).byteCount)
            if index + 1 - start == size || byteCount >= byteLimit || index == inputs.count - 1 {
                parts.append(start..<index + 1)
                (start, byteCount) = (index + 1, 0)
            }
        }
        return parts
    }

    /// Tells one list of inputs from another: what ``shards(_:count:)`` depends on.
    package static func digest(_ inputs: InputList) -> String {
        var hash = SHA256()
        for index in inputs.indices {
            inputs.withID(of: index) { hash.update($0) }
            hash.update("\0\(inputs.facts(of: index).byteCount)\0".utf8)
        }
        return hash.finalize().prefix(8).hexadecimalDigits
    }
}
