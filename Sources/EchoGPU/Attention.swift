import EchoGraph
import EchoOpenCL
import EchoTensor

extension Attention: GPUOperation {
    func reasonToDecline(on backend: GPUBackend, _ inputs: [TensorType]) -> String? {
        let headWidth = inputs[0].shape[1] / 3 / headCount
        let multiple = backend.family == .simd ? backend.tiling.vector : 4
        guard headWidth % multiple == 0 else {
            return "heads of width \(headWidth) are not a multiple of \(multiple)"
        }
        let bytes = localByteCount(on: backend, headWidth: headWidth)
        let limit = backend.device.localMemoryByteCount
        guard bytes <= limit else {
            return "sequences of \(longestSequence) tokens take \(bytes) bytes of local memory, "
                + "the device has \(limit)"
        }
        return nil
    }

    func enqueue(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        let headWidth = inputs[0].type.shape[1] / 3 / headCount
        let group = backend.tiling.attentionGroup
        let kernel = try backend.kernel(
            Self.stem, requires: ["common", "attend"],
            options: headOptions(headWidth: headWidth))
        let sequences = inputs[1].type.shape[0] - 1
        let isSIMD = backend.family == .simd
        let scratch = isSIMD ? simdScratch(on: backend, headWidth: headWidth) : []
        try backend.queue.enqueue(
            kernel,
            [
                .buffer(try backend.buffer(inputs[0])), .buffer(try backend.buffer(inputs[1])),
                .buffer(output),
            ] + scratch + [
                .int(Int32(headCount)), .float(1 / Float(headWidth).squareRoot()),
            ],
            global: [headCount * (isSIMD ? 1 : group), sequences],
            local: [isSIMD ? 1 : group, 1])
    }

    /// Macros of attend.cl.
    func headOptions(headWidth: Int) -> [String] { ["-DHEAD_WIDTH=\(headWidth)"] }

    /// The local memory that attend.cl takes: keys, then scores.
    func simdScratch(on backend: GPUBackend, headWidth: Int) -> [KernelArgument] {
        let pitch = pitch(on: backend)
        return [
            .local(byteCount: headWidth * pitch * 4),
            .local(byteCount: backend.tiling.scoreRows * pitch * 4),
        ]
    }

    /// Tokens of the longest sequence, rounded up to whole vectors.
    private func pitch(on backend: GPUBackend) -> Int {
        let vector = backend.tiling.vector
        return max(longestSequence + vector - 1, vector) / vector * vector
    }

    private func localByteCount(on backend: GPUBackend, headWidth: Int) -> Int {
        switch backend.family {
        case .simd: (headWidth + backend.tiling.scoreRows) * pitch(on: backend) * 4
        case .simt: 2 * backend.tiling.keyTile * headWidth * 4
        }
    }
}
