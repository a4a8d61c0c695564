import EchoGraph
import EchoTensor

/// The last transformer layer for the CLS tokens alone, which is all of it that utterances need.
///
/// Each head has one query, so its projections of keys and values need not be computed for every token:
/// `q · (Wk x + bk) = (Wkᵀ q) · x + q · bk`, of which the last term falls out of the softmax, and
/// `sum p (Wv x + bv) = Wv (sum p x) + bv`. What remains of them is folded into the products before
/// and behind, so that attention reads the tokens themselves.
package struct ClassTokenLayer: Sendable {
    /// `Wkᵀ Wq / sqrt(head width)` of each head, `[H D, D]`, and the same of the bias of q, `[H D]`.
    let queryWeight, queryBias: HostTensor
    /// `Wo Wv` of each head side by side, `[D, H D]`, and `Wo bv + bo`, `[D]`.
    let outputWeight, outputBias: HostTensor
    private let layer: Weights.Layer
    private let headCount: Int

    /// Folds the weights of a layer, in double, rounded once.
    package init(_ layer: Weights.Layer, headCount: Int) {
        self.layer = layer
        self.headCount = headCount
        let width = layer.outputWeight.shape[0]
        let headWidth = width / headCount
        let scale = 1 / Double(headWidth).squareRoot()
        let wide = headCount * width
        let (keys, values) = (width * width, 2 * width * width)
        let (qkv, qkvBias) = (layer.qkvWeight.floats, layer.qkvBias.floats)
        let output = layer.outputWeight.floats
        queryWeight = folded([wide, width], lines: qkv, columns: width, depth: headWidth) {
            let line = ($0 / width * headWidth + $1) * width
            return (scale * Double(qkv[keys + line + $0 % width]), line)
        }
        queryBias = folded([wide], lines: qkvBias, columns: 1, depth: headWidth) {
            let line = $0 / width * headWidth + $1
            return (scale * Double(qkv[keys + line * width + $0 % width]), line)
        }
        outputWeight = folded([width, wide], lines: qkv, columns: width, depth: headWidth) {
            let line = $0 % headCount * headWidth + $1
            return (Double(output[$0 / headCount * width + line]), values + line * width)
        }
        outputBias = folded(
            [width], startingWith: layer.outputBias.floats, lines: qkvBias, columns: 1, depth: width
        ) { (Double(output[$0 * width + $1]), 2 * width + $1) }
    }

    /// Adds the layer to a graph.
    ///
    /// - Parameters:
    ///   - x: What the layer takes, `[T, D]`.
    ///   - offsets: First row of each sequence, int32 `[Q + 1]`.
    ///   - rows: The CLS row of each sequence, int32 `[Q]`.
    ///   - groups: As ``MatMul``'s, of these rows.
    /// - Returns: The layer's result in these rows, `[Q, D]`.
    package func add(
        to graph: inout Graph, _ x: Graph.Value, offsets: Graph.Value, longestSequence: Int,
        rows: Graph.Value, groups: Graph.Value, epsilon: Float, label: String
    ) throws(GraphError) -> Graph.Value {
        func product(
            _ name: String, _ input: Graph.Value, _ weight: HostTensor, _ bias: HostTensor,
            _ epilogue: MatMul.Epilogue = .identity
        ) throws(GraphError) -> Graph.Value {
            try graph.add(
                MatMul(epilogue: epilogue),
                [input, graph.constant(weight), graph.constant(bias), groups],
                label: "\(label).\(name)")
        }
        func norm(
            _ name: String, _ input: Graph.Value, plus residual: Graph.Value, _ weight: HostTensor,
            _ bias: HostTensor
        ) throws(GraphError) -> Graph.Value {
            try graph.add(
                LayerNorm(epsilon: epsilon, hasResidual: true),
                [input, graph.constant(weight), graph.constant(bias), residual],
                label: "\(label).\(name)")
        }
        let cls = try graph.add(Gather(), [x, rows], label: "\(label).cls")
        let query = try product("query", cls, queryWeight, queryBias)
        let pooled = try graph.add(
            AttentionPool(headCount: headCount, longestSequence: longestSequence),
            [query, x, offsets], label: "\(label).attention")
        let output = try product("output", pooled, outputWeight, outputBias)
        let middle = try norm("norm1", cls, plus: output, layer.norm1Weight, layer.norm1Bias)
        let hidden = try product("hidden", middle, layer.hiddenWeight, layer.hiddenBias, .gelu)
        let projection = try product(
            "projection", hidden, layer.projectionWeight, layer.projectionBias)
        return try norm("norm2", middle, plus: projection, layer.norm2Weight, layer.norm2Bias)
    }
}

/// A tensor of this shape in pieces of `columns` elements, each a sum of `depth` multiples of lines.
///
/// - Parameters:
///   - start: What is added to.
///   - lines: Lines of `columns` elements.
///   - term: Of a piece, the factor of its term `c` and where in `lines` its line starts.
private func folded(
    _ shape: Shape, startingWith start: [Float]? = nil, lines: [Float], columns: Int, depth: Int,
    _ term: (_ piece: Int, _ c: Int) -> (factor: Double, line: Int)
) -> HostTensor {
    HostTensor(shape) { result in
        for piece in stride(from: 0, to: result.count, by: columns) {
            var sums = (piece..<piece + columns).map { Double(start?[$0] ?? 0) }
            for c in 0..<depth {
                let (factor, line) = term(piece / columns, c)
                for column in 0..<columns {
                    sums[column] += factor * Double(lines[line + column])
                }
            }
            for column in 0..<columns { result[piece + column] = Float(sums[column]) }
        }
    }
}
