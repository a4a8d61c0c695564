import EchoGraph

extension MatMul: GPUOperation {
    func enqueue(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        try backend.enqueueProduct(
            Self.stem, inputs, plus: [backend.padded(inputs[2])], to: output,
            settings: [.int(epilogue == .gelu ? 1 : 0)])
    }
}
