import EchoGraph
import EchoInvariant
import EchoOpenCL
import EchoTensor

extension MLP: GPUOperation {
    static func sizes(_ family: KernelFamily) -> Set<String> { [] }

    /// Units whose registers hold what a warp needs: on RDNA 3, which holds operands twice, and in Intel's
    /// sub-groups, sums would end up in memory.
    private static let layouts: Set<MatrixUnit.Layout> = [.nvidia, .cdna, .rdna4]

    func reasonToDecline(on backend: GPUBackend, _ inputs: [TensorType]) -> String? {
        guard let unit = backend.unit else { return "it has kernels for matrix units alone" }
        guard backend.storage == .float16 else {
            return "split values take twice the registers that there are"
        }
        guard Self.layouts.contains(unit.layout) else {
            return "the registers of \(unit.name) do not hold rows and hidden values"
        }
        guard matrix(on: backend, inputs) != nil else {
            return "rows of \(inputs[0].shape[1]) with \(inputs[1].shape[0]) hidden values are no "
                + "whole tiles of a work-group, or do not fit its "
                + "\(backend.usableLocalByteCount) bytes of local memory"
        }
        return nil
    }

    func enqueue(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        guard let matrix = matrix(on: backend, inputs.map(\.type)) else {
            invariantFailure("\(Self.stem) was declined")
        }
        let (rows, width) = (inputs[0].type.shape[0], inputs[0].type.shape[1])
        let hiddenWidth = inputs[1].type.shape[0]
        let kernel = try backend.kernel(
            Self.stem, named: "\(Self.stem)_matrix_f16", for: matrix.unit,
            requires: ["fragment_rows", "product_matrix", "normalise_matrix"],
            options: matrix.options(depth: width, columns: width))
        let slices = FragmentPacking(
            layout: matrix.unit.layout, isSplit: false, panelTiles: matrix.warpColumns,
            stageSteps: 1)
        var panel = matrix.packing
        panel.followsSums = true
        let buffers =
            try [
                backend.buffer(inputs[0]), backend.buffer(inputs[1], packing: .fragments(slices)),
                backend.buffer(inputs[2]), backend.buffer(inputs[3], packing: .fragments(panel)),
            ] + [4, 6, 7].map { try backend.buffer(inputs[$0]) } + [output]
        try backend.queue.enqueue(
            kernel,
            buffers.map { .buffer($0) } + [
                .int(Int32(rows)), .int(Int32(width)), .int(Int32(hiddenWidth)), .float(epsilon),
                .local(byteCount: matrix.ringByteCount),
                .local(byteCount: Self.hiddenByteCount(matrix)),
                .local(byteCount: matrix.partialByteCount),
            ] + matrix.unit.exchange(warps: matrix.warps),
            global: [
                matrix.unit.lanes, (rows + matrix.rows - 1) / matrix.rows * matrix.warps,
            ], local: [matrix.unit.lanes, matrix.warps])
    }

    /// Tiles of whole rows: exactly those of a work-group, and as many hidden ones at a time as warps share
    /// a row.
    private func matrix(on backend: GPUBackend, _ inputs: [TensorType]) -> ProductMatrix? {
        let (width, hiddenWidth) = (inputs[0].shape[1], inputs[1].shape[0])
        guard let unit = backend.unit else { return nil }
        func whole(rows: Int) -> ProductMatrix? {
            ProductMatrix(
                unit, isSplit: false, rows: rows, columns: width, wholeRows: true, on: backend)
        }
        // What any batch takes: that there is a kernel must not depend on how many rows one has.
        guard let matrix = whole(rows: inputs[0].shape[0]), let tallest = whole(rows: .max),
            matrix.columns == width, hiddenWidth % (matrix.warpColumns * MatrixUnit.side) == 0
        else { return nil }
        let ring = [3, 2].first {
            tallest.staged(steps: 1, ring: $0).fits(backend, plus: Self.hiddenByteCount(tallest))
        }
        return ring.map { matrix.staged(steps: 1, ring: $0) }
    }

    /// A tile of halves for each warp and each of its tiles of rows.
    private static func hiddenByteCount(_ matrix: ProductMatrix) -> Int {
        2 * MatrixUnit.tileHalves * matrix.warps * matrix.rowTiles
    }
}
