import EchoOpenCL
import Testing

@Suite(.timeLimit(.minutes(20))) struct KernelTests {
    /// Sizes around a work-group's, and guards before and after what the kernel may write.
    @Test(arguments: TestDevice.all, [1, 31, 32, 33, 97, 1000])
    func addsVectorsAndLeavesTheGuardsAlone(_ device: Device, _ count: Int) throws {
        let bench = try Bench(device)
        let (guardCount, guardValue) = (64, Float(-12345))
        let a = (0..<count).map { Float($0) * 0.5 }
        let b = (0..<count).map { Float(1000 - $0) }
        let output = try Buffer(bench.context, byteCount: (count + 2 * guardCount) * 4)
        try bench.queue.fill(output, byteCount: output.byteCount, with: guardValue)

        try bench.queue.enqueue(
            bench.kernel("scaled_add", scaledAddSource),
            [
                .buffer(bench.buffer(a)), .buffer(bench.buffer(b)), .buffer(output),
                .int(Int32(guardCount)), .int(Int32(count)), .float(2),
            ], global: [(count + 15) / 16 * 16], local: [16])

        let values = try bench.floats(output)
        let guards = [Float](repeating: guardValue, count: guardCount)
        #expect(Array(values.prefix(guardCount)) == guards)
        #expect(Array(values.suffix(guardCount)) == guards)
        // Exact: every value and product is a small multiple of 1/2.
        #expect(Array(values.dropFirst(guardCount).prefix(count)) == zip(a, b).map { 2 * $0 + $1 })
    }

    @Test(arguments: TestDevice.all) func sharesLocalMemoryInAWorkGroup(_ device: Device) throws {
        let bench = try Bench(device)
        let reverse = try bench.kernel(
            "reverse",
            """
            __kernel void reverse(__global float *values, __local float *tile)
            {
                const int i = get_local_id(0);
                tile[i] = values[get_global_id(0)];
                barrier(CLK_LOCAL_MEM_FENCE);
                values[get_global_id(0)] = tile[get_local_size(0) - 1 - i];
            }
            """)
        let values = try bench.buffer((0..<32).map(Float.init))
        try bench.queue.enqueue(
            reverse, [.buffer(values), .local(byteCount: 8 * 4)], global: [32], local: [8])
        let expected = stride(from: 0, to: 32, by: 8).flatMap { ($0..<$0 + 8).reversed() }
        #expect(try bench.floats(values) == expected.map(Float.init))
    }

    @Test(arguments: TestDevice.all) func knowsItsLimits(_ device: Device) throws {
        let bench = try Bench(device)
        let kernel = try bench.kernel(
            "limits",
            """
            __kernel __attribute__((reqd_work_group_size(4, 1, 1)))
            void limits(__global float *values)
            {
                __local float tile[256];
                tile[get_local_id(0)] = values[get_global_id(0)];
                barrier(CLK_LOCAL_MEM_FENCE);
                values[get_global_id(0)] = tile[get_local_id(0) ^ 1];
            }
            """)
        #expect((4...device.maximumWorkGroupSize).contains(kernel.maximumWorkGroupSize))
        #expect((1024...device.localMemoryByteCount).contains(kernel.localMemoryByteCount))
        #expect(kernel.privateMemoryByteCount >= 0)
    }

    @Test(arguments: TestDevice.all) func theNumberOfArgumentsIsChecked(_ device: Device) throws {
        let bench = try Bench(device)
        let kernel = try bench.kernel("scaled_add", scaledAddSource)
        let error = #expect(throws: OpenCLError.self) {
            try bench.queue.enqueue(kernel, [.int(1), .float(2)], global: [1])
        }
        #expect(
            error?.description
                .hasPrefix(
                    "Kernel scaled_add cannot be launched: it takes 6 arguments, 2 were given.")
                == true)
    }

    @Test(arguments: TestDevice.all) func workGroupsThatDoNotFitAreRefused(_ device: Device) throws
    {
        let bench = try Bench(device)
        let kernel = try bench.kernel(
            "touch", "__kernel void touch(__global float *v) { v[get_global_id(0)] = 1; }")
        let buffer = try bench.buffer([0])
        let tooMany = kernel.maximumWorkGroupSize * 2
        for (global, local) in [([33], [16]), ([32], [4, 4]), ([8], [0]), ([tooMany], [tooMany])] {
            let error = #expect(throws: OpenCLError.self) {
                try bench.queue.enqueue(kernel, [.buffer(buffer)], global: global, local: local)
            }
            #expect(error?.description.hasPrefix("Kernel touch cannot be launched: ") == true)
        }
        #expect(try bench.floats(buffer) == [0])
    }

    @Test(arguments: TestDevice.all) func aKernelThatIsNotThereIsNamed(_ device: Device) throws {
        let bench = try Bench(device)
        let program = try Program(bench.context, source: scaledAddSource, name: "scaled_add.cl")
        let error = #expect(throws: OpenCLError.self) { try Kernel(program, "scaled_subtract") }
        #expect(
            error?.description == """
                clCreateKernel of scaled_subtract in scaled_add.cl failed: \
                CL_INVALID_KERNEL_NAME (-46). \
                Pass another --device, or --device cpu; if it stays so, update the driver.
                """)
    }
}
