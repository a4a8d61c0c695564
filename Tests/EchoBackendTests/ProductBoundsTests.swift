import EchoCPU
import EchoGraph
import EchoModel
import EchoTensor
import Testing

/// What bounds the rows of the encoder's products and attention, and that no row exceeds it.
@Suite(.timeLimit(.minutes(20))) struct ProductBoundsTests {
    private static func encoder(
        _ configuration: Configuration, from source: Encoder.Source
    ) throws -> (graph: Graph, layout: BatchLayout, encoder: Encoder) {
        let encoder = Encoder(.synthetic(seed: 5, configuration: configuration))
        let layout = BatchLayout([
            .init(sampleRate: 16000, windowLength: 400, hop: 160, frameCount: 40)
        ])
        var constants = ConstantBounds()
        let graph = try encoder.graph(for: layout, from: source, wantsRows: true)
            .boundingInputs(&constants)
        return (graph, layout, encoder)
    }

    private static func bound(_ node: Graph.Node) -> Float? {
        (node.operation as? any BoundedOperation)?.largestInput
    }

    @Test(arguments: [Configuration.tiny, .small])
    func noRowExceedsItsBound(configuration: Configuration) throws {
        let (graph, layout, encoder) = try Self.encoder(configuration, from: .samples)
        var inputs = encoder.inputs(for: layout)
        // As loud as samples get, and silent: a click at the end.
        inputs["samples"] = HostTensor([layout.sampleCount]) { samples in
            samples.update(repeating: 0)
            for index in samples.indices.suffix(400) { samples[index] = index % 2 == 0 ? 1 : -1 }
        }
        let backend = CPUBackend(fusesLayers: false)
        let trace = try Executor(backend, fallback: CPUBackend())
            .run(graph, inputs: inputs, tracing: true).trace
        var values: [Graph.Value: HostTensor] = [:]
        var checked = 0
        for (number, entry) in zip(Schedule(graph).order, trace) {
            let node = graph.nodes[number]
            values[node.output] = entry.value
            guard let bound = Self.bound(node) else { continue }
            let rows = try #require(values[node.inputs[0]])
            let largest = rows.floats.map(\.magnitude).max() ?? .infinity
            #expect(largest <= bound, "\(node.label)")
            #expect(bound < 1e6, "\(node.label): a bound that says nothing")
            checked += 1
        }
        #expect(checked == graph.nodes.filter { Self.bound($0) != nil }.count && checked > 40)
    }

    /// Nobody knows how large the patches are that a user gives; the first norm bounds what is behind it.
    @Test func patchesThatAreGivenBoundNothingUpToTheFirstNorm() throws {
        let (graph, _, _) = try Self.encoder(.tiny, from: .patches)
        let unbounded = graph.nodes.filter { Self.bound($0) == .infinity }.map(\.label)
        let first = ["qkv", "attention", "output"].map { "layer.0.\($0)" }
        #expect(unbounded == ["patch_embed"] + first)
    }

    @Test func whatIsNotFiniteBoundsNothing() throws {
        for value in [Float.infinity, .nan] {
            var graph = Graph()
            let weight = HostTensor([2, 2]) { values in
                values.update(repeating: 1)
                values[1] = value
            }
            let bias = graph.constant(HostTensor([2]) { $0.update(repeating: 1) })
            let groups = graph.input("groups", TensorType([2], .int32))
            let x = graph.input("x", TensorType([3, 2]), within: 2)
            let first = try graph.add(
                MatMul(), [x, graph.constant(weight), bias, groups], label: "first")
            let second = try graph.add(
                MatMul(), [first, graph.constant(weight), bias, groups], label: "second")
            graph.output("y", second)
            var constants = ConstantBounds()
            let bounds = try graph.boundingInputs(&constants).nodes.map(Self.bound)
            #expect(bounds == [Float(2).nextUp, .infinity])
        }
    }
}
