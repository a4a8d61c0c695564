import EchoCPU
import EchoGPU
import EchoGraph
import EchoOpenCL
import EchoTensor
import EchoVerify
import Testing

/// Every operation whose matrices are stored as half, on every OpenCL platform that is installed,
/// against the CPU path on the same halves.
@Suite(.timeLimit(.minutes(20))) struct HalfPrecisionTests {
    /// The device's result and the CPU path's, both rounded to half at their ends and widened.
    static func check(_ operationCase: OperationCase, on backend: GPUBackend) throws -> Check {
        try ExpectedCase(operationCase, storing: .float16)
            .check(Executor(backend, fallback: CPUBackend()))
    }

    @Test(arguments: OperationTests.devices)
    func kernelsAgreeWithTheCPUPath(device: Device) throws {
        let backend = try GPUBackend(
            device, family: .simt, storage: .float16, guardsBuffers: true)
        for operationCase in Verification(backend).cases()
        where operationCase.operation.takesHalf {
            let check = try Self.check(operationCase, on: backend)
            #expect(check.passes, "\(check)")
            let damaged = try backend.damagedGuardCount()
            #expect(damaged == 0, "\(operationCase)")
        }
    }

    @Test(arguments: OperationTests.devices)
    func theEncoderAgreesWithTheCPUPath(device: Device) throws {
        let backend = try GPUBackend(device, family: .simt, storage: .float16)
        let checks = try Verification(backend).encoder(.synthetic(seed: 1), storing: .float16)
        for check in checks { #expect(check.passes, "\(check)") }
        #expect(checks.count == 3)  // rows with their utterances, and utterances alone
    }

    @Test(arguments: OperationTests.devices)
    func conversionsAreExact(device: Device) throws {
        // Every half but the NaNs, and floats between two of them: ties go to the even one.
        let halves = (0...UInt16.max).map { Float(Float16(bitPattern: $0)) }.filter { !$0.isNaN }
        let between = halves.filter(\.isFinite).flatMap { [$0 * 1.000244, $0 + $0.ulp * 4096] }
        // Beyond 65520 lies infinity; the count is no multiple of 4.
        var values = halves + between + [65_519, 65_520, 1e30, -1e30]
        if values.count % 4 == 0 { values.append(1) }
        let input = HostTensor(values, [values.count])
        var graph = Graph()
        let given = graph.input("x", input.type)
        let half = try graph.add(Convert(to: .float16), [given], label: "half")
        graph.output("y", try graph.add(Convert(to: .float32), [half], label: "float"))
        let simt = try GPUBackend(device, family: .simt, guardsBuffers: true)
        let run = try Executor(simt, fallback: CPUBackend()).run(graph, inputs: ["x": input])
        #expect(run.declined.isEmpty)
        #expect(run.outputs["y"]?.floats == values.map { Float(Float16($0)) })
        #expect(try simt.damagedGuardCount() == 0)
    }

    @Test(arguments: OperationTests.devices)
    func theKernelsForCPUDevicesStoreNoHalves(device: Device) throws {
        #expect(throws: GPUError.self) {
            try GPUBackend(device, family: .simd, storage: .float16)
        }
        #expect(try GPUBackend(device, family: .simt, storage: .float16).storage == .float16)
    }
}
