import EchoCPUVectors
import EchoStore

/// Turns rows into what a device multiplies in float32, so that little is lost where all rows lie close together.
///
/// With `cosine`, x becomes its unit vector x / (|x| + 1e-10), with `euclidean` it stays; then the bank's mean μ is
/// taken away from both sides. With z of a row and w of a query, what is left to compute is small if all are
/// alike, and so are its roundings:
///
/// - cosine: `1 - (z + μ)·(w + μ) = constant of the query - (z·w + z·μ)`
/// - euclidean: `|z - w|² = |w|² - (2 z·w - |z|²)`
///
/// What is in brackets is a row's **gain**: the larger, the nearer. With `euclidean`, z is stored times a power of
/// two that brings its length to 1 or a little below, so that nothing overflows.
struct RowPreparation: Sendable {
    let metric: Metric
    /// μ.
    let mean: [Float]

    /// Rows whose mean is taken: others would do as well, the answer does not depend on them.
    private static let sampleCount = 256

    /// What became of one row.
    struct Row {
        /// |z|; not finite if a value of the row is not.
        var length = 0.0
        /// The power of two that z is stored divided by.
        var exponent = 0
        /// `z·μ` with `cosine`, `-|z|²` with `euclidean`.
        var offset = 0.0
    }

    init(_ metric: Metric, mean: [Float]) { (self.metric, self.mean) = (metric, mean) }

    /// The mean of some rows of `bank`, spread evenly over it.
    ///
    /// - Throws: `StoreError` if a row cannot be read, or holds a value that is not finite.
    init(_ metric: Metric, _ bank: any RowSource) throws(StoreError) {
        let width = bank.width
        let count = min(bank.rowCount, Self.sampleCount)
        var sums = [Double](repeating: 0, count: width)
        let row = UnsafeMutableBufferPointer<Float>.allocate(capacity: width)
        defer { row.deallocate() }
        for sample in 0..<count {
            let number = sample * bank.rowCount / count
            try bank.read(number..<number + 1, into: row)
            let length = Metric.length(UnsafeBufferPointer(row))
            guard length.isFinite else { throw bank.notFinite(row: number) }
            let factor = metric == .cosine ? 1 / (length + Metric.lengthTerm) : 1
            for column in 0..<width { sums[column] += Double(row[column]) * factor }
        }
        self.init(metric, mean: sums.map { Float($0 / Double(max(count, 1))) })
    }

    /// |μ|.
    var meanLength: Double { mean.withUnsafeBufferPointer(Metric.length) }

    /// Writes a row as the device takes it to `output`.
    ///
    /// - Parameter fixedExponent: The power of two, if it is that of other rows.
    func prepare(
        _ row: UnsafeBufferPointer<Float>, to output: UnsafeMutablePointer<Float>,
        exponent fixedExponent: Int? = nil
    ) -> Row {
        guard let x = row.baseAddress else { return Row() }
        return mean.withUnsafeBufferPointer { mean in
            guard let mean = mean.baseAddress else { return Row() }
            switch metric {
            case .cosine:
                let length = Metric.length(row)
                guard length.isFinite else { return Row(length: length) }
                let factor = 1 / (length + Metric.lengthTerm)
                let prepared = echo_row_prepare(x, factor, mean, 1, output, row.count)
                return Row(length: prepared.squares.squareRoot(), offset: prepared.shift)
            case .euclidean:
                let squares = echo_row_squared_distance(x, mean, row.count)
                guard squares.isFinite else { return Row(length: squares) }
                let length = squares.squareRoot()
                let exponent = fixedExponent ?? Self.exponent(of: length)
                _ = echo_row_prepare(x, 1, mean, Self.power(-exponent), output, row.count)
                return Row(length: length, exponent: exponent, offset: -squares)
            }
        }
    }

    /// The least power of two that no length below it reaches: 0 for rows without a length.
    static func exponent(of length: Double) -> Int {
        length > 0 ? Int(length.exponent) + 1 : 0
    }

    static func power(_ exponent: Int) -> Double {
        Double(sign: .plus, exponent: exponent, significand: 1)
    }
}
