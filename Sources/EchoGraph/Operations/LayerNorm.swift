import EchoTensor

/// Normalises each row to zero mean and unit variance, then scales and shifts it:
/// `x = input[r] (+ residual[r]); output[r, c] = (x[c] - mean(x)) / sqrt(variance(x) + epsilon) *
/// weight[c] + bias[c]`.
///
/// Inputs: input `[T, D]`, weight `[D]`, bias `[D]`, and where `hasResidual`, residual `[T, D]`.
/// Output: `[T, D]`.
package struct LayerNorm: Operation {
    package static let stem = "layer_norm"

    /// Added to the variance; ECHO's layers use 1e-6, its final norm 1e-5.
    package let epsilon: Float
    package let hasResidual: Bool

    package init(epsilon: Float, hasResidual: Bool) {
        self.epsilon = epsilon
        self.hasResidual = hasResidual
    }

    package func outputType(for inputs: [TensorType]) throws(GraphError) -> TensorType {
        try require(
            inputs,
            [("input", 2, .real), ("weight", 1, .float32), ("bias", 1, .float32)]
                + (hasResidual ? [("residual", 2, .real)] : []))
        let shape = inputs[0].shape
        try require(
            inputs[1].shape[0] == shape[1] && inputs[2].shape[0] == shape[1],
            "weight \(inputs[1].shape) and bias \(inputs[2].shape) must have \(shape[1]) elements")
        try require(
            !hasResidual || inputs[inputs.count - 1].shape == shape,
            "residual \(inputs[inputs.count - 1].shape) must be \(shape)")
        return TensorType(shape, inputs[0].element)
    }

    package func flops(for inputs: [TensorType]) -> Double {
        Double(inputs[0].shape.elementCount) * (hasResidual ? 9 : 8)
    }

    /// A difference, a root, a quotient, a product and a sum; what sums over D values lose is less.
    /// Measured: 2 to 3 roundings.
    package func tolerance(for inputs: [TensorType]) -> Tolerance { .roundings(Self.roundings) }

    /// Of the largest value.
    static let roundings = 12.0
}
