import EchoOpenCL
import Testing

@Suite(.timeLimit(.minutes(20))) struct QueueTests {
    @Test(arguments: TestDevice.all) func copiesPartsOfABuffer(_ device: Device) throws {
        let bench = try Bench(device)
        let buffer = try bench.buffer([0, 1, 2, 3, 4, 5])
        try [Float(20), 30].withUnsafeBytes { try bench.queue.write($0, to: buffer, offset: 8) }
        try bench.queue.fill(buffer, offset: 16, byteCount: 4, with: 7)
        #expect(try bench.floats(buffer) == [0, 1, 20, 30, 7, 5])

        var part = [Float](repeating: 0, count: 2)
        try part.withUnsafeMutableBytes { try bench.queue.read(buffer, offset: 12, into: $0) }
        #expect(part == [30, 7])
    }

    @Test(arguments: TestDevice.all) func aCopyThatDoesNotBlockIsInOrder(_ device: Device) throws {
        let bench = try Bench(device)
        let buffer = try Buffer(bench.context, byteCount: 4 * 1000)
        let values = (0..<1000).map(Float.init)
        try values.withUnsafeBytes {
            try bench.queue.write($0, to: buffer, blocking: false)
            try bench.queue.fill(buffer, byteCount: 4, with: -1)
            try bench.queue.flush()
            try bench.queue.finish()
        }
        #expect(try bench.floats(buffer) == [-1] + values.dropFirst())
    }

    @Test(arguments: TestDevice.all) func nothingToDoIsDone(_ device: Device) throws {
        let bench = try Bench(device, profiling: true)
        let empty = try Buffer(bench.context, byteCount: 0)
        #expect(empty.byteCount == 0)
        try bench.queue.write(UnsafeRawBufferPointer(start: nil, count: 0), to: empty)
        try bench.queue.read(empty, into: UnsafeMutableRawBufferPointer(start: nil, count: 0))
        try bench.queue.fill(empty, byteCount: 0, with: 1)

        let kernel = try bench.kernel(
            "touch", "__kernel void touch(__global float *v) { v[get_global_id(0)] = 1; }")
        let buffer = try bench.buffer([5])
        for global in [[0], [1, 0], [0, 1, 1]] {
            let event = try bench.queue.enqueue(kernel, [.buffer(buffer)], global: global)
            try event.wait()
            #expect(event.profile == nil)
        }
        try bench.queue.enqueue(kernel, [.buffer(buffer)], global: [0], local: [16])
        #expect(try bench.floats(buffer) == [5])
    }

    @Test(arguments: TestDevice.all) func commandsKeepTheirBuffersAlive(_ device: Device) throws {
        let bench = try Bench(device)
        let count = 1 << 16
        let output = try Buffer(bench.context, byteCount: count * 4)
        for pass in 1...4 {
            // The two inputs are released while their command is still queued.
            let values = [Float](repeating: Float(pass), count: count)
            try bench.queue.enqueue(
                bench.kernel("scaled_add", scaledAddSource),
                [
                    .buffer(bench.buffer(values)), .buffer(bench.buffer(values)), .buffer(output),
                    .int(0), .int(Int32(count)), .float(2),
                ], global: [count])
        }
        #expect(try bench.floats(output) == [Float](repeating: 12, count: count))
    }

    @Test(arguments: TestDevice.all) func eventsAreTimedWhereTheQueueProfiles(_ device: Device)
        throws
    {
        for profiling in [false, true] {
            let bench = try Bench(device, profiling: profiling)
            let values = try bench.buffer([Float](repeating: 1, count: 1 << 16))
            let event = try bench.queue.enqueue(
                bench.kernel(
                    "scale", "__kernel void scale(__global float *v) { v[get_global_id(0)] *= 3; }"
                ),
                [.buffer(values)], global: [1 << 16])
            try event.wait()
            #expect(try bench.floats(values).allSatisfy { $0 == 3 })
            guard profiling else {
                #expect(event.profile == nil)
                continue
            }
            let profile = try #require(event.profile)
            #expect(profile.queued <= profile.submitted)
            #expect(profile.submitted <= profile.started)
            #expect(profile.started <= profile.ended)
            #expect(profile.ended > 0)
        }
    }
}
