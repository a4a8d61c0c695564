import EchoTensor

/// Patches to tokens: `output[t] = patches[t] · weightᵀ + positions[i(t)] + frequencies[j(t)]`.
///
/// `positions` holds what depends on the place in time: row 0 is `cls_token`, row `1 + p` is the
/// projection's bias plus `pos_embed[1 + p]`. `frequencies` holds a row per distinct band position.
///
/// Inputs: patches `[T, K]`, weight `[D, K]`, positions `[P, D]`, frequencies `[F, D]`,
/// terms int32 `[T, 2]` (`i` and `j` of each token), groups int32 `[G + 1]` (first row of each
/// group that stands together in every batch, then `T`). Output: `[T, D]`.
package struct PatchEmbed: ProductOperation {
    package static let stem = "patch_embed"

    package var largestInput: Float

    package init(largestInput: Float = .infinity) { self.largestInput = largestInput }

    package func outputType(for inputs: [TensorType]) throws(GraphError) -> TensorType {
        try require(
            inputs,
            [
                ("patches", 2, .real), ("weight", 2, .real), ("positions", 2, .real),
                ("frequencies", 2, .real), ("terms", 2, .int32), ("groups", 1, .int32),
            ])
        let (tokens, width) = (inputs[0].shape[0], inputs[1].shape[0])
        try require(
            inputs[1].shape[1] == inputs[0].shape[1],
            "weight \(inputs[1].shape) does not fit patches \(inputs[0].shape)")
        try require(
            inputs[2].shape[1] == width && inputs[3].shape[1] == width,
            "positions \(inputs[2].shape) and frequencies \(inputs[3].shape) must be \(width) wide")
        try require(
            inputs[4].shape == [tokens, 2], "terms must be [\(tokens), 2], got \(inputs[4].shape)")
        return TensorType([tokens, width], inputs[0].element)
    }

    package func flops(for inputs: [TensorType]) -> Double {
        let (tokens, width) = (Double(inputs[0].shape[0]), Double(inputs[1].shape[0]))
        return tokens * width * (2 * Double(inputs[0].shape[1]) + 2)
    }

    /// As a product's (``MatMul``): K products summed in another order.
    package func tolerance(for inputs: [TensorType]) -> Tolerance {
        .roundings(4 * Double(inputs[0].shape[1]).squareRoot())
    }
}
