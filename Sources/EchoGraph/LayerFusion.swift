import EchoTensor

extension Graph {
    /// The same computation with every run of seven nodes that makes a transformer layer replaced by
    /// one ``EncoderLayer`` node of the same label.
    ///
    /// A run is what ``EncoderLayer/add(to:_:offsets:groups:weights:label:)`` adds, none of whose
    /// intermediate values is read elsewhere.
    package func fusingLayers() throws(GraphError) -> Graph {
        try replacingRuns { nodes in
            guard nodes.count >= LayerMatch.nodeCount,
                let match = LayerMatch(Array(nodes.prefix(LayerMatch.nodeCount)))
            else { return nil }
            return Replacement(
                nodeCount: LayerMatch.nodeCount, operation: match.operation, inputs: match.inputs,
                label: match.label)
        }
    }
}

/// Seven nodes that are a transformer layer: which operation they amount to, on which values.
private struct LayerMatch {
    static let nodeCount = 7
    let operation: EncoderLayer
    let inputs: [Graph.Value]
    let label: String

    init?(_ nodes: [Graph.Node]) {
        guard let qkv = Self.product(nodes[0], .identity),
            let attention = nodes[1].operation as? Attention, nodes[1].inputs[0] == nodes[0].output,
            let output = Self.product(nodes[2], .identity), output.input == nodes[1].output,
            let norm1 = Self.norm(nodes[3], qkv.input, plus: nodes[2].output),
            let hidden = Self.product(nodes[4], .gelu), hidden.input == nodes[3].output,
            let projection = Self.product(nodes[5], .identity), projection.input == nodes[4].output,
            let norm2 = Self.norm(nodes[6], nodes[3].output, plus: nodes[5].output),
            norm1.epsilon == norm2.epsilon,
            [output.groups, hidden.groups, projection.groups].allSatisfy({ $0 == qkv.groups })
        else { return nil }
        operation = EncoderLayer(attention: attention, epsilon: norm1.epsilon)
        label = String(nodes[6].label.dropLast(".norm2".count))
        inputs =
            [qkv.input, nodes[1].inputs[1], qkv.groups] + qkv.weights + output.weights
            + norm1.weights
            + hidden.weights + projection.weights + norm2.weights
    }

    private static func product(
        _ node: Graph.Node, _ epilogue: MatMul.Epilogue
    ) -> (input: Graph.Value, weights: [Graph.Value], groups: Graph.Value)? {
        guard let product = node.operation as? MatMul, product.epilogue == epilogue else {
            return nil
        }
        return (node.inputs[0], Array(node.inputs[1...2]), node.inputs[3])
    }

    private static func norm(
        _ node: Graph.Node, _ input: Graph.Value, plus residual: Graph.Value
    ) -> (weights: [Graph.Value], epsilon: Float)? {
        guard let norm = node.operation as? LayerNorm, norm.hasResidual, node.inputs[0] == input,
            node.inputs[3] == residual
        else { return nil }
        return (Array(node.inputs[1...2]), norm.epsilon)
    }
}
