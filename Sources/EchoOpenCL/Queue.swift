import COpenCL
import EchoInvariant

/// Commands to a device, run in the order in which they are queued.
package final class Queue: Sendable {
    package let context: Context
    /// What a record of its commands calls it.
    package let name: String
    private let isProfiling: Bool
    private let record: (@Sendable (Command) -> Void)?
    private let capture: (@Sendable (CapturedLaunch) -> Void)?
    private let launchesKernels: Bool

    // OpenCL's queues may be used by all threads.
    nonisolated(unsafe) let handle: cl_command_queue

    /// - Parameters:
    ///   - profiling: Time every command, see ``Event/profile``.
    ///   - record: Given every command once it is queued; the queue then profiles.
    ///   - capture: Given every launch with its buffers; the queue then waits for each.
    ///   - launchesKernels: Where false, launches do nothing: for tools that want what is compiled alone.
    package init(
        _ context: Context, name: String = "compute", profiling: Bool = false,
        record: (@Sendable (Command) -> Void)? = nil,
        capture: (@Sendable (CapturedLaunch) -> Void)? = nil, launchesKernels: Bool = true
    ) throws(OpenCLError) {
        self.context = context
        self.name = name
        self.record = record
        self.capture = capture
        self.launchesKernels = launchesKernels
        isProfiling = profiling || record != nil
        let properties = isProfiling ? cl_command_queue_properties(CL_QUEUE_PROFILING_ENABLE) : 0
        handle = try create("clCreateCommandQueue", of: context.device.label) {
            clCreateCommandQueue(context.handle, context.device.handle, properties, $0)
        }
    }

    deinit { clReleaseCommandQueue(handle) }

    /// Copies host memory to a buffer, from byte `offset` on.
    ///
    /// - Parameter blocking: Return when `bytes` may change; where false, they must live and stay
    ///   as they are until the queue has passed the copy.
    package func write(
        _ bytes: UnsafeRawBufferPointer, to buffer: Buffer, offset: Int = 0, blocking: Bool = true
    ) throws(OpenCLError) {
        checkRange(offset, bytes.count, of: buffer)
        guard bytes.count > 0 else { return }
        var event: cl_event?
        try call("clEnqueueWriteBuffer", of: "\(bytes.count) bytes") {
            clEnqueueWriteBuffer(
                handle, buffer.handle, cl_bool(blocking ? CL_TRUE : CL_FALSE), offset,
                bytes.count, bytes.baseAddress, 0, nil, &event)
        }
        _ = queued(.upload, bytes.count, event)
    }

    /// Waits for what was queued before and copies a buffer, from byte `offset` on, to host memory.
    package func read(
        _ buffer: Buffer, offset: Int = 0, into bytes: UnsafeMutableRawBufferPointer
    ) throws(OpenCLError) {
        checkRange(offset, bytes.count, of: buffer)
        guard bytes.count > 0 else { return }
        var event: cl_event?
        try call("clEnqueueReadBuffer", of: "\(bytes.count) bytes") {
            clEnqueueReadBuffer(
                handle, buffer.handle, cl_bool(CL_TRUE), offset, bytes.count, bytes.baseAddress,
                0, nil, &event)
        }
        _ = queued(.download, bytes.count, event)
    }

    /// Fills part of a buffer with one float, again and again.
    ///
    /// - Precondition: `offset` and `byteCount` are multiples of 4 and lie in the buffer.
    @discardableResult
    package func fill(
        _ buffer: Buffer, offset: Int = 0, byteCount: Int, with pattern: Float
    ) throws(OpenCLError) -> Event {
        checkRange(offset, byteCount, of: buffer)
        invariant(offset % 4 == 0 && byteCount % 4 == 0, "\(offset) + \(byteCount)")
        guard byteCount > 0 else { return nothing }
        var pattern = pattern
        var event: cl_event?
        try call("clEnqueueFillBuffer", of: "\(byteCount) bytes") {
            clEnqueueFillBuffer(
                handle, buffer.handle, &pattern, MemoryLayout<Float>.size, offset, byteCount,
                0, nil, &event)
        }
        return queued(.fill, byteCount, event)
    }

    /// Queues a launch of `kernel`; none if an extent of `global` is zero.
    ///
    /// - Parameters:
    ///   - arguments: One for each parameter of the kernel, in order.
    ///   - global: Work-items in each of one to three dimensions.
    ///   - local: Work-items of a work-group; each divides its extent. Nil lets the driver choose, for
    ///     whose every choice pocl compiles the kernel anew.
    /// - Throws: ``OpenCLError/launch(kernel:problem:)`` if arguments or sizes do not fit.
    @discardableResult
    package func enqueue(
        _ kernel: Kernel, _ arguments: [KernelArgument], global: [Int], local: [Int]? = nil
    ) throws(OpenCLError) -> Event {
        invariant((1...3).contains(global.count), "\(global.count) dimensions")
        try kernel.set(arguments)
        if let local { try check(local, divides: global, for: kernel) }
        guard launchesKernels, !global.contains(0) else { return nothing }
        guard let capture else { return try launch(kernel, global, local) }
        return try launch(kernel, arguments, global: global, local: local, to: capture) {
            () throws(OpenCLError) in try launch(kernel, global, local)
        }
    }

    private func launch(
        _ kernel: Kernel, _ global: [Int], _ local: [Int]?
    ) throws(OpenCLError) -> Event {
        guard kernel.isNew(in: local) else { return try queueLaunch(kernel, global, local) }
        return try Compilation.during(kernel.name) { () throws(OpenCLError) in
            let launch = try queueLaunch(kernel, global, local)
            kernel.noteLaunch(in: local)
            Compilation.watch(launch)
            return launch
        }
    }

    private func queueLaunch(
        _ kernel: Kernel, _ global: [Int], _ local: [Int]?
    ) throws(OpenCLError) -> Event {
        var event: cl_event?
        try call("clEnqueueNDRangeKernel", of: kernel.name) {
            clEnqueueNDRangeKernel(
                handle, kernel.handle, cl_uint(global.count), nil, global, local, 0, nil, &event)
        }
        return queued(.kernel, name: kernel.name, nil, event)
    }

    /// Sends what is queued to the device, without waiting.
    package func flush() throws(OpenCLError) {
        try call("clFlush") { clFlush(handle) }
    }

    /// Waits until all that is queued has ended.
    package func finish() throws(OpenCLError) {
        try call("clFinish") { clFinish(handle) }
    }

    /// The event of a command without work.
    var nothing: Event { Event(nil, isProfiled: isProfiling) }

    /// The event of a command that the queue has taken, which goes on record.
    func queued(
        _ kind: Command.Kind, name: String? = nil, _ byteCount: Int?, _ handle: cl_event?
    ) -> Event {
        let event = Event(handle, isProfiled: isProfiling)
        record?(
            Command(
                queue: self.name, kind: kind, name: name ?? kind.rawValue, byteCount: byteCount,
                event: event))
        return event
    }

    func checkRange(_ offset: Int, _ byteCount: Int, of buffer: Buffer) {
        invariant(
            offset >= 0 && byteCount >= 0 && offset + byteCount <= buffer.byteCount,
            "bytes \(offset) + \(byteCount) of a buffer of \(buffer.byteCount)")
    }

    private func check(
        _ local: [Int], divides global: [Int], for kernel: Kernel
    ) throws(OpenCLError) {
        let divides =
            local.count == global.count
            && zip(local, global).allSatisfy { $0 > 0 && $1.isMultiple(of: $0) }
        guard divides else {
            throw .launch(
                kernel: kernel.name,
                problem: "work-groups of \(local) do not divide \(global) work-items")
        }
        let size = local.reduce(1, *)
        guard size <= kernel.maximumWorkGroupSize else {
            throw .launch(
                kernel: kernel.name,
                problem: """
                    a work-group of \(size) work-items, where \(context.device.label) allows it \
                    \(kernel.maximumWorkGroupSize) (look for sizes that fit with 'echo-gpu tune', or pass \
                    --device cpu)
                    """)
        }
    }
}
