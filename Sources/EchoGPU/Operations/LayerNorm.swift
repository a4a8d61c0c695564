import EchoGraph

extension LayerNorm: GPUOperation {
    static func sizes(_ family: KernelFamily) -> Set<String> {
        family == .simd ? ["VECTOR"] : Tiling.rowSizes(family)
    }

    /// Rows of a work-item (SIMD): NORM_BLOCK.
    private static let block = 16

    func enqueue(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        let (rows, columns) = (inputs[0].type.shape[0], inputs[0].type.shape[1])
        let group = backend.tiling.rowGroup
        let kernel = try backend.kernel(
            Self.stem, requires: ["common"] + (backend.family == .simd ? ["normalise"] : []),
            options: inputs[0].type.element.storageOptions)
        let input = try backend.buffer(inputs[0])
        let isSIMD = backend.family == .simd
        try backend.queue.enqueue(
            kernel,
            [
                .buffer(input), .buffer(hasResidual ? try backend.buffer(inputs[3]) : input),
                .buffer(try backend.buffer(inputs[1])), .buffer(try backend.buffer(inputs[2])),
                .buffer(output), .int(Int32(rows)), .int(Int32(columns)),
                .int(hasResidual ? 1 : 0), .float(epsilon),
            ],
            global: [isSIMD ? (rows + Self.block - 1) / Self.block : rows * group],
            local: [isSIMD ? 1 : group])
    }

    /// Macros of normalise.cl: rows that fit the registers as whole vectors stay in them.
    static func rowOptions(_ columns: Int, _ tiling: Tiling) -> [String] {
        let vectors = columns / tiling.vector
        let fits = columns % tiling.vector == 0 && (1...24).contains(vectors)
        return fits ? ["-DROW_VECTORS=\(vectors)"] : []
    }
}
