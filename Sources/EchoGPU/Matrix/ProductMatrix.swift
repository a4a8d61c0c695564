import EchoGraph
import EchoOpenCL
import EchoTensor

/// The tiles in which a matrix unit computes a product, as product_matrix.cl says; each size becomes a
/// macro.
struct ProductMatrix: Hashable, Sendable {
    let unit: MatrixUnit
    /// Single precision, of two halves a value; else rows and weights are halves.
    let isSplit: Bool
    /// Tiles of 16 x 16 of a warp, and warps of a work-group.
    let rowTiles, columnTiles, warpRows, warpColumns: Int
    /// Steps of 16 in a stage of weights, and stages in local memory; 0 if it holds no two of them: weights
    /// are then read where they lie.
    let stageSteps, ring: Int

    var warps: Int { warpRows * warpColumns }
    var rows: Int { warpRows * rowTiles * MatrixUnit.side }
    var columns: Int { warpColumns * columnTiles * MatrixUnit.side }
    var packing: FragmentPacking {
        FragmentPacking(
            layout: unit.layout, isSplit: isSplit, panelTiles: warpColumns * columnTiles,
            stageSteps: stageSteps)
    }
    /// Of the ring; an empty one cannot be an argument.
    var ringByteCount: Int { max(ring * stageByteCount, 16) }
    /// Of a float for each row and each warp of it, where a work-group holds whole rows.
    var partialByteCount: Int { 4 * rows * warpColumns }

    /// The same tiles with other stages.
    func staged(steps: Int, ring: Int) -> ProductMatrix {
        ProductMatrix(
            unit: unit, isSplit: isSplit, rowTiles: rowTiles, columnTiles: columnTiles,
            warpRows: warpRows, warpColumns: warpColumns, stageSteps: steps, ring: ring)
    }

    private var stageByteCount: Int {
        2 * stageSteps * warpColumns * columnTiles * MatrixUnit.tileHalves * (isSplit ? 2 : 1)
    }

    /// True if a device has the local memory, `more` bytes besides. What an emulated unit exchanges does not count
    /// as used: its tiles are to be those of the unit itself.
    func fits(_ backend: GPUBackend, plus more: Int = 0) -> Bool {
        let bytes = ringByteCount + partialByteCount + more
        return bytes <= backend.usableLocalByteCount
            && bytes + unit.exchangeByteCount(warps: warps) <= backend.device.localMemoryByteCount
    }

    /// Compiler options for a product of this depth and with these columns.
    func options(depth: Int, columns: Int) -> [String] {
        let sizes = [
            ("ROW_TILES", rowTiles), ("COLUMN_TILES", columnTiles), ("WARP_ROWS", warpRows),
            ("WARP_COLUMNS", warpColumns), ("STAGE_STEPS", stageSteps), ("RING", ring),
        ]
        return sizes.map { "-D\($0)=\($1)" } + (isSplit ? ["-DSPLIT"] : [])
            + (depth % MatrixUnit.side == 0 ? [] : ["-DODD_DEPTH"])
            + (columns % 4 == 0 ? [] : ["-DODD_COLUMNS"])
    }
}

/// What a unit's registers and work-groups hold. The tiles of sums were chosen by what compilers make of
/// them: registers end up in memory only where .ci/gpu/limits.py says so (`make test-gpu-code`).
private struct MatrixLimits {
    /// Tiles of sums of a warp, those of both parts counted, and how many at most for rows wider than
    /// work-groups hold otherwise.
    let tiles, wideTiles: Int
    /// Warps of a work-group, and of a product's at least.
    let warps, usualWarps: Int
    /// Stages worth trying: steps of each and how many, the best first.
    let stages: [(steps: Int, ring: Int)]

    init(_ layout: MatrixUnit.Layout) {
        switch layout {
        case .nvidia:
            (tiles, wideTiles, warps, usualWarps) = (12, 16, 8, 4)
            stages = [(2, 3), (2, 2), (1, 3), (1, 2)]  // cp.async has several on their way
        case .cdna:
            (tiles, wideTiles, warps, usualWarps) = (24, 32, 4, 4)
            stages = [(2, 2), (1, 2)]
        case .rdna3, .rdna4:
            (tiles, wideTiles, warps, usualWarps) = (12, 16, 8, 4)
            stages = [(1, 2)]
        case .xmx8:
            (tiles, wideTiles, warps, usualWarps) = (2, 2, 32, 16)
            stages = [(1, 2)]
        case .xmx16:
            (tiles, wideTiles, warps, usualWarps) = (4, 4, 32, 16)
            stages = [(1, 2)]
        }
    }
}

