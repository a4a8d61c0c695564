import EchoGraph
import EchoTensor
import Testing

/// Which runs of nodes become one layer, and which must not.
@Suite(.timeLimit(.minutes(20))) struct LayerFusionTests {
    /// What can be different about a layer of width 4.
    enum Change: CaseIterable {
        case none, innerOutput, innerReader, otherGroups, otherEpsilon, otherEpilogue,
            otherResidual
    }

    /// A layer between two norms of the same kind.
    private static func makeGraph(_ change: Change) throws -> Graph {
        var graph = Graph()
        let offsets = graph.input("offsets", TensorType([2], .int32))
        let groups = graph.input("groups", TensorType([3], .int32))
        let other = graph.input("other groups", TensorType([3], .int32))
        func constant(_ shape: Shape) -> Graph.Value { graph.constant(HostTensor(shape) { _ in }) }
        func product(
            _ input: Graph.Value, _ columns: Int, _ depth: Int, _ label: String,
            _ groups: Graph.Value, _ epilogue: MatMul.Epilogue = .identity
        ) throws -> Graph.Value {
            try graph.add(
                MatMul(epilogue: epilogue),
                [input, constant([columns, depth]), constant([columns]), groups], label: label)
        }
        func norm(
            _ input: Graph.Value, plus residual: Graph.Value, _ label: String,
            epsilon: Float = 1e-6
        ) throws -> Graph.Value {
            try graph.add(
                LayerNorm(epsilon: epsilon, hasResidual: true),
                [input, constant([4]), constant([4]), residual], label: label)
        }
        let input = graph.input("x", TensorType([3, 4]))
        let x = try norm(input, plus: input, "before")
        let qkv = try product(x, 12, 4, "layer.0.qkv", groups)
        let mixed = try graph.add(
            Attention(headCount: 2, longestSequence: 3), [qkv, offsets], label: "layer.0.attention")
        let output = try product(
            mixed, 4, 4, "layer.0.output", change == .otherGroups ? other : groups)
        let middle = try norm(
            change == .otherResidual ? input : x, plus: output, "layer.0.norm1")
        let hidden = try product(
            middle, 16, 4, "layer.0.hidden", groups,
            change == .otherEpilogue ? .identity : .gelu)
        let projection = try product(hidden, 4, 16, "layer.0.projection", groups)
        let result = try norm(
            middle, plus: projection, "layer.0.norm2",
            epsilon: change == .otherEpsilon ? 1e-5 : 1e-6)
        let reader = change == .innerReader ? middle : result
        graph.output("y", try norm(result, plus: reader, "after"))
        if change == .innerOutput { graph.output("middle", middle) }
        return graph
    }

    @Test func sevenNodesBecomeOneWithTheirInputsInOrder() throws {
        let graph = try Self.makeGraph(.none)
        let fused = try graph.fusingLayers()
        #expect(fused.nodes.map(\.label) == ["before", "layer.0", "after"])
        let layer = fused.nodes[1]
        let operation = try #require(layer.operation as? EncoderLayer)
        #expect(operation.attention.headCount == 2)
        #expect(operation.attention.longestSequence == 3)
        #expect(operation.epsilon == 1e-6)
        #expect(
            layer.inputs.map { fused.type(of: $0).shape } == [
                [3, 4], [2], [3], [12, 4], [12], [4, 4], [4], [4], [4], [16, 4], [16], [4, 16],
                [4], [4], [4],
            ])
        #expect(fused.type(of: layer.output) == TensorType([3, 4]))
        #expect(layer.inputs[0] == fused.nodes[0].output)
        #expect(fused.nodes[2].inputs[0] == layer.output)
        #expect(fused.outputs.map(\.value) == [fused.nodes[2].output])
        // Every constant is the one of the node that it was taken from.
        let nodes = graph.nodes
        let taken = [nodes[1], nodes[3], nodes[4], nodes[5], nodes[6], nodes[7]]
            .flatMap { $0.inputs[1...2] }
        for (value, original) in zip(layer.inputs[3...], taken) {
            guard case .constant(let kept) = fused.sources[value.index],
                case .constant(let given) = graph.sources[original.index]
            else {
                Issue.record("not a constant")
                continue
            }
            #expect(kept.isIdentical(to: given))
        }
    }

    @Test(arguments: Change.allCases.dropFirst())
    func whatIsNoLayerStaysAsItIs(change: Change) throws {
        let graph = try Self.makeGraph(change)
        let fused = try graph.fusingLayers()
        #expect(fused.nodes.map(\.label) == graph.nodes.map(\.label))
        #expect(fused.outputs.map(\.name) == graph.outputs.map(\.name))
        #expect(!fused.nodes.contains { $0.operation is EncoderLayer })
    }

    @Test func aFusedLayerExpandsToWhatItWasMadeOf() throws {
        let graph = try Self.makeGraph(.none)
        let fused = try graph.fusingLayers()
        let operation = try #require(fused.nodes[1].operation as? EncoderLayer)
        let types = fused.nodes[1].inputs.map(fused.type(of:))
        let expanded = try operation.expanded(types).graph
        let original = graph.nodes[1...7]
        #expect(expanded.nodes.map(\.operation.stem) == original.map(\.operation.stem))
        #expect(
            expanded.nodes.map { expanded.type(of: $0.output) }
                == original.map { graph.type(of: $0.output) })
        let flops = original.reduce(0) {
            $0 + $1.operation.flops(for: $1.inputs.map(graph.type(of:)))
        }
        #expect(operation.flops(for: types) == flops)
    }
}
