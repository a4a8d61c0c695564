extension Graph {
    /// The same computation with every product that a residual norm follows, and nobody else reads,
    /// made one ``MatMulNorm`` node of the norm's label.
    package func fusingNorms() throws(GraphError) -> Graph {
        try replacingRuns { nodes in
            guard let node = nodes.first, let next = nodes.dropFirst().first,
                let product = node.operation as? MatMul, product.epilogue == .identity,
                let norm = next.operation as? LayerNorm, norm.hasResidual
            else { return nil }
            // A sum of two: the product may be either of them, but not both.
            let terms = [next.inputs[0], next.inputs[3]].filter { $0 != node.output }
            guard terms.count == 1 else { return nil }
            return Replacement(
                nodeCount: 2, operation: MatMulNorm(epsilon: norm.epsilon),
                inputs: node.inputs + terms + next.inputs[1...2], label: next.label)
        }
    }
}
