import EchoTensor

/// A layer's MLP with its residual and norm in one, for matrix units, on which a work-group holds whole rows
/// and hidden values never leave the chip:
/// `x = input + gelu(input · hiddenWeightᵀ + hiddenBias) · weightᵀ + bias; output = (x - mean(x)) /
/// sqrt(variance(x) + epsilon) * scale + shift`.
///
/// Inputs: input `[T, D]`, hidden weight `[H, D]`, hidden bias `[H]`, weight `[D, H]`, bias `[D]`, groups
/// int32 `[G + 1]` (as ``MatMul``'s), scale `[D]`, shift `[D]`. Output: `[T, D]`. It is made by
/// ``Graph/fusingMLP()``.
package struct MLP: FusedOperation {
    package static let stem = "mlp"
    package var inputCount: Int { 8 }

    /// Added to the variance.
    package let epsilon: Float

    package init(epsilon: Float) { self.epsilon = epsilon }

    package func add(
        to graph: inout Graph, _ inputs: [Graph.Value]
    ) throws(GraphError) -> Graph.Value {
        let (x, groups) = (inputs[0], inputs[5])
        let hidden = try graph.add(
            MatMul(epilogue: .gelu), [x, inputs[1], inputs[2], groups],
            label: "\(Self.stem).hidden")
        let product = try graph.add(
            MatMul(), [hidden, inputs[3], inputs[4], groups], label: "\(Self.stem).projection")
        return try graph.add(
            LayerNorm(epsilon: epsilon, hasResidual: true), [x, inputs[6], inputs[7], product],
            label: "\(Self.stem).norm")
    }

    /// It runs if values are stored as halves, and rounds hidden ones to them, 2^-12 each at most: of
    /// many that a sum takes, each with another sign, a half's last bit of the largest value is left.
    package func tolerance(for inputs: [TensorType]) -> Tolerance {
        Tolerance(ofLargest: 0x1p-11)
    }
}
