import EchoCPUVectors
import EchoGraph

extension TopK: CPUOperation {
    /// Columns of scores that a task takes: 64 bytes of each row.
    private static let columnsOfTask = 16

    func run(on inputs: [CPUView], to output: UnsafeMutablePointer<Int32>) {
        let (scores, scale, offset) = (inputs[0].floats, inputs[1].floats, inputs[2].floats)
        let (rows, queries) = (inputs[0].shape[0], inputs[0].shape[1])
        let width = Self.columnsOfTask
        concurrently((queries + width - 1) / width) { task in
            let first = task * width
            let columns = min(width, queries - first)
            var best = [LargestKeys](
                repeating: LargestKeys(count: min(count, rows)), count: columns)
            var limits = [Float](repeating: -.infinity, count: columns)
            var keys = limits
            var row = 0
            while true {
                // Most rows are not among the nearest of any query: they are skipped in C.
                row = echo_next_above(
                    scores + first, queries, columns, scale, offset, row, rows, limits, &keys)
                guard row < rows else { break }
                for column in 0..<columns where keys[column] > limits[column] {
                    limits[column] = best[column].add(keys[column], row: row)
                }
                row += 1
            }
            for column in 0..<columns {
                let place = output + (first + column) * count
                place.update(repeating: -1, count: count)
                for (index, row) in best[column].rows().enumerated() { place[index] = row }
            }
        }
    }
}

/// The rows of the largest keys among those added so far, in ascending order of rows.
private struct LargestKeys {
    private let count: Int
    /// A key and its row as one number, greater where the key is, or of equal keys where the row is lower;
    /// up to twice as many as are wanted.
    private var ranks: [UInt64] = []
    /// What a key must exceed to be wanted: of equal ones the row that came first is.
    private var limit = -Float.infinity

    init(count: Int) { self.count = count }

    /// Returns what the next key has to exceed.
    mutating func add(_ key: Float, row: Int) -> Float {
        ranks.append(UInt64(Self.order(key)) << 32 | UInt64(~UInt32(row)))
        if ranks.count == 2 * count {
            keepLargest()
            limit = Self.key(UInt32(ranks[count - 1] >> 32))
        }
        return limit
    }

    /// The rows, that of the largest key first.
    mutating func rows() -> [Int32] {
        keepLargest()
        return ranks.map { Int32(~UInt32(truncatingIfNeeded: $0)) }
    }

    private mutating func keepLargest() {
        ranks.sort(by: >)
        ranks.removeLast(max(ranks.count - count, 0))
    }

    /// Bits that are ordered as the numbers are, -0 as 0.
    private static func order(_ key: Float) -> UInt32 {
        let bits = (key + 0).bitPattern
        return bits >> 31 == 0 ? bits | 1 << 31 : ~bits
    }

    /// The number of such bits.
    private static func key(_ order: UInt32) -> Float {
        Float(bitPattern: order >> 31 == 1 ? order ^ 1 << 31 : ~order)
    }
}
