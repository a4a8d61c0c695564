import EchoGraph
import EchoOpenCL
import EchoTensor

extension EncoderLayer: GPUOperation {
    static func sizes(_ family: KernelFamily) -> Set<String> {
        guard family == .simd else { return [] }
        return Tiling.productSizes(family).union(Tiling.attentionSizes(family))
    }

    /// Rows of the blocks that work-items take: short sequences share the weights that they read, of
    /// which each layer has more than a core's cache holds.
    private static let blockTokens = 64
    /// Blocks for each compute unit, if there are tokens enough: their loads even out.
    private static let blocksPerUnit = 4

    func reasonToDecline(on backend: GPUBackend, _ inputs: [TensorType]) -> String? {
        guard backend.family == .simd else { return "GPUs run a layer's operations one by one" }
        let qkv = TensorType([inputs[0].shape[0], inputs[3].shape[0]])
        return attention.reasonToDecline(on: backend, [qkv, inputs[1]])
    }

    func enqueue(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        let width = inputs[0].type.shape[1]
        let hiddenWidth = inputs[9].type.shape[0]
        let sequences = inputs[1].type.shape[0] - 1
        let headWidth = width / attention.headCount
        let tokens = inputs[0].type.shape[0]
        let share = tokens / (Self.blocksPerUnit * backend.device.computeUnitCount)
        let blockTokens = min(max(share, 1), Self.blockTokens)
        let blocks = (tokens + blockTokens - 1) / blockTokens
        // A block's last sequence starts within it and ends where it may.
        let rowLimit = min(tokens, blockTokens - 1 + attention.longestSequence)
        let stride = rowLimit * (max(3 * width, hiddenWidth) + 2 * width)
        let slots = try ScratchSlots(on: backend, byteCount: 4 * stride, tasks: blocks)
        defer { slots.release(to: backend) }
        let kernel = try backend.kernel(
            Self.stem, requires: ["common", "product", "attend", "normalise", "slots"],
            options: attention.headOptions(headWidth: headWidth)
                + LayerNorm.rowOptions(width, backend.tiling))
        let weights = try (3..<15).map { number in
            let isProduct = ![7, 8, 13, 14].contains(number)
            guard isProduct else { return try backend.buffer(inputs[number]) }
            return try number % 2 == 1
                ? backend.panels(inputs[number]) : backend.padded(inputs[number])
        }
        let values = try [backend.buffer(inputs[0]), backend.buffer(inputs[1])] + weights
        try backend.queue.enqueue(
            kernel,
            (values + [output, slots.scratch, slots.flags]).map { .buffer($0) }
                + attention.simdScratch(on: backend, headWidth: headWidth) + [
                    .int(Int32(sequences)), .int(Int32(blockTokens)), .int(Int32(width)),
                    .int(Int32(hiddenWidth)),
                    .float(1 / Float(headWidth).squareRoot()), .float(epsilon),
                    .int(Int32(rowLimit)), .int(Int32(slots.count)), .int(Int32(stride)),
                ], global: [blocks], local: [1])
    }
}
