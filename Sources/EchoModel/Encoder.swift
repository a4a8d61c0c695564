import EchoGraph
import EchoTensor
import Foundation

/// The ECHO encoder as a graph: STFT, patch embedding, post-norm transformer layers, final norm.
///
/// Source: arXiv 2508.14689; upstream's `AudioMAEWithBand` and PyTorch's `TransformerEncoderLayer`
/// with `norm_first=False`.
package struct Encoder: Sendable {
    /// Where a batch enters the graph.
    package enum Source: Sendable {
        /// Graph input `samples`, float32 `[sampleCount]`.
        case samples
        /// Graph input `patches`, float32 `[tokens, 512]`: what ``STFT`` would give.
        case patches
    }

    /// Epsilon of the layers' norms, and of the final one.
    private static let layerEpsilon: Float = 1e-6
    private static let finalEpsilon: Float = 1e-5

    package let weights: Weights
    /// What a token's place in time adds: `cls_token`, then bias + `pos_embed[1 + p]`.
    private let positionTerms: HostTensor

    package init(_ weights: Weights) {
        self.weights = weights
        let width = weights.configuration.embeddingWidth
        let (cls, bias) = (weights.clsToken.floats, weights.patchBias.floats)
        positionTerms = HostTensor(
            weights.positions.shape
        ) { terms in
            weights.positions.withFloats { positions in
                for index in terms.indices {
                    let column = index % width
                    terms[index] = index < width ? cls[column] : bias[column] + positions[index]
                }
            }
        }
    }

    /// The graph for a batch. Outputs: `utterance` `[sequences, D]` (a row per segment and band),
    /// and where `wantsRows`, `segment` `[patches, D]` (a row per segment, patch and band).
    ///
    /// - Throws: ``GraphError`` where the layout does not fit the weights.
    package func graph(
        for layout: BatchLayout, from source: Source = .samples, wantsRows: Bool
    ) throws(GraphError) -> Graph {
        var graph = Graph()
        let offsets = graph.input("offsets", layout.offsets.type)
        let patches: Graph.Value
        switch source {
        case .samples:
            let samples = graph.input("samples", TensorType([layout.sampleCount]))
            patches = try graph.add(
                STFT(segments: layout.places), [samples], label: "spectrogram")
        case .patches:
            patches = graph.input(
                "patches", TensorType([layout.tokenCount, STFT.patchElementCount]))
        }
        let width = weights.configuration.embeddingWidth
        var tokens = try graph.add(
            PatchEmbed(),
            [
                patches, graph.constant(weights.patchWeight), graph.constant(positionTerms),
                graph.input("frequencies", TensorType([layout.bandPositions.count, width])),
                graph.input("terms", layout.terms.type), offsets,
            ], label: "patch_embed")
        let attention = Attention(
            headCount: weights.configuration.headCount, longestSequence: layout.longestSequence)
        for (number, layer) in weights.layers.enumerated() {
            tokens = try add(
                layer, label: "layer.\(number)", attention, to: &graph, tokens, offsets)
        }
        try addOutput("utterance", layout.utteranceRows.type, to: &graph, tokens)
        if wantsRows { try addOutput("segment", layout.patchRows.type, to: &graph, tokens) }
        return graph
    }

    /// The graph of the normalised log spectrogram alone. Input `samples`, output `patches`.
    package func spectrogramGraph(for layout: BatchLayout) throws(GraphError) -> Graph {
        var graph = Graph()
        let samples = graph.input("samples", TensorType([layout.sampleCount]))
        graph.output(
            "patches",
            try graph.add(STFT(segments: layout.places), [samples], label: "spectrogram"))
        return graph
    }

    /// The graph's inputs that follow from the layout; `samples` or `patches` is the caller's.
    package func inputs(for layout: BatchLayout) -> [String: HostTensor] {
        [
            "offsets": layout.offsets, "terms": layout.terms,
            "frequencies": frequencyTerms(layout.bandPositions),
            "utterance.rows": layout.utteranceRows, "segment.rows": layout.patchRows,
        ]
    }

    /// `a = softmax(q kᵀ / sqrt(64)) v; x = LN1(x + out(a)); x = LN2(x + linear2(gelu(linear1(x))))`
    private func add(
        _ layer: Weights.Layer, label: String, _ attention: Attention, to graph: inout Graph,
        _ tokens: Graph.Value, _ offsets: Graph.Value
    ) throws(GraphError) -> Graph.Value {
        func product(
            _ name: String, _ input: Graph.Value, _ weight: HostTensor, _ bias: HostTensor,
            _ epilogue: MatMul.Epilogue = .identity
        ) throws(GraphError) -> Graph.Value {
            try graph.add(
                MatMul(epilogue: epilogue),
                [input, graph.constant(weight), graph.constant(bias), offsets],
                label: "\(label).\(name)")
        }
        func norm(
            _ name: String, _ input: Graph.Value, plus residual: Graph.Value,
            _ weight: HostTensor, _ bias: HostTensor
        ) throws(GraphError) -> Graph.Value {
            try graph.add(
                LayerNorm(epsilon: Self.layerEpsilon, hasResidual: true),
                [input, graph.constant(weight), graph.constant(bias), residual],
                label: "\(label).\(name)")
        }
        let qkv = try product("qkv", tokens, layer.qkvWeight, layer.qkvBias)
        let mixed = try graph.add(attention, [qkv, offsets], label: "\(label).attention")
        let output = try product("output", mixed, layer.outputWeight, layer.outputBias)
        let middle = try norm(
            "norm1", tokens, plus: output, layer.norm1Weight, layer.norm1Bias)
        let hidden = try product("hidden", middle, layer.hiddenWeight, layer.hiddenBias, .gelu)
        let projection = try product(
            "projection", hidden, layer.projectionWeight, layer.projectionBias)
        return try norm(
            "norm2", middle, plus: projection, layer.norm2Weight, layer.norm2Bias)
    }

    private func addOutput(
        _ name: String, _ rowsType: TensorType, to graph: inout Graph, _ tokens: Graph.Value
    ) throws(GraphError) {
        let rows = graph.input("\(name).rows", rowsType)
        let gathered = try graph.add(Gather(), [tokens, rows], label: "\(name).gather")
        let norm = LayerNorm(epsilon: Self.finalEpsilon, hasResidual: false)
        let output = try graph.add(
            norm, [gathered, graph.constant(weights.normWeight), graph.constant(weights.normBias)],
            label: "\(name).norm")
        graph.output(name, output)
    }

    /// `f[2j] = sin(25 p w_j), f[2j + 1] = cos(25 p w_j)`, `w_j = exp(2j (-ln 10000 / D))`, in
    /// double and rounded once; a row per position, `[positions, D]`.
    private func frequencyTerms(_ positions: [Float]) -> HostTensor {
        let width = weights.configuration.embeddingWidth
        let omega = (0..<width / 2).map { exp(2 * Double($0) * (-log(10000.0) / Double(width))) }
        let shape: Shape = [positions.count, width]
        return HostTensor(shape) { terms in
            for (row, position) in positions.enumerated() {
                for (j, omega) in omega.enumerated() {
                    let angle = 25 * Double(position) * omega
                    terms[row * width + 2 * j] = Float(sin(angle))
                    terms[row * width + 2 * j + 1] = Float(cos(angle))
                }
            }
        }
    }
}
