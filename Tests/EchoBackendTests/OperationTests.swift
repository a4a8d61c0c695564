import EchoGPU
import EchoGraph
import EchoModel
import EchoOpenCL
import EchoVerify
import Testing

/// Every operation's kernels, in both families, on every OpenCL platform that is installed, against
/// the CPU path; no kernel may write behind its output.
@Suite(.timeLimit(.minutes(20))) struct OperationTests {
    static let devices: [Device] = ((try? Platform.all()) ?? []).compactMap(\.devices.first)

    @Test func anOpenCLDeviceIsInstalled() throws {
        #expect(!Self.devices.isEmpty, "install pocl-opencl-icd to run these tests")
    }

    @Test(arguments: devices, KernelFamily.allCases)
    func kernelsAgreeWithTheCPUPath(device: Device, family: KernelFamily) throws {
        let backend = try GPUBackend(device, family: family, guardsBuffers: true)
        let verification = Verification(backend)
        let operations = verification.cases().map(\.operation)
        #expect(operations.contains { $0 is EncoderLayer } == (family == .simd))
        #expect(operations.contains { $0 is MatMulNorm } == (family == .simt))
        for operationCase in verification.cases() {
            let check = try verification.check(operationCase)
            #expect(check.passes, "\(check)")
            let damaged = try backend.damagedGuardCount()
            #expect(damaged == 0, "\(operationCase)")
        }
    }

    @Test(arguments: devices, KernelFamily.allCases)
    func everyNodeOfTheEncoderAgrees(device: Device, family: KernelFamily) throws {
        let verification = Verification(try GPUBackend(device, family: family))
        let weights = Weights.synthetic(seed: 1)
        for check in try verification.nodes(weights) + verification.encoder(weights) {
            #expect(check.passes, "\(check)")
        }
    }
}
