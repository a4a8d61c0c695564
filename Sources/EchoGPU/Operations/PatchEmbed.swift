import EchoGraph

extension PatchEmbed: GPUOperation {
    static func sizes(_ family: KernelFamily) -> Set<String> { Tiling.productSizes(family) }

    func enqueue(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        let terms = try inputs[2...4].map { try backend.buffer($0) }
        if let matrix = backend.productMatrix(self, inputs.map(\.type)) {
            try backend.enqueueProduct(self, in: matrix, inputs, plus: terms, to: output)
        } else {
            try backend.enqueueProduct(Self.stem, inputs, plus: terms, to: output)
        }
    }
}
