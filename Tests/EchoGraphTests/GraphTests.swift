import EchoGraph
import EchoTensor
import Testing

/// How a graph is put together.
@Suite(.timeLimit(.minutes(20))) struct GraphTests {
    @Test func valuesRememberTheirTypesAndSources() throws {
        var graph = Graph()
        let x = graph.input("x", TensorType([3]))
        let weight = graph.constant(vector(1, 2))
        let y = try graph.add(Blend(count: 5), [x, weight], label: "y")
        graph.output("result", y)

        #expect(graph.types == [TensorType([3]), TensorType([2]), TensorType([5])])
        #expect(graph.type(of: y) == TensorType([5]))
        guard case .input("x") = graph.sources[x.index],
            case .constant(let tensor) = graph.sources[weight.index],
            case .node(0) = graph.sources[y.index]
        else {
            Issue.record("\(graph.sources)")
            return
        }
        #expect(tensor.floats == [1, 2])
        #expect(graph.nodes.count == 1)
        #expect(graph.nodes[0].label == "y")
        #expect(graph.nodes[0].inputs == [x, weight])
        #expect(graph.nodes[0].output == y)
        #expect(graph.outputs.map(\.name) == ["result"])
        #expect(graph.outputs.map(\.value) == [y])
    }

    @Test func anErrorOfShapesNamesTheNodeAndItsOperation() {
        var graph = Graph()
        let x = graph.input("x", TensorType([4, 3]))
        let error = #expect(throws: GraphError.self) {
            try graph.add(
                LayerNorm(epsilon: 1e-6, hasResidual: false), [x], label: "layer.0.norm1")
        }
        #expect(
            error?.description
                == "layer.0.norm1 (layer_norm): takes input, weight, bias, got 1 inputs")
        #expect(graph.nodes.isEmpty, "a node that was refused is not added")
        #expect(graph.types.count == 1)
    }

    @Test func bytesAreEveryInputReadOnceAndTheOutputWrittenOnce() throws {
        let inputs = [TensorType([7, 5]), TensorType([3], .int32)]
        #expect(try Gather().bytes(for: inputs) == Double(4 * (7 * 5 + 3 + 3 * 5)))
    }
}
