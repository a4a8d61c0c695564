import EchoGraph

extension Gather: GPUOperation {
    static func sizes(_ family: KernelFamily) -> Set<String> { Tiling.rowSizes(family) }

    func enqueue(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        let kernel = try backend.kernel(
            Self.stem, named: "gather_\(8 * inputs[0].type.element.byteCount)")
        let (rows, columns) = (inputs[1].type.shape[0], inputs[0].type.shape[1])
        let group = backend.family == .simd ? 1 : backend.tiling.rowGroup
        try backend.queue.enqueue(
            kernel,
            [
                .buffer(try backend.buffer(inputs[0])), .buffer(try backend.buffer(inputs[1])),
                .buffer(output), .int(Int32(columns)),
            ], global: [rows * group], local: [group])
    }
}
