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

extension Tiling {
    /// The sizes in which a product with so many columns computes fewest columns beyond them: rows of a table times a few
    /// queries are bound by memory, unless one query costs as many as a panel has.
    ///
    /// Each element is summed over k in the same order in every tile, so that its bits do not depend on this choice.
    func fitted(toColumns columns: Int, _ family: KernelFamily) -> Tiling {
        func computed(_ tiling: Tiling) -> Int {
            let panel = tiling.panelColumns(family)
            return (columns + panel - 1) / panel * panel
        }
        let narrower = narrower(family).min { computed($0) < computed($1) } ?? self
        // Wide tiles do more with what they have read: a few columns too many are cheaper.
        return 5 * computed(narrower) < 4 * computed(self) ? narrower : self
    }

    /// Narrower tiles, the widest first.
    private func narrower(_ family: KernelFamily) -> [Tiling] {
        let vectors = family == .simd ? tileVectors : itemVectors
        var tilings = (1..<max(vectors, 1)).reversed().map { count in
            var tiling = self
            if family == .simd { tiling.tileVectors = count } else { tiling.itemVectors = count }
            return tiling
        }
        var narrowest = tilings.last ?? self
        if family == .simd, vector == 16 {
            narrowest.vector = 8
            tilings.append(narrowest)
        } else if family == .simt, groupSide == 16 {
            (narrowest.groupSide, narrowest.itemRows) = (8, min(itemRows, 4))
            tilings.append(narrowest)
        }
        return tilings
    }
}
