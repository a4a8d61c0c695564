import EchoGraph

extension MatMul: GPUOperation {
    func enqueue(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        let kernel = try backend.kernel(
            Self.stem, requires: ["common", "product"],
            options: epilogue == .gelu ? ["-DEPILOGUE_GELU"] : [])
        let (rows, depth) = (inputs[0].type.shape[0], inputs[0].type.shape[1])
        let columns = inputs[1].type.shape[0]
        let range = backend.productRange(rows: rows, columns: columns)
        try backend.queue.enqueue(
            kernel,
            [
                .buffer(try backend.buffer(inputs[0])), .buffer(try backend.panels(inputs[1])),
                .buffer(try backend.padded(inputs[2])), .buffer(output), .int(Int32(rows)),
                .int(Int32(columns)), .int(Int32(depth)),
            ], global: range.global, local: range.local)
    }
}
