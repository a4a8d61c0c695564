import EchoInvariant
import EchoStore
import EchoTensor

/// A bank whose rows are prepared once and kept, for many searches: as much memory again as its rows take.
package final class PreparedBank: RowSource {
    package let metric: Metric
    let preparation: RowPreparation
    /// Blocks, and their rows as devices take them, `[R, width]`.
    let blocks: [(block: PreparedBlock, rows: HostTensor)]
    private let source: any RowSource

    package var width: Int { source.width }
    package var rowCount: Int { source.rowCount }

    /// - Throws: `StoreError` if a row cannot be read, or holds a value that is not finite.
    package init(
        _ source: any RowSource, by metric: Metric, blockByteCount: Int = BlockSize.usual
    ) throws {
        (self.source, self.metric) = (source, metric)
        let preparation = try RowPreparation(metric, source)
        self.preparation = preparation
        let step = BlockSize.rows(byteCount: blockByteCount, width: source.width)
        blocks = try stride(from: 0, to: source.rowCount, by: step).map { first in
            let rows = first..<min(first + step, source.rowCount)
            var block: PreparedBlock?
            let tensor = try HostTensor([rows.count, source.width]) {
                block = try PreparedBlock.read(rows, of: source, preparation, to: $0)
            }
            guard let block else { invariantFailure("a block was not prepared") }
            return (block, tensor)
        }
    }

    package func read(
        _ rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Float>
    ) throws(StoreError) {
        try source.read(rows, into: destination)
    }

    package func name(ofRow row: Int) -> String { source.name(ofRow: row) }
}
