import EchoGraph
import EchoTensor
import Testing

/// Which products are fused with the norm behind them, and which must not be.
@Suite(.timeLimit(.minutes(20))) struct NormFusionTests {
    /// What can be different about a product and a norm of width 4.
    enum Change: CaseIterable {
        case none, productFirst, outerReader, productIsOutput, epilogue, noResidual, bothTerms
    }

    private static func makeGraph(_ change: Change) throws -> Graph {
        var graph = Graph()
        let groups = graph.input("groups", TensorType([2], .int32))
        let x = graph.input("x", TensorType([3, 4]))
        func constant(_ shape: Shape) -> Graph.Value { graph.constant(HostTensor(shape) { _ in }) }
        let product = try graph.add(
            MatMul(epilogue: change == .epilogue ? .gelu : .identity),
            [x, constant([4, 4]), constant([4]), groups], label: "product")
        let terms =
            switch change {
            case .productFirst: (product, x)
            case .bothTerms: (product, product)
            default: (x, product)
            }
        let weights = [constant([4]), constant([4])]
        let norm = LayerNorm(epsilon: 1e-6, hasResidual: change != .noResidual)
        let inputs =
            change == .noResidual ? [product] + weights : [terms.0] + weights + [terms.1]
        let normed = try graph.add(norm, inputs, label: "norm")
        graph.output("y", normed)
        if change == .outerReader {
            let final = LayerNorm(epsilon: 1e-6, hasResidual: false)
            graph.output("z", try graph.add(final, [product] + weights, label: "other"))
        }
        if change == .productIsOutput { graph.output("z", product) }
        return graph
    }

    @Test(arguments: [Change.none, .productFirst])
    func aProductAndItsNormBecomeOneNode(change: Change) throws {
        let graph = try Self.makeGraph(change)
        let fused = try graph.fusingNorms()
        #expect(fused.nodes.map(\.label) == ["norm"])
        let node = fused.nodes[0]
        #expect((node.operation as? MatMulNorm)?.epsilon == 1e-6)
        #expect(
            node.inputs.map { fused.type(of: $0).shape }
                == [[3, 4], [4, 4], [4], [2], [3, 4], [4], [4]])
        #expect(node.inputs[0] == node.inputs[4], "the residual is x")
        // Scale and shift are the norm's, in its order.
        let given = graph.nodes[1].inputs[1...2]
        for (value, original) in zip(node.inputs[5...6], given) {
            guard case .constant(let kept) = fused.sources[value.index],
                case .constant(let tensor) = graph.sources[original.index]
            else {
                Issue.record("not a constant")
                continue
            }
            #expect(kept.isIdentical(to: tensor))
        }
        #expect(fused.outputs.map(\.value) == [node.output])
    }

    @Test(arguments: Change.allCases.dropFirst(2))
    func whatIsNoSuchPairStaysAsItIs(change: Change) throws {
        let graph = try Self.makeGraph(change)
        let fused = try graph.fusingNorms()
        #expect(fused.nodes.map(\.label) == graph.nodes.map(\.label))
        #expect(!fused.nodes.contains { $0.operation is MatMulNorm })
    }
}
