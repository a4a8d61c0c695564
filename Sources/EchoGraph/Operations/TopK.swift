import EchoTensor

/// The largest rows of each column: which rows of a table are nearest to each query.
///
/// Inputs: scores float32 `[R, Q]` (rows of the table x queries), scale float32 `[R]`, offset float32
/// `[R]`. Output: int32 `[Q, k]`: for each query the rows with the `k` largest keys
/// `fma(scores[r, q], scale[r], offset[r])`, the largest first, of equal keys the lower row; -1 if
/// fewer rows have a key above -infinity.
///
/// The key is rounded once, on every device, so that the answer is the same everywhere. Keys are
/// compared as numbers, -0 equal to 0; a key that is not a number counts as -infinity: its row is never
/// named. A row that is to be left out has an offset of -infinity.
///
/// With scores that are inner products: the cosine with unit queries is scale `1 / |x|`, offset 0; the euclidean
/// distance is scale 2, offset `-|x|²`, which is |q|² less the squared distance.
package struct TopK: Operation {
    package static let stem = "top_k"

    /// Rows that are named for each query: `k`, at least 1.
    package let count: Int

    package init(count: Int) { self.count = count }

    package func outputType(for inputs: [TensorType]) throws(GraphError) -> TensorType {
        try require(
            inputs, [("scores", 2, .float32), ("scale", 1, .float32), ("offset", 1, .float32)])
        let scores = inputs[0].shape
        try require(count > 0, "k is \(count), and is to be at least 1")
        try require(
            inputs[1].shape[0] == scores[0] && inputs[2].shape[0] == scores[0],
            "scale \(inputs[1].shape) and offset \(inputs[2].shape) must have \(scores[0]) elements"
        )
        try require(
            scores[0] <= Self.rowLimit, "\(scores[0]) rows, of \(Self.rowLimit) at most")
        return TensorType([scores[1], count], .int32)
    }

    /// Rows that int32 numbers.
    package static let rowLimit = Int(Int32.max)

    /// A product, a sum and a comparison for each score.
    package func flops(for inputs: [TensorType]) -> Double {
        3 * Double(inputs[0].shape.elementCount)
    }

    /// Rows of the same keys are the same rows.
    package func tolerance(for inputs: [TensorType]) -> Tolerance { Tolerance() }

    /// Scores are compared as they were summed: halves would make neighbours equal.
    package var takesHalf: Bool { false }
}
