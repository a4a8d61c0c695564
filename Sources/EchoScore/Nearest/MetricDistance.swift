import EchoCPUVectors

extension Metric {
    /// SIREN's term beside a length, so that a row of zeros has a direction: none.
    static let lengthTerm = 1e-10

    /// What stands for a query in ``distance(_:from:)``: computed once.
    struct Query {
        let values: UnsafeBufferPointer<Float>
        /// |q|.
        let length: Double

        init(_ values: UnsafeBufferPointer<Float>) {
            self.values = values
            length = Metric.length(values)
        }
    }

    /// The distance of a row from a query, in float64; the same bits on every processor.
    func distance(_ row: UnsafeBufferPointer<Float>, from query: Query) -> Double {
        guard let x = row.baseAddress, let y = query.values.baseAddress else {
            return self == .cosine ? 1 : 0
        }
        switch self {
        case .cosine:
            let product = echo_row_dot(x, y, row.count)
            return 1 - product
                / ((Self.length(row) + Self.lengthTerm) * (query.length + Self.lengthTerm))
        case .euclidean:
            return echo_row_squared_distance(x, y, row.count).squareRoot()
        }
    }

    /// |x|; NaN or infinite exactly if a value of x is.
    static func length(_ row: UnsafeBufferPointer<Float>) -> Double {
        guard let x = row.baseAddress else { return 0 }
        return echo_row_dot(x, x, row.count).squareRoot()
    }

    /// The distance between two embeddings of one width.
    package func distance(_ x: [Float], _ y: [Float]) -> Double {
        x.withUnsafeBufferPointer { x in
            y.withUnsafeBufferPointer { distance(x, from: Query($0)) }
        }
    }
}
