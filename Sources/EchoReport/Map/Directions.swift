/// Eight vectors side by side, `[width, 8]`.
struct Directions {
    typealias Row = SIMD8<Double>
    var rows: [Row]

    init(width: Int) { rows = [Row](repeating: .zero, count: width) }

    init(_ rows: [Row]) { self.rows = rows }

    func column(_ index: Int) -> [Double] { rows.map { $0[index] } }

    mutating func scale(by factor: Double) {
        for index in rows.indices { rows[index] *= factor }
    }

    /// Times a matrix `[8, 8]`, whose columns say what each new vector is made of.
    func turned(_ matrix: [[Double]]) -> Directions {
        let weights = matrix.map { Row($0) }
        return Directions(
            rows.map { row in
                var result = Row.zero
                for index in weights.indices { result += row[index] * weights[index] }
                return result
            })
    }

    /// Made orthonormal (Gram-Schmidt, twice, since once leaves what rounding lost). A vector that
    /// lies within those before it becomes zero: there are no more directions than the rows have.
    func orthogonal() -> Directions {
        var result = self
        for index in 0..<Row.scalarCount {
            let before = result.length(index)
            for _ in 0..<2 {
                for earlier in 0..<index {
                    let overlap = result.rows.reduce(0) { $0 + $1[index] * $1[earlier] }
                    for row in result.rows.indices {
                        result.rows[row][index] -= overlap * result.rows[row][earlier]
                    }
                }
            }
            let length = result.length(index)
            let factor = length > 1e-12 * before ? 1 / length : 0
            for row in result.rows.indices { result.rows[row][index] *= factor }
        }
        return result
    }

    private func length(_ index: Int) -> Double {
        rows.reduce(0) { $0 + $1[index] * $1[index] }.squareRoot()
    }
}
