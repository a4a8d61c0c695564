import EchoCPU
import EchoGPU
import EchoGraph
import EchoOpenCL
import EchoTensor

/// Whether kernels compute in some tiles what the CPU path does: every case of the operations that a
/// stage is about, none writing behind its output.
package struct TilingCheck {
    private let device: Device
    private let family: KernelFamily
    private let unit: MatrixUnitChoice
    private let storage: ElementType
    private let cases: [ExpectedCase]

    /// - Parameters:
    ///   - unit: The matrix unit that kernels use; nil for none.
    ///   - storage: How matrices are stored.
    ///   - isIncluded: Leaves cases out, where a test has no time for all.
    package init(
        _ stage: TuningStage, _ device: Device, _ family: KernelFamily, unit: MatrixUnit? = nil,
        storing storage: ElementType = .float32,
        where isIncluded: (OperationCase) -> Bool = { _ in true }
    ) throws {
        self.device = device
        self.family = family
        self.storage = storage
        self.unit = MatrixUnitChoice(unit)
        cases = try OperationCase.all
            .filter { stage.matters(to: $0.operation, family) && isIncluded($0) }
            .map { try ExpectedCase($0, storing: storage) }
    }

    /// The error of the check that came nearest to its tolerance, or passed it, and what is wrong.
    package struct Result {
        package var maximumError: Double?
        /// Nil if the tiles can be relied on.
        package var problem: String?
    }

    /// Runs the cases in these tiles, up to the first that fails.
    package func run(_ tiling: Tiling) -> Result {
        if let problem = tiling.problem(family, on: device) { return Result(problem: problem) }
        var result = Result()
        do {
            let backend = try GPUBackend(
                device, family: family, tiling: tiling, storage: storage, unit: unit,
                guardsBuffers: true)
            let executor = Executor(backend, fallback: CPUBackend())
            var nearest = 0.0
            for expected in cases where Self.isRun(expected.operationCase, by: backend) {
                let check = try expected.check(executor)
                let error = check.comparison.maximumError
                if check.comparison.usedShare >= nearest || !check.passes {
                    nearest = check.comparison.usedShare
                    result.maximumError = error
                }
                guard check.passes else {
                    result.problem = check.declined ?? "\(check)"
                    return result
                }
            }
            let damaged = try backend.damagedGuardCount()
            if damaged > 0 { result.problem = "writes behind \(damaged) of its outputs" }
        } catch {
            result.problem = "\(error)"
        }
        return result
    }

    /// False for a fused operation that these tiles leave out: what it stands for has cases of its own.
    private static func isRun(_ operationCase: OperationCase, by backend: GPUBackend) -> Bool {
        guard operationCase.operation is any FusedOperation else { return true }
        let types = operationCase.inputs.map(\.tensor.type)
        return backend.reasonToDecline(operationCase.operation, types) == nil
    }
}
