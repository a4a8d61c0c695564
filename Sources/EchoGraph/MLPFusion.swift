extension Graph {
    /// The same computation with every MLP (a product with GELU, a product of what it gives, and the norm of
    /// that and of the first one's rows) made one ``MLP`` node of the norm's label, if nobody else reads
    /// what lies between.
    package func fusingMLP() throws(GraphError) -> Graph {
        try replacingRuns { nodes in
            let run = Array(nodes.prefix(3))
            guard run.count == 3,
                let hidden = run[0].operation as? MatMul, hidden.epilogue == .gelu,
                let projection = run[1].operation as? MatMul, projection.epilogue == .identity,
                let norm = run[2].operation as? LayerNorm, norm.hasResidual,
                run[1].inputs[0] == run[0].output, run[1].inputs[3] == run[0].inputs[3]
            else { return nil }
            // A sum of two: the product may be either of them.
            let (x, terms) = (run[0].inputs[0], Set([run[2].inputs[0], run[2].inputs[3]]))
            guard terms == [x, run[1].output] else { return nil }
            return Replacement(
                nodeCount: 3, operation: MLP(epsilon: norm.epsilon),
                inputs: Array(run[0].inputs[0...2]) + run[1].inputs[1...3] + run[2].inputs[1...2],
                label: run[2].label)
        }
    }
}
