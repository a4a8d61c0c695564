import EchoInvariant

/// The rows of several sources of one width, one source after the other.
package struct JoinedRows: RowSource {
    package let width: Int
    package let rowCount: Int
    private let sources: [any RowSource]
    /// The number of each source's first row.
    private let starts: [Int]

    /// - Precondition: there is a source, and all have the same width.
    package init(_ sources: [any RowSource]) {
        invariant(!sources.isEmpty, "rows of no source have no width")
        let width = sources[0].width
        invariant(
            sources.allSatisfy { $0.width == width }, "\(sources.map(\.width)) are several widths")
        var starts: [Int] = []
        var count = 0
        for source in sources {
            starts.append(count)
            count += source.rowCount
        }
        (self.width, self.sources, self.starts, rowCount) = (width, sources, starts, count)
    }

    package func name(ofRow row: Int) -> String {
        let place = starts.lastIndex { $0 <= row } ?? 0
        return sources[place].name(ofRow: row - starts[place])
    }

    package func read(
        _ rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Float>
    ) throws(StoreError) {
        for (source, start) in zip(sources, starts) {
            let here = rows.clamped(to: start..<start + source.rowCount)
            guard !here.isEmpty else { continue }
            let place = (here.lowerBound - rows.lowerBound) * width
            try source.read(
                here.lowerBound - start..<here.upperBound - start,
                into: UnsafeMutableBufferPointer(
                    rebasing: destination[place..<place + here.count * width]))
        }
    }
}
