import EchoTensor

/// Runs graphs on one backend; nodes that it declines run on a second one, and are named.
///
/// Not thread-safe: its owner lets one run happen at a time.
package final class Executor<Primary: Backend, Fallback: Backend> {
    package let primary: Primary
    package let fallback: Fallback

    package init(_ primary: Primary, fallback: Fallback) {
        self.primary = primary
        self.fallback = fallback
    }

    /// What a run gives back.
    package struct Run {
        /// The graph's outputs by name.
        package var outputs: [String: HostTensor] = [:]
        /// Every node's output in running order; only where it was asked for.
        package var trace: [(label: String, stem: String, value: HostTensor)] = []
        /// Labels of the nodes that ran on the fallback, each with the primary's reason.
        package var declined: [(label: String, reason: String)] = []
        /// Bytes of the plan's buffers.
        package var peakByteCount = 0
        /// Bytes that the values would take without reuse.
        package var totalByteCount = 0
    }

    /// Runs `graph` on the given inputs.
    ///
    /// - Parameters:
    ///   - tracing: Also return every node's output.
    ///   - observe: Called with each node once it has run, and the seconds that it took; the
    ///     backend then finishes each node before the next.
    /// - Throws: ``GraphError`` where an input is missing or of another type, and what the backends
    ///   throw.
    package func run(
        _ graph: Graph, inputs: [String: HostTensor], tracing: Bool = false,
        observe: ((Graph.Node, Double) -> Void)? = nil
    ) throws -> Run {
        let graph = try primary.rewrite(graph)
        let schedule = Schedule(graph)
        let plan = MemoryPlan(graph, schedule)
        var run = Run()
        run.peakByteCount = plan.peakByteCount
        run.totalByteCount = plan.totalByteCount

        var buffers: [Primary.Buffer] = []
        defer { for buffer in buffers { primary.release(buffer) } }
        for byteCount in plan.slotByteCounts {
            buffers.append(try primary.allocate(byteCount: byteCount))
        }

        func operand(_ value: Graph.Value) -> Operand<Primary.Buffer> {
            if case .constant(let tensor) = graph.sources[value.index] { return .constant(tensor) }
            guard let slot = plan.slots[value.index] else {
                preconditionFailure("value \(value.index) was not planned")
            }
            return .value(buffers[slot], graph.type(of: value))
        }
        func fetch(_ value: Graph.Value) throws -> HostTensor {
            switch operand(value) {
            case .constant(let tensor): tensor
            case .value(let buffer, let type): try primary.download(buffer, type: type)
            }
        }

        for (index, source) in graph.sources.enumerated() where schedule.lastUse[index] != nil {
            guard case .input(let name) = source else { continue }
            let expected = graph.types[index]
            guard let tensor = inputs[name], tensor.type == expected else {
                throw GraphError.input(
                    name: name, expected: expected, actual: inputs[name]?.type)
            }
            if case .value(let buffer, _) = operand(Graph.Value(index: index)) {
                try primary.upload(tensor, to: buffer)
            }
        }
        for number in schedule.order {
            let node = graph.nodes[number]
            guard case .value(let output, let type) = operand(node.output) else {
                preconditionFailure("\(node.label) computes a constant")
            }
            let types = node.inputs.map(graph.type(of:))
            let start = ContinuousClock.now
            if let reason = primary.reasonToDecline(node.operation, types) {
                run.declined.append((node.label, reason))
                let value = try runOnFallback(
                    node, constants: node.inputs.map { isConstant($0, in: graph) },
                    try node.inputs.map(fetch), type)
                try primary.upload(value, to: output)
            } else {
                try primary.execute(node.operation, node.inputs.map(operand), to: output)
            }
            if let observe {
                try primary.finish()
                observe(node, (ContinuousClock.now - start) / .seconds(1))
            }
            if tracing {
                run.trace.append((node.label, node.operation.stem, try fetch(node.output)))
            }
        }
        for (name, value) in graph.outputs { run.outputs[name] = try fetch(value) }
        return run
    }

    private func isConstant(_ value: Graph.Value, in graph: Graph) -> Bool {
        if case .constant = graph.sources[value.index] { true } else { false }
    }

    private func runOnFallback(
        _ node: Graph.Node, constants: [Bool], _ inputs: [HostTensor], _ type: TensorType
    ) throws -> HostTensor {
        var buffers: [Fallback.Buffer] = []
        defer { for buffer in buffers { fallback.release(buffer) } }
        func allocate(_ byteCount: Int) throws -> Fallback.Buffer {
            buffers.append(try fallback.allocate(byteCount: byteCount))
            return buffers[buffers.count - 1]
        }
        let operands = try zip(inputs, constants).map { tensor, isConstant in
            if isConstant { return Operand<Fallback.Buffer>.constant(tensor) }
            let buffer = try allocate(tensor.type.byteCount)
            try fallback.upload(tensor, to: buffer)
            return Operand.value(buffer, tensor.type)
        }
        let output = try allocate(type.byteCount)
        try fallback.execute(node.operation, operands, to: output)
        return try fallback.download(output, type: type)
    }
}
