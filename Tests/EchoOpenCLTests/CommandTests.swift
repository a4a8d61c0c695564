import EchoOpenCL
import Synchronization
import Testing

/// The record of what a queue was given, and when it ran.
@Suite(.timeLimit(.minutes(20))) struct CommandTests {
    // Sendable: the mutex is all there is.
    private final class Record: Sendable {
        let commands = Mutex<[Command]>([])
    }

    @Test(arguments: TestDevice.all)
    func everyCommandIsRecordedInOrderWithItsTimes(_ device: Device) throws {
        let record = Record()
        let context = try Context(device)
        let queue = try Queue(context, name: "test") { command in
            record.commands.withLock { $0.append(command) }
        }
        let clock = try DeviceClock(Queue(context, profiling: true))
        let start = ContinuousClock.now
        let buffer = try Buffer(context, byteCount: 16)
        try [Float](repeating: 1, count: 4).withUnsafeBytes { try queue.write($0, to: buffer) }
        try queue.fill(buffer, byteCount: 8, with: 2)
        let source = "__kernel void scale(__global float *v) { v[get_global_id(0)] *= 3; }"
        let kernel = try Kernel(Program(context, source: source, name: "scale.cl"), "scale")
        try queue.enqueue(kernel, [.buffer(buffer)], global: [4])
        try queue.enqueue(kernel, [.buffer(buffer)], global: [0])
        var values = [Float](repeating: 0, count: 4)
        try values.withUnsafeMutableBytes { try queue.read(buffer, into: $0) }
        try queue.finish()
        let end = ContinuousClock.now
        #expect(values == [6, 6, 3, 3])

        let commands = record.commands.withLock { $0 }
        #expect(commands.map(\.kind) == [.upload, .fill, .kernel, .download])
        #expect(commands.map(\.name) == ["upload", "fill", "scale", "download"])
        #expect(commands.map(\.byteCount) == [16, 8, nil, 16])
        #expect(commands.allSatisfy { $0.queue == "test" && !$0.event.isPending })
        var last = start - .milliseconds(1)
        for command in commands {
            let profile = try #require(command.event.profile)
            // A millisecond for what the clocks may differ.
            #expect(clock.instant(profile.started) >= last)
            #expect(clock.instant(profile.ended) <= end + .milliseconds(1))
            last = clock.instant(profile.ended)
        }
    }
}
