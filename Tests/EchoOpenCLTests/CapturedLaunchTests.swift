import EchoOpenCL
import Synchronization
import Testing

/// Launches with their buffers, as tools record them.
@Suite(.timeLimit(.minutes(20))) struct CapturedLaunchTests {
    // Sendable: the mutex is all there is.
    private final class Log: Sendable {
        let launches = Mutex<[CapturedLaunch]>([])
    }

    private static let source = """
        __kernel void scale(
            __global const float *x, __global float *y, int n, float by, __local float *unused)
        {
            if (get_global_id(0) < n) y[get_global_id(0)] = x[get_global_id(0)] * by;
        }
        """

    @Test(arguments: TestDevice.all)
    func aLaunchIsCapturedWithWhatItsBuffersHeld(_ device: Device) throws {
        let log = Log()
        let context = try Context(device)
        let queue = try Queue(
            context,
            capture: { launch in
                log.launches.withLock { $0.append(launch) }
            })
        try launch(on: queue)

        let launches = log.launches.withLock { $0 }
        #expect(launches.count == 1)
        let captured = try #require(launches.first)
        #expect(captured.kernel == "scale")
        #expect(captured.program == "scale.cl")
        #expect(captured.options == ["-DUNUSED"])
        #expect(captured.global == [4] && captured.local == [2])
        #expect(captured.arguments.count == 5)
        #expect(floats(captured.arguments[0])?.before == [1, 2, 3, 4])
        #expect(floats(captured.arguments[0])?.after == [1, 2, 3, 4])
        #expect(floats(captured.arguments[1])?.before == [9, 9, 9, 9])
        #expect(floats(captured.arguments[1])?.after == [2, 4, 6, 9])
        guard case .int(3) = captured.arguments[2], case .float(2) = captured.arguments[3],
            case .local(byteCount: 8) = captured.arguments[4]
        else {
            Issue.record("\(captured.arguments)")
            return
        }
    }

    @Test(arguments: TestDevice.all)
    func aQueueThatLaunchesNothingChangesNothing(_ device: Device) throws {
        let queue = try Queue(Context(device), launchesKernels: false)
        #expect(try launch(on: queue) == [9, 9, 9, 9])
    }

    /// Doubles three of four floats on a queue; what the output then holds.
    @discardableResult private func launch(on queue: Queue) throws -> [Float] {
        let program = try Program(
            queue.context, source: Self.source, name: "scale.cl", options: ["-DUNUSED"])
        let kernel = try Kernel(program, "scale")
        let (x, y) = (
            try Buffer(queue.context, byteCount: 16), try Buffer(queue.context, byteCount: 16)
        )
        try [Float(1), 2, 3, 4].withUnsafeBytes { try queue.write($0, to: x) }
        try queue.fill(y, byteCount: 16, with: 9)
        try queue.enqueue(
            kernel, [.buffer(x), .buffer(y), .int(3), .float(2), .local(byteCount: 8)],
            global: [4], local: [2])
        var values = [Float](repeating: .nan, count: 4)
        try values.withUnsafeMutableBytes { try queue.read(y, into: $0) }
        return values
    }

    private func floats(
        _ argument: CapturedLaunch.Argument
    ) -> (before: [Float], after: [Float])? {
        guard case .buffer(let before, let after) = argument else { return nil }
        func values(_ bytes: [UInt8]) -> [Float] {
            bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        }
        return (values(before), values(after))
    }
}
