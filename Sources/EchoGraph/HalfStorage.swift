import EchoInvariant
import EchoTensor

extension Graph {
    /// The same computation with activations and weight matrices stored as half: half the bytes,
    /// the same arithmetic.
    ///
    /// Vectors of the model (biases, scales and shifts), graph inputs and outputs, and operations
    /// that do not take halves (the STFT) stay float32; ``Convert`` nodes lie between.
    ///
    /// - Parameter half: A matrix of the model as half: whoever rewrites one graph a batch keeps them.
    package func storingHalves(
        _ half: (HostTensor) -> HostTensor = { $0.stored(as: .float16) }
    ) throws(GraphError) -> Graph {
        var storage = HalfStorage(self)
        for node in nodes { try storage.add(node, half) }
        for output in outputs { try storage.addOutput(output.name, output.value) }
        return storage.result
    }
}

/// A graph on its way to halves.
private struct HalfStorage {
    private struct Stored: Hashable {
        let value: Graph.Value
        let element: ElementType
    }

    private let original: Graph
    private(set) var result = Graph()
    /// Values of the original in the result, as whichever types they are read.
    private var values: [Stored: Graph.Value] = [:]
    /// The type in which each is computed or given.
    private var elements: [Graph.Value: ElementType] = [:]

    init(_ graph: Graph) {
        original = graph
        for (index, source) in graph.sources.enumerated() {
            let value = Graph.Value(index: index)
            switch source {
            case .input(let name): keep(value, as: result.input(name, graph.types[index]))
            case .constant(let tensor): keep(value, as: result.constant(tensor))
            case .node: continue
            }
        }
    }

    mutating func add(
        _ node: Graph.Node, _ half: (HostTensor) -> HostTensor
    ) throws(GraphError) {
        var inputs: [Graph.Value] = []
        for input in node.inputs {
            let type = original.type(of: input)
            let isHalf = node.operation.takesHalf && type.shape.rank == 2 && type.element.isReal
            inputs.append(
                try value(input, as: isHalf ? .float16 : type.element, half))
        }
        keep(node.output, as: try result.add(node.operation, inputs, label: node.label))
    }

    mutating func addOutput(_ name: String, _ output: Graph.Value) throws(GraphError) {
        let element = original.type(of: output).element
        result.output(name, try value(output, as: element) { $0 })
    }

    private mutating func keep(_ value: Graph.Value, as stored: Graph.Value) {
        let element = result.type(of: stored).element
        elements[value] = element
        values[Stored(value: value, element: element)] = stored
    }

    /// The value in this type: as it is, or converted once for all who read it.
    private mutating func value(
        _ value: Graph.Value, as element: ElementType, _ half: (HostTensor) -> HostTensor
    ) throws(GraphError) -> Graph.Value {
        let key = Stored(value: value, element: element)
        if let known = values[key] { return known }
        let converted: Graph.Value
        if case .constant(let tensor) = original.sources[value.index] {
            converted = result.constant(half(tensor))
        } else {
            guard let given = elements[value],
                let source = values[Stored(value: value, element: given)]
            else { invariantFailure("value \(value.index) is read before it is computed") }
            converted = try result.add(
                Convert(to: element), [source], label: "\(label(of: value)).\(element)")
        }
        values[key] = converted
        return converted
    }

    private func label(of value: Graph.Value) -> String {
        switch original.sources[value.index] {
        case .input(let name): name
        case .node(let number): original.nodes[number].label
        case .constant: "constant"
        }
    }
}
