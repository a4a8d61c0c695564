import EchoGraph
import EchoOpenCL
import EchoTensor
import Glibc

extension Attention: GPUOperation {
    static func sizes(_ family: KernelFamily) -> Set<String> { Tiling.attentionSizes(family) }

    func reasonToDecline(on backend: GPUBackend, _ inputs: [TensorType]) -> String? {
        if matrix(on: backend, inputs[0]) != nil { return nil }
        let headWidth = inputs[0].shape[1] / 3 / headCount
        let multiple = backend.family == .simd ? backend.tiling.vector : 4
        guard headWidth % multiple == 0 else {
            return "heads of width \(headWidth) are not a multiple of \(multiple)"
        }
        let (bytes, limit) = localMemory(on: backend, headWidth: headWidth)
        guard bytes <= limit else {
            return "sequences of \(longestSequence) tokens take \(bytes) bytes of local memory, "
                + "the device has \(limit)"
        }
        return nil
    }

    /// What scores are multiplied by where softmax weights are powers of two: `log2(e) / sqrt(H)`.
    static func binaryScale(headWidth: Int) -> Float {
        Float(1 / (log(2.0) * Double(headWidth).squareRoot()))
    }

    /// Its sizes on the backend's matrix unit; nil if the vector units do it, because there is none, or it
    /// cannot, or nothing bounds what is to be split.
    private func matrix(on backend: GPUBackend, _ qkv: TensorType) -> AttentionMatrix? {
        let fitsHalf = qkv.element == .float16 || largestInput <= AttentionMatrix.largestSplit
        guard let unit = backend.unit, fitsHalf else { return nil }
        let matrix = AttentionMatrix(
            unit, storing: qkv.element, headWidth: qkv.shape[1] / 3 / headCount,
            longestSequence: longestSequence, on: backend.device)
        let reason = matrix.reasonToDecline(
            device: backend.device, localByteCount: backend.usableLocalByteCount)
        return reason == nil ? matrix : nil
    }

    /// Local memory that a work-group takes at least, and may take, bytes.
    private func localMemory(
        on backend: GPUBackend, headWidth: Int
    ) -> (needed: Int, limit: Int) {
        switch backend.family {
        case .simd:
            (
                (headWidth + backend.tiling.scoreRows) * simdPitch(on: backend) * 4,
                backend.device.localMemoryByteCount
            )
        case .simt:
            (
                AttentionGroup(
                    queries: AttentionGroup.itemQueries, keyTile: backend.tiling.keyTile, headWidth,
                    longestSequence
                )
                .localByteCount,
                backend.usableLocalByteCount
            )
        }
    }

    func enqueue(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        if let matrix = matrix(on: backend, inputs[0].type) {
            try enqueue(matrix, on: backend, inputs, to: output)
            return
        }
        switch backend.family {
        case .simd: try enqueueSIMD(on: backend, inputs, to: output)
        case .simt: try enqueueSIMT(on: backend, inputs, to: output)
        }
    }

    private func enqueue(
        _ matrix: AttentionMatrix, on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        let kernel = try backend.kernel(
            Self.stem, named: matrix.kernelName, for: matrix.unit, requires: ["attend_matrix"],
            options: matrix.options)
        let buffers = try [backend.buffer(inputs[0]), backend.buffer(inputs[1]), output]
        let rows = matrix.warps * MatrixUnit.side
        let blocks = (longestSequence + rows - 1) / rows
        let scale = Self.binaryScale(headWidth: matrix.headWidth)
        try backend.queue.enqueue(
            kernel,
            buffers.map { .buffer($0) } + [.int(Int32(headCount)), .float(scale)]
                + matrix.unit.exchange(warps: matrix.warps),
            global: [
                headCount * matrix.columnGroups * matrix.unit.lanes, blocks * matrix.warps,
                inputs[1].type.shape[0] - 1,
            ], local: [matrix.unit.lanes, matrix.warps, 1])
    }

    private func enqueueSIMD(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        let headWidth = inputs[0].type.shape[1] / 3 / headCount
        try enqueue(
            on: backend, inputs, to: output, options: headOptions(headWidth: headWidth),
            scratch: simdScratch(on: backend, headWidth: headWidth), groups: [headCount],
            local: [1])
    }

    private func enqueueSIMT(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        let headWidth = inputs[0].type.shape[1] / 3 / headCount
        let group = AttentionGroup(on: backend, headWidth, longestSequence)
        let blocks = (longestSequence + group.queries - 1) / group.queries
        try enqueue(
            on: backend, inputs, to: output, options: group.options,
            scratch: [.local(byteCount: group.scoreByteCount), .int(Int32(group.pitch))],
            groups: [headCount, blocks],
            local: [AttentionGroup.lanes, group.queries / AttentionGroup.itemQueries])
    }

    /// - Parameters:
    ///   - groups: Work-groups of a sequence.
    ///   - local: Work-items of each.
    private func enqueue(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer, options: [String], scratch: [KernelArgument], groups: [Int],
        local: [Int]
    ) throws {
        let headWidth = inputs[0].type.shape[1] / 3 / headCount
        let kernel = try backend.kernel(
            Self.stem, requires: ["common", backend.family == .simd ? "attend" : "attend_group"],
            options: options + inputs[0].type.element.storageOptions)
        let buffers = try [backend.buffer(inputs[0]), backend.buffer(inputs[1]), output]
        let sequences = inputs[1].type.shape[0] - 1
        try backend.queue.enqueue(
            kernel,
            buffers.map { .buffer($0) } + scratch + [
                .int(Int32(headCount)), .float(1 / Float(headWidth).squareRoot()),
            ], global: zip(groups, local).map { $0 * $1 } + [sequences], local: local + [1])
    }

    /// Macros of attend.cl.
    func headOptions(headWidth: Int) -> [String] { ["-DHEAD_WIDTH=\(headWidth)"] }

    /// The local memory that attend.cl takes: keys, then scores.
    func simdScratch(on backend: GPUBackend, headWidth: Int) -> [KernelArgument] {
        let pitch = simdPitch(on: backend)
        return [
            .local(byteCount: headWidth * pitch * 4),
            .local(byteCount: backend.tiling.scoreRows * pitch * 4),
        ]
    }

    /// Tokens of the longest sequence, rounded up to SCORE_COLUMNS of attend.cl.
    private func simdPitch(on backend: GPUBackend) -> Int {
        let columns = backend.tiling.scoreVectors * backend.tiling.vector
        return max(longestSequence + columns - 1, columns) / columns * columns
    }
}
