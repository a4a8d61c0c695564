import EchoOpenCL
import Testing

/// Queues that wait for one another, while the host does not wait for any.
@Suite(.timeLimit(.minutes(20))) struct OverlapTests {
    @Test(arguments: TestDevice.all)
    func aKernelWaitsForWhatIsSentAndAReadForTheKernel(_ device: Device) throws {
        let context = try Context(device)
        let upload = try Queue(context, name: "upload")
        let compute = try Queue(context)
        let download = try Queue(context, name: "download")
        let source = "__kernel void scale(__global float *v) { v[get_global_id(0)] *= 3; }"
        let kernel = try Kernel(Program(context, source: source, name: "scale.cl"), "scale")
        let count = 1 << 16
        // Several rounds under way at once, each in memory of its own.
        var rounds: [(memory: HostMemory, event: Event)] = []
        for round in 0..<4 {
            let memory = try HostMemory(upload, byteCount: count * 4)
            let values = memory.bytes.bindMemory(to: Float.self)
            for index in 0..<count { values[index] = Float(index + round) }
            let buffer = try Buffer(context, byteCount: count * 4)
            let sent = try upload.startWrite(memory, byteCount: count * 4, to: buffer)
            try upload.flush()
            try compute.hold(until: sent)
            try compute.enqueue(kernel, [.buffer(buffer)], global: [count])
            let computed = try compute.mark()
            try compute.flush()
            let result = try HostMemory(download, byteCount: count * 4)
            let event = try download.startRead(
                buffer, byteCount: count * 4, into: result, after: computed)
            try download.flush()
            rounds.append((result, event))
        }
        for (round, entry) in rounds.enumerated() {
            try entry.event.wait()
            let values = entry.memory.bytes.bindMemory(to: Float.self)
            #expect(values.enumerated().allSatisfy { $1 == 3 * Float($0 + round) })
        }
    }

    @Test(arguments: TestDevice.all) func nothingToSendIsSent(_ device: Device) throws {
        let context = try Context(device)
        let queue = try Queue(context)
        let memory = try HostMemory(queue, byteCount: 0)
        #expect(memory.bytes.count == 0)
        let buffer = try Buffer(context, byteCount: 0)
        let sent = try queue.startWrite(memory, byteCount: 0, to: buffer)
        try queue.hold(until: sent)
        try queue.startRead(buffer, byteCount: 0, into: memory, after: sent).wait()
    }

    @Test(arguments: TestDevice.all)
    func aBufferCanBeMadeFromItsBytes(_ device: Device) throws {
        let bench = try Bench(device)
        let buffer = try [Float(1), 2, 3].withUnsafeBytes { try Buffer(bench.context, copying: $0) }
        #expect(try bench.floats(buffer) == [1, 2, 3])
        let empty = try Buffer(bench.context, copying: UnsafeRawBufferPointer(start: nil, count: 0))
        #expect(empty.byteCount == 0)
    }

    @Test(arguments: TestDevice.all, ["clEnqueueMapBuffer", "clEnqueueMarkerWithWaitList"])
    func aCallThatFailsIsNamed(_ device: Device, _ failing: String) throws {
        let queue = try Queue(Context(device))
        let error = #expect(throws: OpenCLError.self) {
            try CallFailure.inject({ $0 == failing ? -5 : nil }) {
                _ = try HostMemory(queue, byteCount: 16)
                _ = try queue.mark()
            }
        }
        guard case .call(failing, _, -5)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
