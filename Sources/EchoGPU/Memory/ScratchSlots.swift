import EchoOpenCL

/// Scratch memory for work-items of CPU devices: a slot for each that can run at once (slots.cl).
struct ScratchSlots {
    let count: Int
    let scratch: Buffer
    /// 0 if a slot is free, int32 `[count]`.
    let flags: Buffer

    /// - Parameters:
    ///   - byteCount: Bytes of a slot.
    ///   - tasks: Work-items of the launch.
    init(on backend: GPUBackend, byteCount: Int, tasks: Int) throws {
        count = min(2 * backend.device.computeUnitCount, tasks)
        scratch = try backend.allocate(byteCount: count * byteCount)
        flags = try backend.allocate(byteCount: count * 4)
        try backend.queue.fill(flags, offset: 0, byteCount: count * 4, with: 0)
    }

    func release(to backend: GPUBackend) {
        backend.release(scratch)
        backend.release(flags)
    }
}
