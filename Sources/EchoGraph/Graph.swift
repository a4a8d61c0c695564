import EchoTensor

/// Operations and the values between them: a directed acyclic graph, built in order.
///
/// ```swift
/// var graph = Graph()
/// let x = graph.input("x", TensorType([64, 192]))
/// let y = try graph.add(LayerNorm(epsilon: 1e-6), [x, weight, bias], label: "norm")
/// graph.output("y", y)
/// ```
package struct Graph: Sendable {
    /// A value of the graph, known by its number.
    package struct Value: Hashable, Sendable {
        package let index: Int

        package init(index: Int) { self.index = index }
    }

    /// Where a value comes from.
    package enum Source: Sendable {
        /// Given anew at every run, by name.
        case input(String)
        /// Part of the model: the same at every run.
        case constant(HostTensor)
        /// Computed by the node of this number.
        case node(Int)
    }

    /// An operation applied to values.
    package struct Node: Sendable {
        package let label: String
        package let operation: any Operation
        package let inputs: [Value]
        package let output: Value
    }

    package private(set) var types: [TensorType] = []
    package private(set) var sources: [Source] = []
    package private(set) var nodes: [Node] = []
    package private(set) var outputs: [(name: String, value: Value)] = []
    /// The magnitude that no element of an input exceeds, where its giver promises one.
    package private(set) var inputLimits: [String: Float] = [:]

    package init() {}

    /// The type of a value.
    package func type(of value: Value) -> TensorType { types[value.index] }

    /// Adds a value that every run is given.
    ///
    /// - Parameter limit: The magnitude that none of its elements exceeds; nil if nothing is known.
    package mutating func input(
        _ name: String, _ type: TensorType, within limit: Float? = nil
    ) -> Value {
        inputLimits[name] = limit
        return append(type, .input(name))
    }

    /// Adds a value that is part of the model.
    package mutating func constant(_ tensor: HostTensor) -> Value {
        append(tensor.type, .constant(tensor))
    }

    /// Adds a node and returns its output; the output's type is inferred.
    ///
    /// - Throws: ``GraphError`` if the operation does not take these inputs; the label is named.
    package mutating func add(
        _ operation: any Operation, _ inputs: [Value], label: String
    ) throws(GraphError) -> Value {
        let type: TensorType
        do {
            type = try operation.outputType(for: inputs.map { types[$0.index] })
        } catch .shape(let stem, let problem) {
            throw .shape(operation: "\(label) (\(stem))", problem: problem)
        }
        let output = append(type, .node(nodes.count))
        nodes.append(Node(label: label, operation: operation, inputs: inputs, output: output))
        return output
    }

    /// Names a value as a result of the graph.
    package mutating func output(_ name: String, _ value: Value) {
        outputs.append((name, value))
    }

    private mutating func append(_ type: TensorType, _ source: Source) -> Value {
        types.append(type)
        sources.append(source)
        return Value(index: types.count - 1)
    }
}
