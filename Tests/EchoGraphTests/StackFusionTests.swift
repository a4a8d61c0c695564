import EchoGraph
import EchoTensor
import Testing

/// Which layers become one stack, and which must not.
@Suite(.timeLimit(.minutes(20))) struct StackFusionTests {
    private static let layerCount = 5
    /// What can be different about five layers of width 4.
    enum Change: CaseIterable { case none, otherEpsilon, otherOffsets, outerReader, notTheLast }

    /// - Returns: The graph, and the twelve constants of each layer.
    private static func makeGraph(_ change: Change) throws -> (Graph, [[HostTensor]]) {
        var graph = Graph()
        let offsets = graph.input("offsets", TensorType([2], .int32))
        let others = graph.input("other offsets", TensorType([2], .int32))
        let groups = graph.input("groups", TensorType([2], .int32))
        let shapes: [Shape] = [
            [12, 4], [12], [4, 4], [4], [4], [4], [16, 4], [16], [4, 16], [4], [4], [4],
        ]
        let input = graph.input("x", TensorType([3, 4]))
        var x = input
        var weights: [[HostTensor]] = []
        for number in 0..<layerCount {
            weights.append(shapes.map { HostTensor($0) { _ in } })
            let differs = number == 2
            let layer = EncoderLayer(
                attention: Attention(headCount: 2, longestSequence: 3),
                epsilon: differs && change == .otherEpsilon ? 1e-5 : 1e-6)
            x = try layer.add(
                to: &graph, differs && change == .notTheLast ? input : x,
                offsets: differs && change == .otherOffsets ? others : offsets, groups: groups,
                weights: weights[number].map { graph.constant($0) }, label: "layer.\(number)")
            if differs && change == .outerReader { graph.output("y", x) }
        }
        graph.output("z", x)
        return (graph, weights)
    }

    private static func layerCounts(_ graph: Graph) -> [Int] {
        graph.nodes.compactMap { ($0.operation as? EncoderStack)?.layerCount }
    }

    @Test func layersInARowBecomeOneNodeWithTheirWeightsInOrder() throws {
        let (graph, weights) = try Self.makeGraph(.none)
        let fused = try graph.fusingStack()
        #expect(fused.nodes.map(\.label) == ["layer.4"])
        let stack = fused.nodes[0]
        let operation = try #require(stack.operation as? EncoderStack)
        #expect(operation.layerCount == Self.layerCount)
        #expect(operation.layer.epsilon == 1e-6)
        #expect(operation.layer.attention.headCount == 2)
        #expect(stack.inputs.count == 3 + 12 * Self.layerCount)
        #expect(fused.outputs.map(\.value) == [stack.output])
        for (value, given) in zip(stack.inputs[3...], weights.joined()) {
            guard case .constant(let kept) = fused.sources[value.index] else {
                Issue.record("not a constant")
                continue
            }
            #expect(kept.isIdentical(to: given))
        }
    }

    /// A stack ends where the next layer is another, or somebody else reads what lies between.
    @Test(arguments: [
        (Change.otherEpsilon, [2, 1, 2]), (.otherOffsets, [2, 1, 2]), (.outerReader, [3, 2]),
        (.notTheLast, [2, 3]),
    ])
    func aStackEndsWhereLayersDoNotGoOn(change: Change, counts: [Int]) throws {
        #expect(Self.layerCounts(try Self.makeGraph(change).0.fusingStack()) == counts)
    }

    @Test func aStackExpandsToWhatItWasMadeOf() throws {
        let (graph, _) = try Self.makeGraph(.none)
        let fused = try graph.fusingStack()
        let operation = try #require(fused.nodes[0].operation as? EncoderStack)
        let types = fused.nodes[0].inputs.map(fused.type(of:))
        let expanded = try operation.expanded(types).graph
        #expect(expanded.nodes.map(\.operation.stem) == graph.nodes.map(\.operation.stem))
        #expect(
            operation.flops(for: types)
                == graph.nodes.reduce(0) {
                    $0 + $1.operation.flops(for: $1.inputs.map(graph.type(of:)))
                })
    }

    /// The matrices of every layer become halves, vectors stay as they are.
    @Test func aStackTakesHalves() throws {
        let half = try Self.makeGraph(.none).0.fusingStack().storingHalves()
        let stack = try #require(half.nodes.first { $0.operation is EncoderStack })
        #expect(half.type(of: stack.output).element == .float16)
        let elements = stack.inputs[3...].map { half.type(of: $0).element }
        let ofLayer: [ElementType] = [
            .float16, .float32, .float16, .float32, .float32, .float32, .float16, .float32,
            .float16, .float32, .float32, .float32,
        ]
        #expect(
            elements == [[ElementType]](repeating: ofLayer, count: Self.layerCount).flatMap(\.self))
    }
}
