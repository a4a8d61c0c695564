import EchoCPU
import EchoGPU
import EchoGraph
import EchoModel
import EchoOpenCL
import EchoTensor
import EchoVerify
import Testing

/// Products by matrix units, emulated: every unit's places in the lanes, in both precisions, against the CPU path.
@Suite(.timeLimit(.minutes(20))) struct MatrixProductTests {
    static let units = MatrixUnit.Layout.allCases.map { MatrixUnit($0, isEmulated: true) }
    static let storages: [ElementType] = [.float32, .float16]

    /// Products of every shape on a runtime that compiles barriers quickly, elsewhere the small ones.
    static func cases(on backend: GPUBackend) -> [OperationCase] {
        (Verification(backend).cases() + OperationCase.forMatrixUnits).filter { operationCase in
            guard operationCase.operation is any ProductOperation else { return false }
            let inputs = operationCase.inputs.map(\.tensor.type)
            return backend.device.isPocl ? operationCase.operation.flops(for: inputs) < 1e6 : true
        }
    }

    @Test(arguments: OperationTests.devices, units)
    func productsAgreeWithTheCPUPath(device: Device, unit: MatrixUnit) throws {
        for storage in Self.storages {
            let backend = try GPUBackend(
                device, family: .simt, storage: storage, unit: .unit(unit), guardsBuffers: true)
            #expect(backend.unit == unit)
            let cases = Self.cases(on: backend)
            #expect(cases.count >= 8)
            for operationCase in cases {
                let check = try ExpectedCase(operationCase, storing: storage)
                    .check(Executor(backend, fallback: CPUBackend()))
                #expect(check.passes, "\(storage) \(check)")
                #expect(try backend.damagedGuardCount() == 0, "\(storage) \(operationCase)")
            }
            let kernels = backend.programs.filter { $0.options.contains("-DFAMILY_MATRIX") }
            #expect(Set(kernels.map(\.name)).isSuperset(of: ["matmul", "matmul_norm", "patch_embed"]))
            #expect(kernels.count == backend.programs.filter { $0.name != "convert" }.count)
        }
    }

    /// Embeddings in single precision are those of the vector units but for rounding.
    @Test(arguments: OperationTests.devices.filter { !$0.isPocl }, units)
    func theEncoderAgreesWithTheCPUPath(device: Device, unit: MatrixUnit) throws {
        for storage in Self.storages {
            let backend = try GPUBackend(
                device, family: .simt, storage: storage, unit: .unit(unit))
            let checks = try Verification(backend).encoder(.synthetic(seed: 1), storing: storage)
            for check in checks { #expect(check.passes, "\(storage) \(check)") }
            #expect(checks.count == 2)
            let kernels = backend.programs.filter { $0.options.contains("-DFAMILY_MATRIX") }
            #expect(Set(kernels.map(\.name)).isSuperset(of: ["matmul", "matmul_norm", "patch_embed"]))
        }
    }
}
