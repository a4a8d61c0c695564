import EchoGraph
import EchoInvariant
import EchoStore
import EchoTensor
import Synchronization

/// A search on a device, which tells how often float32 was not enough.
package protocol DeviceSearch: NearestFinder {
    /// Blocks that the last search computed as a whole in float64, for how many queries.
    var wholeBlockCount: Int { get }
}

/// Nearest rows by products on a device: the same answer as ``ExactNearest``, whatever the device and the blocks.
///
/// A bank is read in blocks; while the device multiplies one with the queries and keeps the rows of the largest
/// keys, the host reads the next. Of the rows that the device names the host computes distances in float64, in the
/// order of their keys, until ``GainBound`` proves that no other row of the block can be among the nearest. Where
/// it does not, since too many rows are as near as float32 can tell, the host computes the whole block.
///
/// Memory: two blocks of rows, a block of scores, and 24 bytes a row of both; never the bank, unless it is a
/// ``PreparedBank``, which a device keeps as long as its backend lives.
package final class NearestSearch<Primary: Backend, Fallback: Backend>: DeviceSearch,
    @unchecked Sendable
{
    // Sendable: both are used by one search at a time, under the lock.
    private let executor: Executor<Primary, Fallback>
    /// Constants that the search at hand gave the backends.
    private var constants: [HostTensor] = []
    /// What stood unproven in the last search.
    private let lock = Mutex(0)
    private let blockByteCount: Int
    private let progress: (@Sendable (_ rowsDone: Int) -> Void)?

    /// Rows that are named beside those that are asked for: near ones in float64 that float32 puts further
    /// down, and rows that are left out.
    private static var spareCandidates: Int { 48 }

    /// Blocks that are under way: one on the device, one on its way there.
    private static var depth: Int { 2 }

    /// - Parameters:
    ///   - executor: Of a backend that computes in float32 on its vector units, used by nobody else.
    ///   - blockByteCount: Bytes of rows that the device is given at a time.
    ///   - progress: Told after each block how many rows of the bank are done.
    package init(
        _ executor: Executor<Primary, Fallback>, blockByteCount: Int = BlockSize.usual,
        progress: (@Sendable (_ rowsDone: Int) -> Void)? = nil
    ) {
        (self.executor, self.blockByteCount) = (executor, blockByteCount)
        self.progress = progress
    }

    package var wholeBlockCount: Int { lock.withLock { $0 } }

    package func nearest(
        _ count: Int, to queries: RowsInMemory, in bank: any RowSource, by metric: Metric,
        excluding excluded: [[Int]]
    ) throws -> [[Neighbour]] {
        let list = try NearestQueries(count, queries, bank, excluded)
        guard list.rowCount > 0, bank.rowCount > 0 else {
            return [[Neighbour]](repeating: [], count: list.rowCount)
        }
        return try lock.withLock { wholeBlockCount in
            try queries.values.withUnsafeBufferPointer { values in
                let preparation =
                    try (bank as? PreparedBank).flatMap { $0.metric == metric ? $0 : nil }?
                    .preparation ?? RowPreparation(metric, bank)
                let prepared = PreparedQueries(preparation, values, width: list.width)
                constants = prepared.constants
                defer { forgetConstants() }
                var proof = NearestProof(
                    count, list, values, prepared, bank, preparation)
                if let bank = bank as? PreparedBank, bank.metric == metric {
                    try searchResident(bank, prepared, count, &proof)
                } else {
                    try search(bank, preparation, prepared, count, &proof)
                }
                wholeBlockCount = proof.wholeBlockCount
                return proof.neighbours
            }
        }
    }

    /// Lets the backends forget the queries, and what else no other search has.
    private func forgetConstants() {
        for constant in constants {
            executor.primary.forget(constant)
            executor.fallback.forget(constant)
        }
        constants = []
    }

    /// A block that the device was given.
    private struct Pending {
        let submission: Submission
        let graph: BlockGraph
        let block: PreparedBlock
    }

    private func search(
        _ bank: any RowSource, _ preparation: RowPreparation, _ queries: PreparedQueries,
        _ count: Int, _ proof: inout NearestProof
    ) throws {
        let step = BlockSize.rows(byteCount: blockByteCount, width: bank.width)
        var graph: BlockGraph?
        try inOrder(stride(from: 0, to: bank.rowCount, by: step), &proof) { first in
            let rows = first..<min(first + step, bank.rowCount)
            let current: BlockGraph
            if let graph, rows.count == step {
                current = graph
            } else {
                current = try makeGraph(rows.count, queries, count)
                graph = current
            }
            return try submit(rows, of: bank, preparation, queries, current)
        }
    }

    private func searchResident(
        _ bank: PreparedBank, _ queries: PreparedQueries, _ count: Int,
        _ proof: inout NearestProof
    ) throws {
        try inOrder(bank.blocks, &proof) { block, rows in
            let graph = try makeGraph(block.rows.count, queries, count, resident: rows)
            let submission = try executor.submit(
                graph.graph, inputs: terms(of: { block }, block.rows.count, queries))
            return Pending(submission: submission, graph: graph, block: block)
        }
    }

    /// Submits blocks one after the other, and looks at each while the next ones are under way.
    private func inOrder<Blocks: Sequence>(
        _ blocks: Blocks, _ proof: inout NearestProof,
        submit: (Blocks.Element) throws -> Pending
    ) throws {
        var pending: [Pending] = []
        do {
            for block in blocks {
                pending.append(try submit(block))
                if pending.count == Self.depth { try finish(&pending, &proof) }
            }
            while !pending.isEmpty { try finish(&pending, &proof) }
        } catch {
            // What is under way still uses the memory.
            try? executor.primary.finish()
            for run in pending { executor.retire(run.submission) }
            throw error
        }
    }

    private func finish(_ pending: inout [Pending], _ proof: inout NearestProof) throws {
        let run = pending[0]
        let outputs = try run.submission.wait()
        pending.removeFirst()
        executor.retire(run.submission)
        for (name, queries) in run.graph.outputs {
            guard let candidates = outputs[name] else { invariantFailure("\(name) is missing") }
            try proof.add(run.block, candidates, of: queries)
        }
        try proof.finish(run.block)
        progress?(run.block.rows.upperBound)
    }

    private func makeGraph(
        _ rowCount: Int, _ queries: PreparedQueries, _ count: Int, resident: HostTensor? = nil
    ) throws -> BlockGraph {
        let graph = try BlockGraph(
            rowCount: rowCount, queries: queries,
            candidates: min(count + Self.spareCandidates, rowCount), resident: resident)
        constants.append(graph.groups)
        return graph
    }

    /// Reads a block to where the device takes it from, and gives it to the device.
    private func submit(
        _ rows: Range<Int>, of bank: any RowSource, _ preparation: RowPreparation,
        _ queries: PreparedQueries, _ graph: BlockGraph
    ) throws -> Pending {
        var block = PreparedBlock(rows: rows, facts: [])
        var failure: StoreError?
        let input = GraphInput([rows.count, bank.width]) { destination in
            do throws(StoreError) {
                block = try PreparedBlock.read(rows, of: bank, preparation, to: destination)
            } catch {
                // The run goes to its end, on zeros, and nobody looks at it.
                destination.update(repeating: 0)
                block = PreparedBlock(
                    rows: rows, facts: [RowPreparation.Row](repeating: .init(), count: rows.count))
                failure = error
            }
        }
        // The rows are sent before what depends on them: inputs are in the order of the graph.
        var inputs = terms(of: { block }, rows.count, queries)
        inputs[BlockGraph.rows] = input
        let submission = try executor.submit(graph.graph, inputs: inputs)
        if let failure {
            try? executor.primary.finish()
            executor.retire(submission)
            throw failure
        }
        return Pending(submission: submission, graph: graph, block: block)
    }

    /// The inputs that turn sums of products into keys.
    private func terms(
        of block: @escaping () -> PreparedBlock, _ rowCount: Int, _ queries: PreparedQueries
    ) -> [String: GraphInput] {
        let (metric, exponent) = (queries.metric, queries.exponent)
        return [
            BlockGraph.scale: GraphInput([rowCount]) {
                block().scale(metric, queryExponent: exponent, to: $0)
            },
            BlockGraph.offset: GraphInput([rowCount]) {
                block().offset(metric, queryExponent: exponent, to: $0)
            },
        ]
    }
}
