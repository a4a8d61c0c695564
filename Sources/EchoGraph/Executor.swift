import EchoInvariant
import EchoTensor

/// Runs graphs on one backend; nodes that it declines run on a second one, and are named.
///
/// Not thread-safe: its owner lets one call happen at a time. Runs that were submitted may be waited
/// for meanwhile, on any thread.
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
        /// Every node's output in running order; only if it was asked for.
        package var trace: [(label: String, stem: String, value: HostTensor)] = []
        /// Labels of the nodes that ran on the fallback, each with the primary's reason.
        package var declined: [(label: String, reason: String)] = []
        /// Bytes of the plan's buffers.
        package var peakByteCount = 0
        /// Bytes that the values would take without reuse.
        package var totalByteCount = 0
    }

    /// Runs `graph` on the given inputs and waits for it.
    ///
    /// - Parameters:
    ///   - tracing: Also return every node's output.
    ///   - observe: Called with each node once it has run, and the seconds that it took; the
    ///     backend then finishes each node before the next.
    /// - Throws: ``GraphError`` if an input is missing or of another type, and what the backends
    ///   throw.
    package func run(
        _ graph: Graph, inputs: [String: HostTensor], tracing: Bool = false,
        observe: ((Graph.Node, Double) -> Void)? = nil
    ) throws -> Run {
        var run = Run()
        let submission = try submit(graph, inputs: inputs.mapValues(GraphInput.init)) {
            node, work, output in
            if let observe {
                try primary.finish()
                let start = ContinuousClock.now
                try work()
                try primary.finish()
                observe(node, (ContinuousClock.now - start) / .seconds(1))
            } else {
                try work()
            }
            if tracing { run.trace.append((node.label, node.operation.stem, try output())) }
        }
        defer { retire(submission) }
        run.outputs = try submission.wait()
        run.declined = submission.declined
        run.peakByteCount = submission.peakByteCount
        run.totalByteCount = submission.totalByteCount
        return run
    }

    /// Gives `graph` to the primary backend without waiting for it: while one run is at work the next
    /// can be submitted. Each is to be retired.
    ///
    /// - Parameter visit: Called for each node, which it is to run, and with a way to its output.
    /// - Throws: As ``run(_:inputs:tracing:observe:)``; nothing is left queued then.
    package func submit(
        _ graph: Graph, inputs: [String: GraphInput],
        visit: (Graph.Node, _ work: () throws -> Void, _ output: () throws -> HostTensor) throws
            -> Void = { _, work, _ in try work() }
    ) throws -> Submission {
        let graph = try primary.rewrite(graph)
        let schedule = Schedule(graph)
        let plan = MemoryPlan(graph, schedule)
        var memory = RunMemory(graph, plan, primary)
        do {
            try memory.allocate()
            try send(inputs, graph, schedule, memory)
            var declined: [(label: String, reason: String)] = []
            for number in schedule.order {
                let node = graph.nodes[number]
                let work = {
                    if let reason = try self.queue(node, of: graph, memory) {
                        declined.append((node.label, reason))
                    }
                }
                try visit(node, work) { try memory.fetch(node.output) }
            }
            let outputs = try graph.outputs.map {
                (name: $0.name, value: try memory.receive($0.value))
            }
            try primary.flush()
            memory.releaseValues()
            return Submission(
                declined: declined, peakByteCount: plan.peakByteCount,
                totalByteCount: plan.totalByteCount, outputs: outputs
            ) { [memory] in memory.releaseExchange() }
        } catch {
            // What was queued may still use the memory, or fail as well.
            try? primary.finish()
            memory.releaseValues()
            memory.releaseExchange()
            throw error
        }
    }

    /// Gives back the memory of a run that was waited for, or that the backend has finished.
    package func retire(_ submission: Submission) { submission.release() }

    private func send(
        _ inputs: [String: GraphInput], _ graph: Graph, _ schedule: Schedule,
        _ memory: RunMemory<Primary>
    ) throws {
        for (index, source) in graph.sources.enumerated() where schedule.lastUse[index] != nil {
            guard case .input(let name) = source else { continue }
            let expected = graph.types[index]
            guard let input = inputs[name], input.type == expected else {
                throw GraphError.input(
                    name: name, expected: expected, actual: inputs[name]?.type)
            }
            if case .value(let buffer, _) = memory.operand(Graph.Value(index: index)) {
                try primary.send(input, to: buffer)
            }
        }
    }

    /// Runs a node or queues it; returns the reason where the fallback had to.
    private func queue(
        _ node: Graph.Node, of graph: Graph, _ memory: RunMemory<Primary>
    ) throws -> String? {
        guard case .value(let output, let type) = memory.operand(node.output) else {
            invariantFailure("\(node.label) computes a constant")
        }
        let types = node.inputs.map(graph.type(of:))
        guard let reason = primary.reasonToDecline(node.operation, types) else {
            try primary.execute(node.operation, node.inputs.map(memory.operand), to: output)
            return nil
        }
        let value = try runOnFallback(
            node, constants: node.inputs.map { isConstant($0, in: graph) },
            try node.inputs.map(memory.fetch), type)
        try primary.upload(value, to: output)
        return reason
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
