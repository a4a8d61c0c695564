import EchoGraph

extension LayerNorm: GPUOperation {
    /// Rows of a work-item (SIMD), work-items of a row (SIMT): NORM_BLOCK and NORM_GROUP.
    private static let block = 16
    private static let group = 64

    func enqueue(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        let kernel = try backend.kernel(
            Self.stem, requires: ["common", "normalise"],
            options: [
                "-DNORM_BLOCK=\(Self.block)", "-DNORM_GROUP=\(Self.group)",
                "-DHAS_RESIDUAL=\(hasResidual)",
            ])
        let (rows, columns) = (inputs[0].type.shape[0], inputs[0].type.shape[1])
        let input = try backend.buffer(inputs[0])
        let isSIMD = backend.family == .simd
        try backend.queue.enqueue(
            kernel,
            [
                .buffer(input), .buffer(hasResidual ? try backend.buffer(inputs[3]) : input),
                .buffer(try backend.buffer(inputs[1])), .buffer(try backend.buffer(inputs[2])),
                .buffer(output), .int(Int32(rows)), .int(Int32(columns)), .float(epsilon),
            ],
            global: [isSIMD ? (rows + Self.block - 1) / Self.block : rows * Self.group],
            local: [isSIMD ? 1 : Self.group])
    }
}
