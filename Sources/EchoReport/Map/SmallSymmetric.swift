/// A symmetric matrix of a few rows.
package struct SmallSymmetric {
    private var values: [[Double]]

    /// - Parameter values: Symmetric except for rounding.
    package init(_ values: [[Double]]) {
        self.values = values
        for row in values.indices {
            for column in values.indices {
                self.values[row][column] = (values[row][column] + values[column][row]) / 2
            }
        }
    }

    /// Its eigenvalues, largest first, and in the columns of a matrix the eigenvectors, by Jacobi's
    /// rotations (Golub and Van Loan, Matrix Computations, 4th edition, 8.5).
    package func eigenvectors() -> (values: [Double], vectors: [[Double]]) {
        let size = values.count
        var (matrix, vectors) = (values, values)
        for row in 0..<size {
            for column in 0..<size { vectors[row][column] = row == column ? 1 : 0 }
        }
        // Each sweep squares what is left beside the diagonal: eight rows need six or seven.
        for _ in 0..<30 {
            for first in 0..<size {
                for second in first + 1..<size {
                    Self.rotate(&matrix, &vectors, first, second)
                }
            }
        }
        let order = (0..<size).sorted { matrix[$0][$0] > matrix[$1][$1] }
        return (
            order.map { matrix[$0][$0] },
            vectors.map { row in order.map { row[$0] } }
        )
    }

    /// The rotation in the plane of two rows that makes their common element zero.
    private static func rotate(
        _ matrix: inout [[Double]], _ vectors: inout [[Double]], _ first: Int, _ second: Int
    ) {
        let beside = matrix[first][second]
        guard beside != 0 else { return }
        let ratio = (matrix[second][second] - matrix[first][first]) / (2 * beside)
        let tangent = (ratio < 0 ? -1 : 1) / (abs(ratio) + (1 + ratio * ratio).squareRoot())
        let cosine = 1 / (1 + tangent * tangent).squareRoot()
        let sine = tangent * cosine
        for row in matrix.indices {
            let (left, right) = (matrix[row][first], matrix[row][second])
            matrix[row][first] = cosine * left - sine * right
            matrix[row][second] = sine * left + cosine * right
        }
        for column in matrix.indices {
            let (upper, lower) = (matrix[first][column], matrix[second][column])
            matrix[first][column] = cosine * upper - sine * lower
            matrix[second][column] = sine * upper + cosine * lower
        }
        for row in vectors.indices {
            let (left, right) = (vectors[row][first], vectors[row][second])
            vectors[row][first] = cosine * left - sine * right
            vectors[row][second] = sine * left + cosine * right
        }
    }
}
