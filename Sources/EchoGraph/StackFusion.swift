extension Graph {
    /// The same computation with every run of transformer layers made one ``EncoderStack`` node of the
    /// last one's label: layers of which each reads the one before, and nobody else does.
    package func fusingStack() throws(GraphError) -> Graph {
        // A stack of one first, then each with the one that follows, as long as there is one.
        var graph = try fusingLayers().replacingRuns { nodes in
            guard let node = nodes.first, let layer = node.operation as? EncoderLayer else {
                return nil
            }
            return Replacement(
                nodeCount: 1, operation: EncoderStack(layer: layer, layerCount: 1),
                inputs: node.inputs, label: node.label)
        }
        while true {
            let joined = try graph.replacingRuns { $0.joinedStacks }
            if joined.nodes.count == graph.nodes.count { return graph }
            graph = joined
        }
    }
}

extension ArraySlice<Graph.Node> {
    /// The first two nodes as one stack, where the second goes on with the first.
    fileprivate var joinedStacks: Graph.Replacement? {
        guard let node = first, let next = dropFirst().first,
            let stack = node.operation as? EncoderStack,
            let other = next.operation as? EncoderStack, next.inputs[0] == node.output,
            next.inputs[1...2] == node.inputs[1...2], other.layer == stack.layer
        else { return nil }
        return Graph.Replacement(
            nodeCount: 2,
            operation: EncoderStack(
                layer: stack.layer, layerCount: stack.layerCount + other.layerCount),
            inputs: node.inputs + next.inputs.dropFirst(EncoderStack.sharedInputCount),
            label: next.label)
    }
}
