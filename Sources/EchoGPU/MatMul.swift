import EchoGraph

extension MatMul: GPUOperation {
    func enqueue(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        try backend.enqueueProduct(
            Self.stem, options: epilogue == .gelu ? ["-DEPILOGUE_GELU"] : [], inputs,
            plus: [backend.padded(inputs[2])], to: output)
    }
}
