import EchoTensor

/// Pools the rows of each sequence of a packed batch by attention, with one query a head:
/// `output[q, h] = sum over rows s of softmax_s(query[q, h] · x[s]) x[s]`.
///
/// Inputs: query `[Q, H D]` (heads side by side, any scale applied), x `[T, D]`, offsets int32
/// `[Q + 1]` (first row of each sequence, then `T`). Output: `[Q, H D]`.
package struct AttentionPool: Operation {
    package static let stem = "attention_pool"

    package let headCount: Int
    /// Tokens of the longest sequence.
    package let longestSequence: Int

    package init(headCount: Int, longestSequence: Int) {
        self.headCount = headCount
        self.longestSequence = longestSequence
    }

    package func outputType(for inputs: [TensorType]) throws(GraphError) -> TensorType {
        try require(inputs, [("query", 2, .real), ("x", 2, .real), ("offsets", 1, .int32)])
        let (queries, x) = (inputs[0], inputs[1])
        try require(
            headCount > 0 && queries.shape[1] == headCount * x.shape[1],
            "query \(queries.shape) does not have \(headCount) heads as wide as x \(x.shape)")
        try require(
            inputs[2].shape[0] == queries.shape[0] + 1,
            "offsets \(inputs[2].shape) must have one element more than query \(queries.shape)")
        return queries
    }

    /// The softmax counts 5 a score.
    package func flops(for inputs: [TensorType]) -> Double {
        Double(inputs[1].shape[0] * headCount) * Double(4 * inputs[1].shape[1] + 5)
    }

    /// A weighted mean, with weights as good as the exponents: scores, sums of D products, of ordinary
    /// size. Measured: 0.3 to 0.5 sqrt(D).
    package func tolerance(for inputs: [TensorType]) -> Tolerance {
        .roundings(2 * Double(inputs[1].shape[1]).squareRoot())
    }
}
