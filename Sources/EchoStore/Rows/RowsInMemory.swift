import EchoInvariant

/// Rows in memory, C order `[rowCount, width]`.
package struct RowsInMemory: RowSource {
    package let width: Int
    package let values: [Float]

    package var rowCount: Int { width == 0 ? 0 : values.count / width }

    /// - Precondition: `values` holds whole rows.
    package init(_ values: [Float], width: Int) {
        invariant(
            width == 0 ? values.isEmpty : values.count.isMultiple(of: width),
            "\(values.count) values are no rows of \(width)")
        (self.values, self.width) = (values, width)
    }

    package func read(
        _ rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Float>
    ) throws(StoreError) {
        _ = destination.update(
            fromContentsOf: values[rows.lowerBound * width..<rows.upperBound * width])
    }
}
