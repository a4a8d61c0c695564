import EchoGPU
import EchoGraph
import EchoOpenCL
import EchoVerify
import Testing

/// Every operation's kernels, in both families, on every OpenCL platform that is installed, against
/// the CPU path; no kernel may write behind its output.
@Suite struct OperationTests {
    static let devices: [Device] = ((try? Platform.all()) ?? []).compactMap(\.devices.first)

    @Test func anOpenCLDeviceIsInstalled() throws {
        #expect(!Self.devices.isEmpty, "install pocl-opencl-icd to run these tests")
    }

    @Test(arguments: devices, KernelFamily.allCases)
    func kernelsAgreeWithTheCPUPath(device: Device, family: KernelFamily) throws {
        let backend = try GPUBackend(device, family: family, guardsBuffers: true)
        for operationCase in OperationCase.all {
            let check = try OperationCheck(operationCase, on: backend)
            #expect(check.comparison.passes, "\(operationCase): \(check.comparison)")
            #expect(check.declined == nil, "\(operationCase)")
            let damaged = try backend.damagedGuardCount()
            #expect(damaged == 0, "\(operationCase)")
        }
    }
}
