import EchoGraph
import EchoTensor
import Glibc

/// The ECHO encoder as a graph: STFT, patch embedding, post-norm transformer layers, final norm.
///
/// Source: arXiv 2508.14689; upstream's `AudioMAEWithBand` and PyTorch's `TransformerEncoderLayer`
/// with `norm_first=False`.
package struct Encoder: Sendable {
    /// Where a batch enters the graph.
    package enum Source: Sendable {
        /// Graph input `samples`, float32 `[sampleCount]`, means removed.
        case samples
        /// Graph inputs `codes`, int16 `[sampleCount]`, and of each segment `levels`, int32, and
        /// `remainders`, float32 `[segments]`: what ``PCM`` makes the samples of.
        case pcm
        /// Graph input `patches`, float32 `[tokens, 512]`: what ``STFT`` would give.
        case patches
    }

    /// Epsilon of the layers' norms, and of the final one.
    private static let layerEpsilon: Float = 1e-6
    private static let finalEpsilon: Float = 1e-5

    package let weights: Weights
    /// What a token's place in time adds: `cls_token`, then bias + `pos_embed[1 + p]`.
    private let positionTerms: HostTensor
    /// The last layer as utterances need it.
    private let classTokenLayer: ClassTokenLayer

    package init(_ weights: Weights) {
        self.weights = weights
        let width = weights.configuration.embeddingWidth
        classTokenLayer = ClassTokenLayer(
            weights.layers[weights.layers.count - 1], headCount: weights.configuration.headCount)
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
    /// - Throws: ``GraphError`` if the layout does not fit the weights.
    package func graph(
        for layout: BatchLayout, from source: Source = .samples, wantsRows: Bool
    ) throws(GraphError) -> Graph {
        var graph = Graph()
        let offsets = graph.input("offsets", layout.offsets.type)
        let groups = graph.input("groups", layout.groups.type)
        let patches: Graph.Value
        switch source {
        case .samples, .pcm:
            let samples =
                try source == .pcm ? addPCM(layout, to: &graph) : samples(layout, of: &graph)
            patches = try addSTFT(layout, of: samples, to: &graph)
        case .patches:
            patches = graph.input(
                "patches", TensorType([layout.tokenCount, STFT.patchElementCount]))
        }
        let width = weights.configuration.embeddingWidth
        var tokens = try graph.add(
            PatchEmbed(),
            [
                patches, graph.constant(weights.patchWeight), graph.constant(positionTerms),
                graph.input(
                    "frequencies", TensorType([layout.bandPositions.count, width]),
                    within: 1),  // sines and cosines
                graph.input("terms", layout.terms.type), groups,
            ], label: "patch_embed")
        let operation = EncoderLayer(
            attention: Attention(
                headCount: weights.configuration.headCount,
                longestSequence: layout.longestSequence),
            epsilon: Self.layerEpsilon)
        let last = weights.layers.count - 1
        func addLayer(_ number: Int) throws(GraphError) {
            tokens = try operation.add(
                to: &graph, tokens, offsets: offsets, groups: groups,
                weights: weights.layers[number].inOrder.map { graph.constant($0) },
                label: "layer.\(number)")
        }
        for number in 0..<last { try addLayer(number) }
        // Whether or not rows are wanted too, so that it does not change utterances.
        let utterance = try classTokenLayer.add(
            to: &graph, tokens, offsets: offsets, longestSequence: layout.longestSequence,
            rows: graph.input("utterance.rows", layout.utteranceRows.type),
            groups: graph.input("utterance.groups", layout.utteranceGroups.type),
            epsilon: Self.layerEpsilon, label: "utterance")
        try addOutput("utterance", utterance, to: &graph)
        if wantsRows {
            try addLayer(last)
            let rows = graph.input("segment.rows", layout.patchRows.type)
            let segment = try graph.add(Gather(), [tokens, rows], label: "segment.gather")
            try addOutput("segment", segment, to: &graph)
        }
        return graph
    }

    /// The graph of the normalised log spectrogram alone. Inputs `samples` and `blocks`, output
    /// `patches`.
    package func spectrogramGraph(for layout: BatchLayout) throws(GraphError) -> Graph {
        var graph = Graph()
        let samples = samples(layout, of: &graph)
        graph.output("patches", try addSTFT(layout, of: samples, to: &graph))
        return graph
    }

    private func addSTFT(
        _ layout: BatchLayout, of samples: Graph.Value, to graph: inout Graph
    ) throws(GraphError) -> Graph.Value {
        let blocks = graph.input("blocks", layout.blocks.type)
        return try graph.add(
            STFT(segments: layout.places), [samples, blocks], label: "spectrogram")
    }

    private func samples(_ layout: BatchLayout, of graph: inout Graph) -> Graph.Value {
        graph.input("samples", TensorType([layout.sampleCount]))
    }

    private func addPCM(
        _ layout: BatchLayout, to graph: inout Graph
    ) throws(GraphError) -> Graph.Value {
        let segments: Shape = [layout.segments.count]
        return try graph.add(
            PCM(),
            [
                graph.input("codes", TensorType([layout.sampleCount], .int16)),
                graph.input("starts", layout.starts.type),
                graph.input("levels", TensorType(segments, .int32)),
                graph.input("remainders", TensorType(segments)),
            ], label: "samples")
    }

    /// The graph's inputs that follow from the layout; those of its source are the caller's.
    package func inputs(for layout: BatchLayout) -> [String: HostTensor] {
        [
            "blocks": layout.blocks, "starts": layout.starts, "offsets": layout.offsets,
            "groups": layout.groups, "terms": layout.terms,
            "frequencies": frequencyTerms(layout.bandPositions),
            "utterance.rows": layout.utteranceRows,
            "utterance.groups": layout.utteranceGroups, "segment.rows": layout.patchRows,
        ]
    }

    /// Adds the final norm of these rows as a result.
    private func addOutput(
        _ name: String, _ rows: Graph.Value, to graph: inout Graph
    ) throws(GraphError) {
        let norm = LayerNorm(epsilon: Self.finalEpsilon, hasResidual: false)
        let output = try graph.add(
            norm, [rows, graph.constant(weights.normWeight), graph.constant(weights.normBias)],
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

extension Weights.Layer {
    /// Weight and bias of each step, in the order that ``EncoderLayer`` takes them.
    package var inOrder: [HostTensor] {
        [
            qkvWeight, qkvBias, outputWeight, outputBias, norm1Weight, norm1Bias, hiddenWeight,
            hiddenBias, projectionWeight, projectionBias, norm2Weight, norm2Bias,
        ]
    }
}
