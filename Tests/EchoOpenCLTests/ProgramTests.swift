import EchoOpenCL
import Testing

@Suite(.timeLimit(.minutes(20))) struct ProgramTests {
    @Test(arguments: TestDevice.all) func optionsReachTheCompiler(_ device: Device) throws {
        let bench = try Bench(device)
        let program = try Program(
            bench.context,
            source: "__kernel void set(__global float *v) { v[get_global_id(0)] = VALUE * SCALE; }",
            name: "set.cl", options: ["-DVALUE=3.5f", "-D SCALE=2"])
        let buffer = try bench.buffer([0, 0])
        try bench.queue.enqueue(Kernel(program, "set"), [.buffer(buffer)], global: [2])
        #expect(try bench.floats(buffer) == [7, 7])
    }

    @Test(arguments: TestDevice.all) func aBuildFailureCarriesLogOptionsAndName(_ device: Device)
        throws
    {
        let context = try Context(device)
        let error = #expect(throws: OpenCLError.self) {
            try Program(
                context, source: "__kernel void broken(__global float *v) { v[0] = unknown_name; }",
                name: "broken.cl", options: ["-DTILE=4"])
        }
        guard case .build("broken.cl", device.label, ["-DTILE=4"], let log, -11)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(log.contains("unknown_name"))
        let message = error?.description ?? ""
        #expect(
            message.hasPrefix(
                """
                broken.cl does not build on \(device.label): CL_BUILD_PROGRAM_FAILURE (-11).
                Options: -DTILE=4

                """))
        #expect(message.contains(log))
        #expect(message.hasSuffix("Update the driver, or pass another --device, or --device cpu."))
    }

    @Test(arguments: TestDevice.all) func sourcesMayHaveAnyText(_ device: Device) throws {
        let bench = try Bench(device)
        let source = "// \u{e9}\u{4e2d}\n__kernel void one(__global float *v) { v[0] = 1; }"
        let buffer = try bench.buffer([0])
        try bench.queue.enqueue(bench.kernel("one", source), [.buffer(buffer)], global: [1])
        #expect(try bench.floats(buffer) == [1])
    }
}
