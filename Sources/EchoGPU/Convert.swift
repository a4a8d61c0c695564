import EchoGraph
import EchoInvariant

extension Convert: GPUOperation {
    static func sizes(_ family: KernelFamily) -> Set<String> { Tiling.rowSizes(family) }

    func enqueue(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        let isNarrowing = element == .float16
        invariant(inputs[0].type.element != element, "a conversion to the same type")
        let kernel = try backend.kernel(
            named: isNarrowing ? "convert_f32_f16" : "convert_f16_f32", of: [Self.stem],
            options: [])
        let count = inputs[0].type.shape.elementCount
        let group = backend.tiling.rowGroup
        let groups = (count + 4 * group - 1) / (4 * group)
        try backend.queue.enqueue(
            kernel,
            [.buffer(try backend.buffer(inputs[0])), .buffer(output), .int(Int32(count))],
            global: [groups * group], local: [group])
    }
}
