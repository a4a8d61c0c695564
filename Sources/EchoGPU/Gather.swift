import EchoGraph

extension Gather: GPUOperation {
    func enqueue(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        let kernel = try backend.kernel(
            named: "gather_any", of: [Self.stem],
            options: ["-DELEMENT=\(inputs[0].type.element == .float16 ? "ushort" : "uint")"])
        let (rows, columns) = (inputs[1].type.shape[0], inputs[0].type.shape[1])
        try backend.queue.enqueue(
            kernel,
            [
                .buffer(try backend.buffer(inputs[0])), .buffer(try backend.buffer(inputs[1])),
                .buffer(output), .int(Int32(columns)),
            ], global: [columns, rows], local: nil)
    }
}
