import EchoTensor

/// A whole post-norm transformer layer as one operation, for devices that keep what lies between
/// in their caches.
///
/// `a = softmax(q kᵀ / sqrt(H)) v; x = LN1(x + output(a)); x = LN2(x + projection(gelu(hidden(x))))`
///
/// Inputs: x `[T, D]`, offsets int32 `[Q + 1]` (as ``Attention``'s), groups int32 `[G + 1]` (as
/// ``MatMul``'s, each of them whole sequences), then weight and bias of qkv `[3 D, D]`, output
/// `[D, D]`, norm1 `[D]`, hidden `[M, D]`, projection `[D, M]` and norm2 `[D]`. Output: `[T, D]`.
/// It is made by ``Graph/fusingLayers()``.
package struct EncoderLayer: FusedOperation, Equatable {
    package static let stem = "encoder_layer"
    package static let inputCount = 15
    package var inputCount: Int { Self.inputCount }

    package let attention: Attention
    /// Added to the variance in both norms.
    package let epsilon: Float

    package init(attention: Attention, epsilon: Float) {
        self.attention = attention
        self.epsilon = epsilon
    }

    /// The deepest of its products, of as many products as the MLP is wide, and the norm behind it, which
    /// keeps what was lost before from growing. Measured: an eighth to a fifth.
    package func tolerance(for inputs: [TensorType]) -> Tolerance {
        .roundings(Double(inputs[11].shape[1]).squareRoot() + LayerNorm.roundings)
    }

    package func add(
        to graph: inout Graph, _ inputs: [Graph.Value]
    ) throws(GraphError) -> Graph.Value {
        try add(
            to: &graph, inputs[0], offsets: inputs[1], groups: inputs[2],
            weights: Array(inputs[3...]), label: Self.stem)
    }

    /// Adds the seven operations to a graph.
    ///
    /// - Parameter weights: Weight and bias of qkv, output, norm1, hidden, projection and norm2.
    package func add(
        to graph: inout Graph, _ x: Graph.Value, offsets: Graph.Value, groups: Graph.Value,
        weights: [Graph.Value], label: String
    ) throws(GraphError) -> Graph.Value {
        func product(
            _ name: String, _ input: Graph.Value, _ weight: Int, _ epilogue: MatMul.Epilogue
        ) throws(GraphError) -> Graph.Value {
            try graph.add(
                MatMul(epilogue: epilogue), [input, weights[weight], weights[weight + 1], groups],
                label: "\(label).\(name)")
        }
        func norm(
            _ name: String, _ input: Graph.Value, plus residual: Graph.Value, _ weight: Int
        ) throws(GraphError) -> Graph.Value {
            try graph.add(
                LayerNorm(epsilon: epsilon, hasResidual: true),
                [input, weights[weight], weights[weight + 1], residual],
                label: "\(label).\(name)")
        }
        let qkv = try product("qkv", x, 0, .identity)
        let mixed = try graph.add(attention, [qkv, offsets], label: "\(label).attention")
        let output = try product("output", mixed, 2, .identity)
        let middle = try norm("norm1", x, plus: output, 4)
        let hidden = try product("hidden", middle, 6, .gelu)
        let projection = try product("projection", hidden, 8, .identity)
        return try norm("norm2", middle, plus: projection, 10)
    }
}
