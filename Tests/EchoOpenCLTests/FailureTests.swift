import EchoOpenCL
import Testing

/// What a caller sees where a call fails, for every call between a device and a result.
@Suite(.timeLimit(.minutes(20))) struct FailureTests {
    private static let calls = [
        "clCreateContext", "clCreateCommandQueue", "clCreateProgramWithSource",
        "clCreateKernel", "clGetKernelInfo", "clGetKernelWorkGroupInfo", "clSetKernelArg",
        "clEnqueueWriteBuffer", "clEnqueueFillBuffer", "clEnqueueNDRangeKernel", "clFlush",
        "clFinish", "clWaitForEvents", "clEnqueueReadBuffer",
    ]

    @Test(arguments: TestDevice.all, calls)
    func aFailedCallIsNamedWithItsStatus(_ device: Device, _ failing: String) throws {
        let error = #expect(throws: OpenCLError.self) {
            try CallFailure.inject({ $0 == failing ? -5 : nil }) {
                try Self.runAll(on: device)
            }
        }
        guard case .call(failing, _, -5)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let message = error?.description ?? ""
        #expect(message.hasPrefix(failing))
        #expect(message.contains("failed: CL_OUT_OF_RESOURCES (-5). The device is out of memory"))
        // The device is as good as before.
        #expect(try Self.runAll(on: device) == [1, 6, 6])
    }

    @Test(arguments: TestDevice.all) func aFailedLaunchNamesItsKernel(_ device: Device) throws {
        let error = #expect(throws: OpenCLError.self) {
            try CallFailure.inject({ $0 == "clEnqueueNDRangeKernel" ? -9999 : nil }) {
                try Self.runAll(on: device)
            }
        }
        #expect(
            error?.description == """
                clEnqueueNDRangeKernel of scale failed: \
                illegal memory access in a kernel, on NVIDIA (-9999). \
                Pass another --device, or --device cpu; if it stays so, update the driver.
                """)
    }

    /// Makes every call of the list above once or more.
    private static func runAll(on device: Device) throws -> [Float] {
        let bench = try Bench(device)
        let buffer = try bench.buffer([1, 2, 3])
        try bench.queue.fill(buffer, offset: 4, byteCount: 8, with: 2)
        let kernel = try bench.kernel(
            "scale", "__kernel void scale(__global float *v) { v[get_global_id(0) + 1] *= 3; }")
        let event = try bench.queue.enqueue(kernel, [.buffer(buffer)], global: [2])
        try bench.queue.flush()
        try event.wait()
        try bench.queue.finish()
        return try bench.floats(buffer)
    }
}
