import EchoGraph
import EchoOpenCL
import EchoTensor

extension AttentionPool: GPUOperation {
    static func sizes(_ family: KernelFamily) -> Set<String> {
        family == .simd ? Tiling.attentionSizes(family) : Tiling.rowSizes(family)
    }

    func reasonToDecline(on backend: GPUBackend, _ inputs: [TensorType]) -> String? {
        let width = inputs[1].shape[1]
        let multiple = backend.family == .simd ? backend.tiling.vector : 4
        guard width % multiple == 0 else {
            return "rows of width \(width) are not a multiple of \(multiple)"
        }
        let (bytes, limit) = (scoreByteCount(on: backend), backend.usableLocalByteCount)
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
        let (sequences, width) = (inputs[0].type.shape[0], inputs[1].type.shape[1])
        let group = backend.family == .simd ? 1 : backend.tiling.rowGroup
        let kernel = try backend.kernel(
            Self.stem, requires: ["common"] + (backend.family == .simd ? ["attend"] : []),
            options: inputs[1].type.element.storageOptions)
        try backend.queue.enqueue(
            kernel,
            try inputs.map { .buffer(try backend.buffer($0)) } + [
                .buffer(output), .local(byteCount: scoreByteCount(on: backend)),
                .int(Int32(headCount)), .int(Int32(width)),
            ], global: [headCount * group, sequences], local: [group, 1])
    }

    /// The local memory of a head's scores: whole vectors.
    private func scoreByteCount(on backend: GPUBackend) -> Int {
        let vector = backend.tiling.vector
        return max(longestSequence + vector - 1, vector) / vector * vector * 4
    }
}
