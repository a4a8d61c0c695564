import EchoGraph
import EchoOpenCL
import EchoTensor

extension EncoderLayer: GPUOperation {
    func reasonToDecline(on backend: GPUBackend, _ inputs: [TensorType]) -> String? {
        guard backend.family == .simd else { return "GPUs run a layer's operations one by one" }
        let qkv = TensorType([inputs[0].shape[0], inputs[2].shape[0]])
        return attention.reasonToDecline(on: backend, [qkv, inputs[1]])
    }

    func enqueue(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        let width = inputs[0].type.shape[1]
        let hiddenWidth = inputs[8].type.shape[0]
        let sequences = inputs[1].type.shape[0] - 1
        let headWidth = width / attention.headCount
        let longest = attention.longestSequence
        let tasks = min(backend.device.computeUnitCount, sequences)
        let stride = longest * (max(3 * width, hiddenWidth) + 2 * width)
        let scratch = try backend.allocate(byteCount: 4 * tasks * stride)
        let next = try backend.allocate(byteCount: 4)
        defer {
            backend.release(scratch)
            backend.release(next)
        }
        try backend.queue.fill(next, offset: 0, byteCount: 4, with: 0)
        let kernel = try backend.kernel(
            Self.stem, requires: ["common", "product", "attend", "normalise"],
            options: attention.simdOptions(headWidth: headWidth))
        let weights = try (2..<14).map { number in
            let isProduct = ![6, 7, 12, 13].contains(number)
            guard isProduct else { return try backend.buffer(inputs[number]) }
            return try number % 2 == 0
                ? backend.panels(inputs[number]) : backend.padded(inputs[number])
        }
        let values = try [backend.buffer(inputs[0]), backend.buffer(inputs[1])] + weights
        try backend.queue.enqueue(
            kernel,
            (values + [output, scratch, next]).map { .buffer($0) }
                + attention.simdScratch(on: backend, headWidth: headWidth) + [
                    .int(Int32(sequences)), .int(Int32(width)), .int(Int32(hiddenWidth)),
                    .float(1 / Float(headWidth).squareRoot()), .float(epsilon),
                    .int(Int32(longest)), .int(Int32(stride)),
                ], global: [tasks], local: [1])
    }
}
