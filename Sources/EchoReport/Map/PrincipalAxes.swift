import EchoInvariant
import EchoStore

/// The two directions in which rows vary most: what a map of embeddings is drawn along.
///
/// Found by subspace iteration: eight directions are multiplied by the rows' covariance, made
/// orthogonal again and turned by the eigenvectors of the covariance within them (Rayleigh-Ritz),
/// until the first two are still. The covariance itself, `[width, width]`, is never made: a step
/// reads the rows once. Always the same for the same rows: it begins with directions of fixed
/// numbers, and each axis points to where its largest component is positive.
package struct PrincipalAxes: Sendable {
    /// Directions that are followed at once, of which two are wanted: the more, the sooner they
    /// stand still (Halko, Martinsson, Tropp 2011, arXiv 0909.4061, section 4.5).
    private typealias Block = SIMD8<Float>
    private static let blockSize = 8
    /// Steps after which it ends anyway. Axes that turn still then belong to variances so alike
    /// that every direction between them shows as much.
    private static let stepLimit = 100
    /// The length of what covariance times axis has beside the axis, relative to the largest
    /// variance.
    private static let residualLimit = 1e-4

    package let mean: [Float]
    /// Two unit vectors of the rows' width.
    package let axes: [[Float]]
    /// Variances of the rows along the axes, divided by the number of rows.
    package let variances: [Double]
    /// Sum of the variances of all columns.
    package let totalVariance: Double

    /// - Precondition: At least one row, every value finite.
    package init(_ rows: RowsInMemory) {
        invariant(rows.rowCount > 0, "axes of no rows")
        let (mean, total) = Self.moments(rows)
        (self.mean, totalVariance) = (mean, total)
        var basis = Self.start(width: rows.width)
        var variances = [Double](repeating: 0, count: Self.blockSize)
        for _ in 0..<Self.stepLimit {
            let image = Self.covariance(rows, mean, times: basis)
            let turned = SmallSymmetric(Self.products(basis, image)).eigenvectors()
            variances = turned.values.map { max($0, 0) }
            let (axes, images) = (basis.turned(turned.vectors), image.turned(turned.vectors))
            if Self.residual(axes, images, variances) <= Self.residualLimit * variances[0] {
                basis = axes
                break
            }
            basis = images.orthogonal()
        }
        self.variances = Array(variances.prefix(2))
        axes = (0..<2).map { Self.pointed(basis.column($0)) }
    }

    /// Where each row lies on the map: its place along both axes, from the mean.
    package func places(of rows: RowsInMemory) -> [SIMD2<Float>] {
        let offset = SIMD2(
            Self.product(mean[...], axes[0]), Self.product(mean[...], axes[1]))
        return (0..<rows.rowCount).map { row in
            let values = rows.values[row * rows.width..<(row + 1) * rows.width]
            return SIMD2(Self.product(values, axes[0]), Self.product(values, axes[1])) - offset
        }
    }

    /// Rows times a power of two, so that squares of their values are float32 numbers and no infinity
    /// and no zero: axes and shares of the variance stay as they are.
    package static func scaled(_ values: inout [Float]) {
        let largest = values.reduce(Float(0)) { max($0, $1.magnitude) }
        guard largest > 0, !(0x1p-20...0x1p20).contains(largest) else { return }
        let exponent = largest.exponent
        for index in values.indices {
            values[index] = Float(sign: .plus, exponent: -exponent, significand: values[index])
        }
    }

    // MARK: Steps

    private static func moments(_ rows: RowsInMemory) -> (mean: [Float], variance: Double) {
        var sums = [Double](repeating: 0, count: rows.width)
        var squares = sums
        for row in 0..<rows.rowCount {
            for column in 0..<rows.width {
                let value = Double(rows.values[row * rows.width + column])
                sums[column] += value
                squares[column] += value * value
            }
        }
        let count = Double(rows.rowCount)
        let total = zip(sums, squares).reduce(0.0) { total, column in
            total + max(column.1 / count - (column.0 / count) * (column.0 / count), 0)
        }
        return (sums.map { Float($0 / count) }, total)
    }

    /// Numbers of a fixed sequence (SplitMix64), made orthogonal.
    private static func start(width: Int) -> Directions {
        var state: UInt64 = 0
        func next() -> Float {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return Float(Int64(bitPattern: mixed ^ (mixed >> 31)) >> 40) / 8_388_608
        }
        let rows = (0..<width).map { _ in
            Directions.Row((0..<blockSize).map { _ in Double(next()) })
        }
        return Directions(rows).orthogonal()
    }

    /// Covariance times directions: for each row its places along them, then their sum, weighted by
    /// the rows. Float32 within 256 rows, whose sums are added in float64.
    private static func covariance(
        _ rows: RowsInMemory, _ mean: [Float], times basis: Directions
    ) -> Directions {
        let (width, directions) = (rows.width, basis.rows.map { Block($0) })
        var offset = Block.zero
        for (value, direction) in zip(mean, directions) { offset += value * direction }
        var result = Directions(width: width)
        var sums = [Block](repeating: .zero, count: width)
        rows.values.withUnsafeBufferPointer { values in
            for first in stride(from: 0, to: rows.rowCount, by: 256) {
                for row in first..<min(first + 256, rows.rowCount) {
                    let values = values.extracting(row * width..<(row + 1) * width)
                    var place = -offset
                    for column in 0..<width { place += values[column] * directions[column] }
                    for column in 0..<width {
                        sums[column] += (values[column] - mean[column]) * place
                    }
                }
                for column in 0..<width {
                    result.rows[column] += Directions.Row(sums[column])
                    sums[column] = .zero
                }
            }
        }
        result.scale(by: 1 / Double(rows.rowCount))
        return result
    }

    private static func products(_ left: Directions, _ right: Directions) -> [[Double]] {
        (0..<blockSize).map { first in
            (0..<blockSize).map { second in
                zip(left.rows, right.rows).reduce(0) { $0 + $1.0[first] * $1.1[second] }
            }
        }
    }

    /// The larger of what the images of the first two axes have beside them.
    private static func residual(
        _ axes: Directions, _ images: Directions, _ variances: [Double]
    ) -> Double {
        (0..<2).map { axis in
            zip(axes.rows, images.rows).reduce(0.0) { sum, pair in
                let beside = pair.1[axis] - variances[axis] * pair.0[axis]
                return sum + beside * beside
            }.squareRoot()
        }.max() ?? 0
    }

    private static func pointed(_ axis: [Double]) -> [Float] {
        let largest = axis.max { abs($0) < abs($1) } ?? 0
        return axis.map { Float(largest < 0 ? -$0 : $0) }
    }

    private static func product(_ values: ArraySlice<Float>, _ axis: [Float]) -> Float {
        var sum = 0.0
        for (value, weight) in zip(values, axis) { sum += Double(value) * Double(weight) }
        return Float(sum)
    }
}
