import EchoCPU
import EchoGraph
import EchoTensor

/// A case and what the CPU path makes of it, computed once for any number of backends.
package struct ExpectedCase: Sendable {
    package let operationCase: OperationCase
    let graph: Graph
    let inputs: [String: HostTensor]
    /// What the CPU path makes of it, and how far a backend may lie from that.
    package let expected: HostTensor?
    package let tolerance: Tolerance

    /// - Parameter storage: How the backends store matrices: if that is as halves, the CPU path gets
    ///   the same halves.
    package init(_ operationCase: OperationCase, storing storage: ElementType = .float32) throws {
        self.operationCase = operationCase
        (graph, inputs) = try operationCase.graph()
        let storesHalves = storage == .float16 && operationCase.operation.takesHalf
        let reference = Executor(CPUBackend(), fallback: CPUBackend())
        expected = try reference.run(
            storesHalves ? graph.storingHalves() : graph, inputs: inputs
        ).outputs["output"]
        let own = operationCase.tolerance
        tolerance = storesHalves ? own.storingHalves : own
    }

    /// Runs the case on a backend.
    package func run<B: Backend>(_ executor: Executor<B, CPUBackend>) throws
        -> Executor<B, CPUBackend>.Run
    {
        try executor.run(graph, inputs: inputs)
    }

    /// Runs the case on a backend and compares.
    package func check<B: Backend>(_ executor: Executor<B, CPUBackend>) throws -> Check {
        let actual = try run(executor)
        return Check(
            name: operationCase.operation.stem, shape: operationCase.shape,
            actual: actual.outputs["output"], reference: expected,
            tolerance: tolerance, declined: actual.declined.first?.reason)
    }
}

extension Tolerance {
    /// Where results are stored as halves: two sums that differ by rounding may have neighbouring halves, 2^-10 of the
    /// value apart.
    var storingHalves: Tolerance {
        Tolerance(
            absolute: absolute, relative: relative + 0x1p-10, ofLargest: ofLargest,
            ofLoudest: ofLoudest)
    }
}
