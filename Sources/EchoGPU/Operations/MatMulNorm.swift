import EchoGraph
import EchoInvariant
import EchoTensor

extension MatMulNorm: GPUOperation {
    static func sizes(_ family: KernelFamily) -> Set<String> {
        family == .simt ? Tiling.productSizes(family) : []
    }

    func reasonToDecline(on backend: GPUBackend, _ inputs: [TensorType]) -> String? {
        guard backend.family == .simt else { return "CPU devices run whole layers at once" }
        let columns = inputs[1].shape[0]
        guard columns % 4 == 0 else { return "rows of \(columns) are not whole float4s" }
        guard
            backend.productMatrix(self, inputs, wholeRows: true) != nil
                || tiling(on: backend, columns: columns) != nil
        else {
            return "rows of \(columns) do not fit a work-group and its "
                + "\(backend.usableLocalByteCount) bytes of local memory"
        }
        return nil
    }

    func enqueue(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        let others = try inputs[4...6].map { try backend.buffer($0) }
        let matrix = backend.productMatrix(self, inputs.map(\.type), wholeRows: true)
        if let matrix {
            let bias = try backend.buffer(inputs[2], packing: .padded(multiple: matrix.columns))
            return try backend.enqueueProduct(
                self, in: matrix, inputs, plus: [bias] + others, to: output,
                settings: [.float(epsilon)],
                scratch: [.local(byteCount: matrix.partialByteCount)])
        }
        guard let tiling = tiling(on: backend, columns: inputs[1].type.shape[0]) else {
            invariantFailure("\(Self.stem) was declined")
        }
        let panel = tiling.panelColumns(.simt)
        let bias = try backend.buffer(inputs[2], packing: .padded(multiple: panel))
        try backend.enqueueProduct(
            Self.stem, inputs, plus: [bias] + others, to: output,
            settings: [.float(epsilon), .local(byteCount: Self.partialByteCount(tiling))],
            tiling: tiling)
    }

    /// Tiles of whole rows: a work-item's sums fit its registers, the slices local memory.
    private func tiling(on backend: GPUBackend, columns: Int) -> Tiling? {
        var tiling = backend.tiling
        let side = tiling.groupSide
        tiling.itemVectors = (columns + 4 * side - 1) / (4 * side)
        // 48 sums a work-item at the widths of tiny and small, at most 64: of wider rows, registers would
        // end up in memory (`make test-gpu-code`).
        tiling.itemRows = tiling.itemVectors <= 3 ? 4 : 2
        guard tiling.itemVectors <= 8 else { return nil }
        for depth in [16, 8, 4] {
            tiling.groupDepth = depth
            let bytes = tiling.productLocalByteCount + Self.partialByteCount(tiling)
            if bytes <= backend.usableLocalByteCount { return tiling }
        }
        return nil
    }

    /// A partial sum of every work-item and row, and PARTS sums of these.
    private static func partialByteCount(_ tiling: Tiling) -> Int {
        let parts = tiling.groupSide % 4 == 0 ? 4 : 1
        return 4 * tiling.groupSide * tiling.itemRows * (tiling.groupSide + parts)
    }
}
