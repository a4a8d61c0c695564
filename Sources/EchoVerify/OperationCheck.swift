import EchoCPU
import EchoGraph
import EchoTensor

/// What came of running one case on a backend and on the CPU path.
package struct OperationCheck: Sendable {
    package let operationCase: OperationCase
    package let comparison: Comparison
    /// Why the backend left the operation to the CPU path; nil where it ran it.
    package let declined: String?

    /// Runs `operationCase` on both and compares the results within the operation's tolerance.
    ///
    /// - Throws: What the backends throw.
    package init<B: Backend>(_ operationCase: OperationCase, on backend: B) throws {
        let (graph, inputs) = try operationCase.graph()
        let reference = try Executor(CPUBackend(), fallback: CPUBackend()).run(
            graph, inputs: inputs)
        let run = try Executor(backend, fallback: CPUBackend()).run(graph, inputs: inputs)
        self.operationCase = operationCase
        comparison = Comparison(
            actual: run.outputs["output"]?.floats ?? [],
            reference: reference.outputs["output"]?.floats ?? [],
            tolerance: operationCase.tolerance)
        declined = run.declined.first?.reason
    }

    /// True where the backend ran the operation itself and agrees with the CPU path.
    package var passes: Bool { comparison.passes && declined == nil }
}
