import EchoCPU
import EchoGPU
import EchoGraph
import EchoOpenCL
import EchoTensor
import EchoVerify
import Foundation
import Testing

/// Every operation at its smallest shapes: few enough instructions for a simulator of devices that
/// looks for data races and accesses out of bounds (`.ci/oclgrind`).
@Suite(.timeLimit(.minutes(20))) struct SmallShapeTests {
    /// Arithmetic of a case, by the operation's own count.
    private static let flopLimit = 3e5
    /// The family that `$ECHO_KERNELS` names, else both.
    static let families: [KernelFamily] = {
        let name = ProcessInfo.processInfo.environment["ECHO_KERNELS"]
        return name.flatMap(KernelFamily.init(rawValue:)).map { [$0] } ?? KernelFamily.allCases
    }()

    @Test(arguments: OperationTests.devices, families)
    func kernelsAgreeWithTheCPUPath(device: Device, family: KernelFamily) throws {
        let backend = try GPUBackend(device, family: family, guardsBuffers: true)
        let verification = Verification(backend)
        let cases = verification.cases().filter { small in
            small.operation.flops(for: small.inputs.map(\.tensor.type)) <= Self.flopLimit
        }
        let stems = Set(cases.map(\.operation.stem))
        #expect(stems.isSuperset(of: ["attention", "gather", "layer_norm", "matmul"]))
        #expect(stems.isSuperset(of: ["patch_embed", "stft", "top_k"]))
        #expect(stems.contains("matmul_norm") == (family == .simt))
        for operationCase in cases {
            let check = try verification.check(operationCase)
            #expect(check.passes, "\(check)")
        }
        #expect(try backend.damagedGuardCount() == 0)
    }

    @Test(arguments: OperationTests.devices)
    func halvesAgreeWithTheCPUPath(device: Device) throws {
        guard Self.families.contains(.simt) else { return }
        let backend = try GPUBackend(
            device, family: .simt, storage: .float16, guardsBuffers: true)
        for operationCase in Verification(backend).cases()
        where operationCase.operation.flops(for: operationCase.inputs.map(\.tensor.type))
            <= Self.flopLimit && operationCase.operation.takesHalf
        {
            let check = try HalfPrecisionTests.check(operationCase, on: backend)
            #expect(check.passes, "\(check)")
        }
        #expect(try backend.damagedGuardCount() == 0)
    }

    /// Attention on emulated units; pocl has its share of them in `AttentionMatrixTests`.
    @Test(arguments: OperationTests.devices, [MatrixUnit.Layout.nvidia, .cdna, .xmx8])
    func attentionOnMatrixUnitsAgrees(device: Device, layout: MatrixUnit.Layout) throws {
        guard Self.families.contains(.simt), !device.isPocl else { return }
        for storage in [ElementType.float16, .float32] {
            let backend = try GPUBackend(
                device, family: .simt, storage: storage,
                unit: .unit(MatrixUnit(layout, isEmulated: true)), guardsBuffers: true)
            var count = 0
            for operationCase in Verification(backend).cases()
            where operationCase.operation is Attention
                && operationCase.operation.flops(for: operationCase.inputs.map(\.tensor.type))
                    <= Self.flopLimit
            {
                let check = try ExpectedCase(operationCase, storing: storage)
                    .check(Executor(backend, fallback: CPUBackend()))
                #expect(check.passes, "\(check)")
                count += 1
            }
            #expect(count > 0)
            #expect(try backend.damagedGuardCount() == 0)
        }
    }
}