extension ProductMatrix {
    /// Tiles of a product.
    ///
    /// - Parameter wholeRows: A work-group is to hold rows from end to end.
    /// - Returns: nil if rows so wide fit no work-group.
    init?(
        _ unit: MatrixUnit, isSplit: Bool, rows: Int, columns: Int, wholeRows: Bool,
        on backend: GPUBackend
    ) {
        let device = backend.device
        let limits = MatrixLimits(unit.layout)
        let largest = min(limits.warps, device.maximumWorkGroupSize / unit.lanes)
        guard largest > 0 else { return nil }
        let columnTiles = (columns + MatrixUnit.side - 1) / MatrixUnit.side
        guard
            let (rowTiles, tiles, warpColumns) = wholeRows
                ? Self.wholeRows(columnTiles, limits, sets: isSplit ? 2 : 1, warps: largest)
                : Self.block(limits, sets: isSplit ? 2 : 1, warps: largest)
        else { return nil }
        // Taller work-groups read weights less often, where enough of them are left for every unit.
        let usual = max(1, min(limits.usualWarps, largest) / warpColumns)
        let tallest = max(usual, largest / warpColumns)
        let warpRows = rows >= 256 * device.computeUnitCount ? tallest : usual
        func sized(_ warpRows: Int) -> ProductMatrix {
            ProductMatrix(
                unit: unit, isSplit: isSplit, rowTiles: rowTiles, columnTiles: tiles,
                warpRows: warpRows, warpColumns: warpColumns, stageSteps: 1, ring: 0)
        }
        // Split values are summed by stages: these must not depend on how many rows a batch has.
        let stage = limits.stages.first {
            sized(tallest).staged(steps: $0.steps, ring: $0.ring).fits(backend)
        }
        let bare = sized(warpRows)
        self = stage.map { bare.staged(steps: $0.steps, ring: $0.ring) } ?? bare
    }

    /// Tiles of a warp and warps side by side that hold rows of so many tiles: two tiles of rows where
    /// they fit, as each tile of weights is then read half as often.
    private static func wholeRows(
        _ count: Int, _ limits: MatrixLimits, sets: Int, warps: Int
    ) -> (rowTiles: Int, tiles: Int, warpColumns: Int)? {
        let choices = [(2, limits.tiles), (1, limits.tiles), (1, limits.wideTiles)]
        for (rowTiles, limit) in choices {
            for warpColumns in 1...max(1, warps) {
                let tiles = (count + warpColumns - 1) / warpColumns
                if tiles * rowTiles * sets <= limit { return (rowTiles, tiles, warpColumns) }
            }
        }
        return nil
    }

    /// The same of any part of rows: 192 columns a work-group, of which the published models' are
    /// multiples, or half of them if values are split.
    private static func block(
        _ limits: MatrixLimits, sets: Int, warps: Int
    ) -> (rowTiles: Int, tiles: Int, warpColumns: Int)? {
        let rowTiles = limits.tiles >= 2 * sets ? 2 : 1
        let tiles = min(limits.tiles / (rowTiles * sets), 6)
        guard tiles > 0, warps > 0 else { return nil }
        return (rowTiles, tiles, min(max(2, 12 / (tiles * sets)), warps))
    }
}

extension GPUBackend {
    /// The tiles in which the matrix unit computes a product; nil if the vector units
    /// do it, because there is none, or nothing bounds what is to be split, or rows are too wide.
    func productMatrix(
        _ operation: some ProductOperation, _ inputs: [TensorType], wholeRows: Bool = false
    ) -> ProductMatrix? {
        // As it will be stored: a rewrite asks before values become halves.
        let isSplit = storage == .float32
        guard let unit, !isSplit || operation.largestInput.isFinite else { return nil }
        return ProductMatrix(
            unit, isSplit: isSplit, rows: inputs[0].shape[0], columns: inputs[1].shape[0],
            wholeRows: wholeRows, on: self)
    }

    /// Queues a kernel for the matrix unit that starts with a product.
    ///
    /// - Parameters:
    ///   - inputs: Rows `[T, K]`, weight `[N, K]`, and what else the operation takes.
    ///   - terms: What is added to the product, between the weight and the output in the kernel's
    ///     parameters.
    ///   - settings: Its parameters behind the product's sizes.
    ///   - scratch: Its local memory behind the ring.
    func enqueueProduct(
        _ operation: some ProductOperation, in matrix: ProductMatrix, _ inputs: [Operand<Buffer>],
        plus terms: [Buffer], to output: Buffer, settings: [KernelArgument] = [],
        scratch: [KernelArgument] = []
    ) throws {
        let (rows, depth) = (inputs[0].type.shape[0], inputs[0].type.shape[1])
        let columns = inputs[1].type.shape[0]
        let kernel = try kernel(
            operation.stem, named: "\(operation.stem)_matrix_\(matrix.isSplit ? "f32" : "f16")",
            for: matrix.unit, requires: ["fragment_rows", "product_matrix", "normalise_matrix"],
            options: matrix.options(depth: depth, columns: columns))
        let weights = try buffer(inputs[1], packing: .fragments(matrix.packing))
        let factors: [KernelArgument] =
            matrix.isSplit
            ? [
                .buffer(try buffer(inputs[1], packing: .factors(matrix.packing))),
                .float(Self.scale(bringing: operation.largestInput)),
            ] : []
        let lanes = matrix.unit.lanes
        try queue.enqueue(
            kernel,
            [.buffer(try buffer(inputs[0])), .buffer(weights)] + factors
                + (terms + [output]).map { .buffer($0) }
                + [.int(Int32(rows)), .int(Int32(columns)), .int(Int32(depth))] + settings
                + [.local(byteCount: matrix.ringByteCount)] + scratch
                + matrix.unit.exchange(warps: matrix.warps),
            global: [
                (columns + matrix.columns - 1) / matrix.columns * lanes,
                (rows + matrix.rows - 1) / matrix.rows * matrix.warps,
            ], local: [lanes, matrix.warps])
    }

    /// The power of two that brings a bound to 2^14 to 2^15: half holds 65,504.
    private static func scale(bringing bound: Float) -> Float {
        guard bound > 0 else { return 1 }
        let exponent = min(max(14 - Int(bound.exponent), -100), 100)
        return Float(sign: .plus, exponent: exponent, significand: 1)
    }
}
