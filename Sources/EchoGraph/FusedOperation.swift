import EchoTensor

/// An operation that stands for several nodes of a graph, for devices that do them in one go.
///
/// A rewrite makes it (``Graph/fusingLayers()``, ``Graph/fusingStack()``, ``Graph/fusingNorms()``); what it stands for is its
/// definition.
package protocol FusedOperation: Operation {
    /// Adds what it stands for to a graph.
    func add(to graph: inout Graph, _ inputs: [Graph.Value]) throws(GraphError) -> Graph.Value

    /// Number of inputs.
    var inputCount: Int { get }
}

extension FusedOperation {
    package func outputType(for inputs: [TensorType]) throws(GraphError) -> TensorType {
        try expanded(inputs).type
    }

    package func flops(for inputs: [TensorType]) -> Double {
        guard let graph = try? expanded(inputs).graph else { return 0 }
        return graph.nodes.reduce(0) {
            $0 + $1.operation.flops(for: $1.inputs.map(graph.type(of:)))
        }
    }

    /// The operation as a graph of what it stands for; graph input `i` has the name `"i"`, the output
    /// the name `"output"`.
    package func expanded(
        _ inputs: [TensorType]
    ) throws(GraphError) -> (graph: Graph, type: TensorType) {
        try require(
            inputs.count == inputCount, "takes \(inputCount) inputs, got \(inputs.count)")
        var graph = Graph()
        var values: [Graph.Value] = []
        for (number, input) in inputs.enumerated() {
            values.append(graph.input("\(number)", input))
        }
        let output = try add(to: &graph, values)
        graph.output("output", output)
        return (graph, graph.type(of: output))
    }
}
