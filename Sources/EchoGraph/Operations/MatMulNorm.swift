import EchoTensor

/// A product with a weight matrix, a residual and the norm of their sum in one, for devices of which
/// a work-group holds whole rows:
/// `x = residual + input · weightᵀ + bias; output = (x - mean(x)) / sqrt(variance(x) + epsilon) *
/// scale + shift`.
///
/// Inputs: input `[T, K]`, weight `[D, K]`, bias `[D]`, groups int32 `[G + 1]` (as ``MatMul``'s),
/// residual `[T, D]`, scale `[D]`, shift `[D]`. Output: `[T, D]`. It is made by
/// ``Graph/fusingNorms()``.
package struct MatMulNorm: FusedOperation, ProductOperation {
    package static let stem = "matmul_norm"
    package var inputCount: Int { 7 }

    /// Added to the variance.
    package let epsilon: Float
    package var largestInput: Float

    package init(epsilon: Float, largestInput: Float = .infinity) {
        (self.epsilon, self.largestInput) = (epsilon, largestInput)
    }

    package func add(
        to graph: inout Graph, _ inputs: [Graph.Value]
    ) throws(GraphError) -> Graph.Value {
        let product = try graph.add(MatMul(), Array(inputs[0...3]), label: "\(Self.stem).product")
        return try graph.add(
            LayerNorm(epsilon: epsilon, hasResidual: true),
            [inputs[4], inputs[5], inputs[6], product], label: "\(Self.stem).norm")
    }

    /// A product's roundings, of K products, and a norm's behind them. Measured: a tenth to a fifth.
    package func tolerance(for inputs: [TensorType]) -> Tolerance {
        .roundings(Double(inputs[0].shape[1]).squareRoot() + LayerNorm.roundings)
    }
}
