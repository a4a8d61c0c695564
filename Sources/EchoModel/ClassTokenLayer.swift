import Dispatch
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
        (queryWeight, queryBias, outputWeight, outputBias) = layer.qkvWeight.withFloats { qkv in
            layer.qkvBias.withFloats { bias in
                layer.outputWeight.withFloats { output in
                    layer.outputBias.withFloats { outputBias in
                        let (key, value) = (width * width, 2 * width * width)
                        return (
                            folded([wide, width], columns: width, depth: headWidth) { row, c in
                                let line = (row / width * headWidth + c) * width
                                return (
                                    scale * Double(qkv[key + line + row % width]), qkv[line...]
                                )
                            },
                            folded([wide], columns: 1, depth: headWidth) { row, c in
                                let line = row / width * headWidth + c
                                return (
                                    scale * Double(qkv[key + line * width + row % width]),
                                    bias[line...]
                                )
                            },
                            folded([width, wide], columns: width, depth: headWidth) { piece, c in
                                let (row, head) = (piece / headCount, piece % headCount)
                                let line = head * headWidth + c
                                return (
                                    Double(output[row * width + line]),
                                    qkv[(value + line * width)...]
                                )
                            },
                            folded([width], columns: 1, depth: width + 1) { row, c in
                                c == width
                                    ? (1, outputBias[row...])
                                    : (Double(output[row * width + c]), bias[(2 * width + c)...])
                            }
                        )
                    }
                }
            }
        }
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

/// A tensor of this shape in pieces of `columns` elements: piece `i` is the sum over `c` of a factor times
/// the first elements of a line.
private func folded(
    _ shape: Shape, columns: Int, depth: Int,
    _ term: (_ piece: Int, _ c: Int) -> (factor: Double, line: Slice<UnsafeBufferPointer<Float>>)
) -> HostTensor {
    HostTensor(shape) { result in
        var sums = [Double](repeating: 0, count: columns)
        for piece in 0..<result.count / columns {
            sums.withUnsafeMutableBufferPointer { sums in
                sums.update(repeating: 0)
                for c in 0..<depth {
                    let (factor, line) = term(piece, c)
                    let values = UnsafeBufferPointer(rebasing: line)
                    for column in 0..<columns { sums[column] += factor * Double(values[column]) }
                }
                for column in 0..<columns { result[piece * columns + column] = Float(sums[column]) }
            }
        }
    }
}
