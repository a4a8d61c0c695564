import Dispatch
import EchoStore
import Synchronization

/// What the host knows of a block of rows that a device multiplies: numbers for each row, not its values.
struct PreparedBlock: Sendable {
    /// Its rows in the bank.
    let rows: Range<Int>
    let facts: [RowPreparation.Row]
    /// The largest of their lengths, and of their exponents.
    let longest: Double
    let largestExponent: Int

    init(rows: Range<Int>, facts: [RowPreparation.Row]) {
        (self.rows, self.facts) = (rows, facts)
        longest = facts.reduce(0) { max($0, $1.length) }
        largestExponent = facts.reduce(Int.min) { max($0, $1.exponent) }
    }

    /// The power of two that keys count in, where queries were divided by 2 to the `queryExponent`: such that no
    /// scale exceeds 1, and no offset.
    func unitExponent(_ metric: Metric, queryExponent: Int) -> Int {
        metric == .cosine ? 0 : 1 + 2 * max(largestExponent, queryExponent)
    }

    /// What a sum of products is multiplied by to give a key, for each row.
    func scale(_ metric: Metric, queryExponent: Int, to output: UnsafeMutableBufferPointer<Float>) {
        let unit = unitExponent(metric, queryExponent: queryExponent)
        for (index, row) in facts.enumerated() {
            output[index] =
                metric == .cosine
                ? 1 : Float(RowPreparation.power(1 + row.exponent + queryExponent - unit))
        }
    }

    /// What is added to that.
    func offset(_ metric: Metric, queryExponent: Int, to output: UnsafeMutableBufferPointer<Float>)
    {
        let unit = RowPreparation.power(-unitExponent(metric, queryExponent: queryExponent))
        for (index, row) in facts.enumerated() { output[index] = Float(row.offset * unit) }
    }

    /// Reads rows of a bank and writes them as devices take them, on all cores.
    ///
    /// - Throws: `StoreError` if a row cannot be read, or holds a value that is not finite.
    static func read(
        _ rows: Range<Int>, of bank: any RowSource, _ preparation: RowPreparation,
        to output: UnsafeMutableBufferPointer<Float>
    ) throws(StoreError) -> PreparedBlock {
        let width = bank.width
        // A piece stays in a core's cache between reading and preparing it.
        let step = max((256 << 10) / max(4 * width, 1), 1)
        let count = (rows.count + step - 1) / step
        let failure = Mutex<StoreError?>(nil)
        var facts = [RowPreparation.Row](repeating: .init(), count: rows.count)
        // Sendable: every piece writes to its own part of both, and all have ended before they are read.
        struct Target: @unchecked Sendable {
            let values: UnsafeMutableBufferPointer<Float>
            let facts: UnsafeMutableBufferPointer<RowPreparation.Row>
        }
        facts.withUnsafeMutableBufferPointer { facts in
            let target = Target(values: output, facts: facts)
            DispatchQueue.concurrentPerform(iterations: count) { number in
                let first = number * step
                let piece = first..<min(first + step, rows.count)
                do throws(StoreError) {
                    try prepare(
                        piece, from: rows.lowerBound, of: bank, preparation, to: target.values,
                        target.facts)
                } catch {
                    failure.withLock { $0 = $0 ?? error }
                }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
        return PreparedBlock(rows: rows, facts: facts)
    }

    private static func prepare(
        _ piece: Range<Int>, from first: Int, of bank: any RowSource,
        _ preparation: RowPreparation, to output: UnsafeMutableBufferPointer<Float>,
        _ facts: UnsafeMutableBufferPointer<RowPreparation.Row>
    ) throws(StoreError) {
        let width = bank.width
        let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: piece.count * width)
        defer { memory.deallocate() }
        try bank.read(first + piece.lowerBound..<first + piece.upperBound, into: memory)
        for index in piece {
            let start = (index - piece.lowerBound) * width
            guard let values = output.baseAddress else { return }
            facts[index] = preparation.prepare(
                UnsafeBufferPointer(memory).extracting(start..<start + width),
                to: values + index * width)
            guard facts[index].length.isFinite else {
                throw bank.notFinite(row: first + index)
            }
        }
    }
}
