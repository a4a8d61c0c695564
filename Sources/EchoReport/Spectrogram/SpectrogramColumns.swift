import EchoInvariant

/// The values of a spectrogram, for a picture: each frame a column, or, if there are more frames
/// than a picture has room for, several frames a column.
///
/// Of several frames a column has the largest value of each bin, so that a single knock in an hour
/// is still seen.
package struct SpectrogramColumns: Sendable {
    package let grid: SpectrogramGrid
    package let columnCount: Int
    /// `[columns, bins]`; -infinity if nothing was added yet.
    private var values: [Float]

    /// - Parameter limit: Columns that there are to be at most, 1 or more.
    package init(_ grid: SpectrogramGrid, limit: Int = .max) {
        invariant(limit > 0, "a picture without columns")
        self.grid = grid
        columnCount = min(grid.frameCount, limit)
        values = Array(repeating: -.infinity, count: columnCount * grid.binCount)
    }

    /// Adds frames; those that are added twice count once.
    ///
    /// - Parameters:
    ///   - piece: `[bins, frames]`.
    ///   - first: The number of the first of them.
    package mutating func add(_ piece: [Float], first: Int, frameCount: Int) {
        invariant(
            piece.count == frameCount * grid.binCount && first >= 0
                && first + frameCount <= grid.frameCount,
            "\(piece.count) values for \(frameCount) frames from frame \(first)")
        for frame in 0..<frameCount {
            let place = column(of: first + frame) * grid.binCount
            for bin in 0..<grid.binCount {
                values[place + bin] = max(values[place + bin], piece[bin * frameCount + frame])
            }
        }
    }

    /// Frames of a column, at most.
    package var framesOfColumn: Int { (grid.frameCount + columnCount - 1) / columnCount }

    /// The levels that the colours of its picture span if nobody says which.
    package var range: ClosedRange<Double> {
        SpectrogramLevel.range(
            values.lazy.filter(\.isFinite), windowLength: grid.windowLength)
    }

    /// The largest value of these frames and bins.
    func maximum(frames: ClosedRange<Int>, bins: ClosedRange<Int>) -> Float {
        var result = -Float.infinity
        for column in column(of: frames.lowerBound)...column(of: frames.upperBound) {
            let place = column * grid.binCount
            for bin in bins { result = max(result, values[place + bin]) }
        }
        return result
    }

    private func column(of frame: Int) -> Int {
        let product = frame.multipliedFullWidth(by: columnCount)
        return grid.frameCount.dividingFullWidth((product.high, product.low)).quotient
    }
}
