import EchoGraph

extension PCM: GPUOperation {
    static func sizes(_ family: KernelFamily) -> Set<String> { Tiling.rowSizes(family) }

    /// Work-groups of a segment (SIMT).
    private static let groups = 8

    func enqueue(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        let kernel = try backend.kernel(Self.stem, named: "pcm_f32")
        let isSIMD = backend.family == .simd
        let group = isSIMD ? 1 : backend.tiling.rowGroup
        try backend.queue.enqueue(
            kernel, try inputs.map { .buffer(try backend.buffer($0)) } + [.buffer(output)],
            global: [isSIMD ? 1 : Self.groups * group, inputs[2].type.shape[0]],
            local: [group, 1])
    }
}
