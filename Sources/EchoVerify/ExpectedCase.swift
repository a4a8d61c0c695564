import EchoCPU
import EchoGraph
import EchoTensor

/// A case and what the CPU path makes of it, computed once for any number of backends.
package struct ExpectedCase: Sendable {
    package let operationCase: OperationCase
    let graph: Graph
    let inputs: [String: HostTensor]
    private let expected: HostTensor?

    package init(_ operationCase: OperationCase) throws {
        self.operationCase = operationCase
        (graph, inputs) = try operationCase.graph()
        let reference = Executor(CPUBackend(), fallback: CPUBackend())
        expected = try reference.run(graph, inputs: inputs).outputs["output"]
    }

    /// Runs the case on a backend and compares.
    package func check<B: Backend>(_ executor: Executor<B, CPUBackend>) throws -> Check {
        let actual = try executor.run(graph, inputs: inputs)
        return Check(
            name: operationCase.operation.stem, shape: operationCase.shape,
            actual: actual.outputs["output"], reference: expected,
            tolerance: operationCase.tolerance, declined: actual.declined.first?.reason)
    }
}
