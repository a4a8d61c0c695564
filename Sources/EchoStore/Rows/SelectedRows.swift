/// Some rows of another source, by their numbers: row `i` is its row `numbers[i]`.
package struct SelectedRows: RowSource {
    package let numbers: [Int]
    private let source: any RowSource

    package var width: Int { source.width }
    package var rowCount: Int { numbers.count }

    /// - Precondition: every number is a row of `source`.
    package init(_ numbers: [Int], of source: any RowSource) {
        (self.numbers, self.source) = (numbers, source)
    }

    package func name(ofRow row: Int) -> String { source.name(ofRow: numbers[row]) }

    /// Rows that follow one another in the source are read together.
    package func read(
        _ rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Float>
    ) throws(StoreError) {
        var row = rows.lowerBound
        while row < rows.upperBound {
            let first = numbers[row]
            var end = row + 1
            while end < rows.upperBound, numbers[end] == first + end - row { end += 1 }
            let start = (row - rows.lowerBound) * width
            try source.read(
                first..<first + end - row,
                into: UnsafeMutableBufferPointer(
                    rebasing: destination[start..<start + (end - row) * width]))
            row = end
        }
    }
}
