import EchoGraph
import EchoTensor
import Testing

/// Which two products and a norm are fused to an MLP, and which must not be.
@Suite(.timeLimit(.minutes(20))) struct MLPFusionTests {
    /// What can be different about an MLP of width 4 with 8 hidden values.
    enum Change: CaseIterable {
        case none, productFirst, otherResidual, noGELU, secondGELU, noResidual, otherGroups
        case hiddenIsOutput, productIsOutput
    }

    private static func makeGraph(_ change: Change) throws -> Graph {
        var graph = Graph()
        let groups = graph.input("groups", TensorType([2], .int32))
        let others = graph.input("others", TensorType([2], .int32))
        let (x, y) = (
            graph.input("x", TensorType([3, 4])), graph.input("y", TensorType([3, 4]))
        )
        func constant(_ shape: Shape) -> Graph.Value { graph.constant(HostTensor(shape) { _ in }) }
        let hidden = try graph.add(
            MatMul(epilogue: change == .noGELU ? .identity : .gelu),
            [x, constant([8, 4]), constant([8]), groups], label: "hidden")
        let product = try graph.add(
            MatMul(epilogue: change == .secondGELU ? .gelu : .identity),
            [
                hidden, constant([4, 8]), constant([4]),
                change == .otherGroups ? others : groups,
            ], label: "projection")
        let hasResidual = change != .noResidual
        let residual = change == .otherResidual ? y : x
        let (first, second) = change == .productFirst ? (product, residual) : (residual, product)
        let norm = try graph.add(
            LayerNorm(epsilon: 1e-6, hasResidual: hasResidual),
            [hasResidual ? first : product, constant([4]), constant([4])]
                + (hasResidual ? [second] : []), label: "norm")
        graph.output("z", norm)
        if change == .hiddenIsOutput { graph.output("hidden", hidden) }
        if change == .productIsOutput { graph.output("product", product) }
        return graph
    }

    @Test(arguments: [Change.none, .productFirst])
    func anMLPBecomesOneNode(change: Change) throws {
        let graph = try Self.makeGraph(change)
        let fused = try graph.fusingMLP()
        #expect(fused.nodes.map(\.label) == ["norm"])
        let node = fused.nodes[0]
        #expect((node.operation as? MLP)?.epsilon == 1e-6)
        #expect(
            node.inputs.map { fused.type(of: $0).shape }
                == [[3, 4], [8, 4], [8], [4, 8], [4], [2], [4], [4]])
        // What it stands for is what was there.
        let types = node.inputs.map(fused.type(of:))
        let (expanded, type) = try MLP(epsilon: 1e-6).expanded(types)
        #expect(type == TensorType([3, 4]))
        #expect(expanded.nodes.map(\.operation.stem) == graph.nodes.map(\.operation.stem))
    }

    @Test(arguments: Change.allCases.filter { $0 != .none && $0 != .productFirst })
    func whatIsNoMLPStaysAsItIs(change: Change) throws {
        let graph = try Self.makeGraph(change)
        #expect(try graph.fusingMLP().nodes.map(\.label) == graph.nodes.map(\.label))
    }
}
