import EchoTensor

/// Softmax attention within each sequence of a packed batch:
/// `output = softmax(q kᵀ / sqrt(H)) v` per head of width `H`.
///
/// Inputs: qkv `[T, 3 D]` (a row holds all q, all k, all v; heads side by side within each),
/// offsets int32 `[Q + 1]` (first row of each sequence, then `T`). Output: `[T, D]`.
package struct Attention: BoundedOperation, Equatable {
    package static let stem = "attention"

    package let headCount: Int
    /// Tokens of the longest sequence.
    package let longestSequence: Int
    package var largestInput: Float

    package init(headCount: Int, longestSequence: Int, largestInput: Float = .infinity) {
        self.headCount = headCount
        self.longestSequence = longestSequence
        self.largestInput = largestInput
    }

    package func outputType(for inputs: [TensorType]) throws(GraphError) -> TensorType {
        try require(inputs, [("qkv", 2, .real), ("offsets", 1, .int32)])
        let width = inputs[0].shape[1]
        try require(
            headCount > 0 && width % (3 * headCount) == 0,
            "qkv of width \(width) does not split into q, k and v of \(headCount) heads")
        try require(inputs[1].shape[0] >= 1, "offsets is empty")
        return TensorType([inputs[0].shape[0], width / 3], inputs[0].element)
    }

    /// Taken as if all sequences were equally long; the softmax counts 5 a score.
    package func flops(for inputs: [TensorType]) -> Double {
        let tokens = Double(inputs[0].shape[0])
        let sequences = Double(max(inputs[1].shape[0] - 1, 1))
        let width = Double(inputs[0].shape[1] / 3)
        return tokens * (tokens / sequences) * (4 * width + 5 * Double(headCount))
    }

    /// A weighted mean, with weights as good as the exponents: scores, sums of as many products as a head
    /// is wide, of ordinary size. Measured: 0.4 to 2.2 times the root of the width.
    package func tolerance(for inputs: [TensorType]) -> Tolerance {
        .roundings(6 * (Double(inputs[0].shape[1]) / Double(3 * headCount)).squareRoot())
    }
}
