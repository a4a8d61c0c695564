import EchoGraph
import EchoOpenCL

extension GPUBackend {
    /// Queues a kernel that starts with a product, as product.cl and product_group.cl say.
    ///
    /// - Parameters:
    ///   - inputs: Rows `[T, K]`, weight `[N, K]`, and what else the operation takes.
    ///   - terms: What is added to the product, between the weight and the output in the kernel's
    ///     parameters.
    ///   - settings: Its parameters behind the product's sizes.
    ///   - tiling: Other sizes of the tiles than the device's usual ones.
    func enqueueProduct(
        _ stem: String, _ inputs: [Operand<Buffer>], plus terms: [Buffer],
        to output: Buffer, settings: [KernelArgument] = [], tiling: Tiling? = nil
    ) throws {
        let (rows, depth) = (inputs[0].type.shape[0], inputs[0].type.shape[1])
        let columns = inputs[1].type.shape[0]
        let hasWholeQuads = family == .simt && depth % 4 == 0 && columns % 4 == 0
        let kernel = try kernel(
            stem, requires: ["common", family == .simd ? "product" : "product_group"],
            options: inputs[1].type.element.storageOptions
                + (hasWholeQuads ? ["-DWHOLE_QUADS"] : []),
            tiling: tiling)
        let tiling = tiling ?? self.tiling
        let panelColumns = tiling.panelColumns(family)
        let panels = (columns + panelColumns - 1) / panelColumns
        let blockRows = tiling.rowsOfBlock(family)
        let blocks = (rows + blockRows - 1) / blockRows
        let side = family == .simd ? 1 : tiling.groupSide
        let buffers =
            [
                try buffer(inputs[0]),
                try buffer(inputs[1], packing: .panels(columns: panelColumns)),
            ] + terms + [output]
        try queue.enqueue(
            kernel,
            buffers.map { .buffer($0) } + [
                .int(Int32(rows)), .int(Int32(columns)), .int(Int32(depth)),
            ] + settings, global: [panels * side, blocks * side], local: [side, side])
    }
}
