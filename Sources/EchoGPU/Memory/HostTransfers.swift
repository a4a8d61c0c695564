import EchoGraph
import EchoInvariant
import EchoOpenCL
import EchoTensor

/// Carries inputs to the device and outputs back while kernels of other batches run: a queue for each
/// direction, and beside every device buffer memory of the host that its transfers start or end in.
///
/// Kernels wait for what is sent by an event; the host does not wait. What is received waits for
/// the kernels in the same way.
struct HostTransfers {
    private let upload: Queue
    private let download: Queue
    private let compute: Queue
    private var buffers: BufferPool
    private var free: [HostMemory] = []
    private var taken: [ObjectIdentifier: HostMemory] = [:]

    /// - Parameters:
    ///   - compute: The queue of the kernels.
    ///   - record: As ``Queue`` takes it.
    init(
        _ compute: Queue, guards: Bool, record: (@Sendable (Command) -> Void)?
    ) throws(OpenCLError) {
        self.compute = compute
        upload = try Queue(compute.context, name: "upload", record: record)
        download = try Queue(compute.context, name: "download", record: record)
        buffers = BufferPool(guards: guards)
    }

    /// A device buffer with host memory beside it.
    mutating func take(_ byteCount: Int) throws(OpenCLError) -> Buffer {
        let buffer = try buffers.take(byteCount, compute.context, compute)
        let fitting = free.indices.filter { free[$0].bytes.count >= byteCount }
        let best = fitting.min { free[$0].bytes.count < free[$1].bytes.count }
        if let best, free[best].bytes.count <= 2 * max(byteCount, 1) {
            taken[ObjectIdentifier(buffer)] = free.remove(at: best)
        } else {
            taken[ObjectIdentifier(buffer)] = try HostMemory(upload, byteCount: byteCount)
        }
        return buffer
    }

    /// Takes both back; nothing that is queued uses them any more.
    mutating func put(_ buffer: Buffer) {
        if let memory = taken.removeValue(forKey: ObjectIdentifier(buffer)) { free.append(memory) }
        buffers.put(buffer)
    }

    /// Forgets the memory that is kept for later.
    mutating func purge() {
        free = []
        buffers.purge()
    }

    func send(_ input: GraphInput, to buffer: Buffer) throws(OpenCLError) {
        let (memory, byteCount) = (hostMemory(of: buffer), input.type.byteCount)
        input.write(UnsafeMutableRawBufferPointer(rebasing: memory.bytes[..<byteCount]))
        let event = try upload.startWrite(memory, byteCount: byteCount, to: buffer)
        try upload.flush()
        try compute.hold(until: event)
    }

    func receive(_ buffer: Buffer, type: TensorType) throws(OpenCLError) -> PendingTensor {
        let (memory, byteCount) = (hostMemory(of: buffer), type.byteCount)
        let computed = try compute.mark()
        try compute.flush()
        let event = try download.startRead(
            buffer, byteCount: byteCount, into: memory, after: computed)
        try download.flush()
        return PendingTensor {
            // Intel's runtime lends the thread that waits for kernels to them: it has one fewer of its own.
            try computed.wait()
            try event.wait()
            return HostTensor(
                type, copying: UnsafeRawBufferPointer(rebasing: memory.bytes[..<byteCount]))
        }
    }

    /// Waits for every transfer.
    func finish() throws(OpenCLError) {
        try upload.finish()
        try download.finish()
    }

    func damagedGuardCount() throws -> Int { try buffers.damagedGuardCount(compute) }

    private func hostMemory(of buffer: Buffer) -> HostMemory {
        guard let memory = taken[ObjectIdentifier(buffer)] else {
            invariantFailure("a buffer that is not exchanged with the host")
        }
        return memory
    }
}
