import EchoGraph
import EchoInvariant
import EchoTensor

extension Convert: GPUOperation {
    static func sizes(_ family: KernelFamily) -> Set<String> { Tiling.rowSizes(family) }

    /// Elements that a launch counts in 32 bits, the work-items behind the last one with them.
    static let elementLimit = Int(Int32.max) - (1 << 20)

    func reasonToDecline(on backend: GPUBackend, _ inputs: [TensorType]) -> String? {
        let count = inputs[0].shape.elementCount
        return count > Self.elementLimit
            ? "\(count) elements are more than the \(Self.elementLimit) that a launch counts" : nil
    }

    func enqueue(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        let isNarrowing = element == .float16
        invariant(inputs[0].type.element != element, "a conversion to the same type")
        let kernel = try backend.kernel(
            named: isNarrowing ? "convert_f32_f16" : "convert_f16_f32", of: ["common", Self.stem],
            options: ElementType.float16.storageOptions)
        let count = inputs[0].type.shape.elementCount
        let group = backend.tiling.rowGroup
        let groups = (count + 4 * group - 1) / (4 * group)
        try backend.queue.enqueue(
            kernel,
            [.buffer(try backend.buffer(inputs[0])), .buffer(output), .int(Int32(count))],
            global: [groups * group], local: [group])
    }
}
