import EchoCPU
import EchoGraph
import EchoModel
import EchoTensor

/// Whether a backend computes what the CPU path does: operation by operation, node by node of the
/// encoder's graph, and the encoder as a whole.
package struct Verification<B: Backend> {
    private let executor: Executor<B, CPUBackend>
    private let reference = Executor(CPUBackend(fusesLayers: false), fallback: CPUBackend())

    package init(_ backend: B) {
        executor = Executor(backend, fallback: CPUBackend())
    }

    /// Every case of every operation that the backend's graphs are made of: fused operations only
    /// where the backend runs them.
    package func cases() -> [OperationCase] {
        OperationCase.all.filter { operationCase in
            guard operationCase.operation is any FusedOperation else { return true }
            let types = operationCase.inputs.map(\.tensor.type)
            return executor.primary.reasonToDecline(operationCase.operation, types) == nil
        }
    }

    /// Runs ``cases()``.
    ///
    /// - Parameter storage: How the backend stores matrices.
    package func operations(storing storage: ElementType = .float32) throws -> [Check] {
        try cases().map { try check($0, storing: storage) }
    }

    /// One operation on seeded inputs.
    package func check(
        _ operationCase: OperationCase, storing storage: ElementType = .float32
    ) throws -> Check {
        try ExpectedCase(operationCase, storing: storage).check(executor)
    }

    /// The whole encoder on a batch of several sample rates and lengths: with a row a patch, then for utterances alone,
    /// whose last layer is another.
    ///
    /// - Parameter storage: How the backend stores weights and activations; the CPU path has float32.
    package func encoder(
        _ weights: Weights, storing storage: ElementType = .float32
    ) throws -> [Check] {
        // Twelve layers keep rounding near that of one: each ends in a norm. Measured: 20 to 25 roundings
        // of the largest value; halves come to 5e-3.
        let tolerance = storage == .float16 ? Tolerance(absolute: 0.02) : .roundings(160)
        return try [true, false].flatMap { wantsRows in
            let batch = try VerificationBatch(weights, wantsRows: wantsRows)
            let expected = try reference.run(batch.graph, inputs: batch.inputs)
            let actual = try executor.run(batch.graph, inputs: batch.inputs)
            return batch.graph.outputs.map { name, value in
                let shape = batch.graph.type(of: value).shape.description
                return Check(
                    name: "encoder.\(name)", shape: wantsRows ? shape : "\(shape) alone",
                    actual: actual.outputs[name], reference: expected.outputs[name],
                    tolerance: tolerance, declined: actual.declined.first?.reason)
            }
        }
    }

    /// Every node of the encoder's graph in running order, each computed from the CPU path's values,
    /// so that a node answers for itself alone.
    ///
    /// - Parameter storage: How the backend stores matrices: if that is as halves, the CPU path gets the same halves.
    package func nodes(
        _ weights: Weights, storing storage: ElementType = .float32
    ) throws -> [Check] {
        let batch = try VerificationBatch(weights, wantsRows: true)
        let graph = batch.graph
        let trace = try reference.run(graph, inputs: batch.inputs, tracing: true).trace
        var values = batch.inputs
        return try zip(Schedule(graph).order, trace).map { number, expected in
            let node = graph.nodes[number]
            let (single, inputs) = try isolate(node, of: graph, values)
            values[node.label] = expected.value
            let actual = try executor.run(single, inputs: inputs)
            let own = node.operation.tolerance(for: node.inputs.map(graph.type(of:)))
            let storesHalves = storage == .float16 && node.operation.takesHalf
            let reference =
                storesHalves
                ? try self.reference.run(single.storingHalves(), inputs: inputs).outputs["output"]
                : expected.value
            return Check(
                name: node.label, shape: expected.value.shape.description,
                actual: actual.outputs["output"], reference: reference,
                tolerance: storesHalves ? own.storingHalves : own,
                declined: actual.declined.first?.reason)
        }
    }

    /// A graph of one node, whose inputs are values by name: graph inputs' and nodes' labels.
    private func isolate(
        _ node: Graph.Node, of graph: Graph, _ values: [String: HostTensor]
    ) throws(GraphError) -> (graph: Graph, inputs: [String: HostTensor]) {
        var single = Graph()
        var inputs: [String: HostTensor] = [:]
        let operands = node.inputs.map { value in
            let name: String
            switch graph.sources[value.index] {
            case .constant(let tensor): return single.constant(tensor)
            case .input(let input): name = input
            case .node(let number): name = graph.nodes[number].label
            }
            inputs[name] = values[name]
            return single.input(name, graph.type(of: value))
        }
        single.output("output", try single.add(node.operation, operands, label: node.label))
        return (single, inputs)
    }
}
