import EchoGraph

extension PatchEmbed: GPUOperation {
    func enqueue(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        try backend.enqueueProduct(
            Self.stem, inputs, plus: inputs[2...4].map { try backend.buffer($0) }, to: output)
    }
}
