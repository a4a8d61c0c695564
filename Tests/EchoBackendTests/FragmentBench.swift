import EchoGPU
import EchoKernels
import EchoOpenCL

/// Kernels that do single steps of fragment.cl, on a device, for one unit.
struct FragmentBench {
    /// Warps of the work-group: each has to keep to its own tiles.
    static let warps = 2
    static let side = MatrixUnit.side

    let unit: MatrixUnit
    private let context: Context
    private let queue: Queue
    private let program: Program

    init(_ device: Device, _ unit: MatrixUnit) throws {
        self.unit = unit
        context = try Context(device)
        queue = try Queue(context)
        let files = Self.texts(of: ["common"] + unit.files).joined(separator: "\n")
        program = try Program(
            context, source: files + Self.kernels, name: "fragment tests of \(unit.name)",
            options: ["-cl-std=CL1.2"] + unit.options)
    }

    /// Kernel files as they are in the binary.
    private static func texts(of names: [String]) -> [String] {
        var count: Int32 = 0
        let sources = UnsafeBufferPointer(start: echo_kernel_sources(&count), count: Int(count))
        return names.map { name in
            sources.first { String(cString: $0.name) == name }.map { String(cString: $0.text) }
                ?? ""
        }
    }

    /// Numbers of the unit's layout, as the kernels have them.
    struct Places {
        /// RIGHT_PLACE(k, n) and LEFT_PLACE(m, k), by rows of 16.
        let right, left: [Int32]
        /// By element of a tile, by rows: how many sums of all lanes are it.
        let owners: [Int32]
    }

    func places() throws -> Places {
        let tile = MatrixUnit.tileHalves
        let numbers: [Int32] = try run("places", [], zeros: 3 * tile, warps: 1)
        return Places(
            right: Array(numbers[..<tile]), left: Array(numbers[tile..<2 * tile]),
            owners: Array(numbers[(2 * tile)...]))
    }

    /// What a warp made of a left and a right tile; each tile by rows.
    struct Results {
        /// start + left x right; its sum with the columns' numbers as halves; halves of it x right.
        let product, added, chained: [Float]
        /// At each element what its lane got as the sum, and as the largest, of the product's row.
        let total, largest: [Float]
    }

    /// - Parameters:
    ///   - left: Tiles by rows, one a warp; `right` likewise, `start` as sums to begin with.
    func results(left: [[Float16]], right: [[Float16]], start: [[Float]]) throws -> [Results] {
        let places = try places()
        func pack(_ tiles: [[Float16]], _ places: [Int32]) throws -> Buffer {
            try buffer(
                tiles.flatMap { tile in
                    var packed = tile
                    for (value, place) in zip(tile, places) { packed[Int(place)] = value }
                    return packed
                })
        }
        let tile = MatrixUnit.tileHalves
        let values: [Float] = try run(
            "results",
            [
                .buffer(pack(left, places.left)), .buffer(pack(right, places.right)),
                .buffer(buffer(start.flatMap { $0 })),
            ], zeros: 5 * tile * left.count, warps: left.count)
        return (0..<left.count).map { warp in
            let parts = (0..<5).map { part in
                Array(values[(warp * 5 + part) * tile..<(warp * 5 + part + 1) * tile])
            }
            return Results(
                product: parts[0], added: parts[1], chained: parts[2], total: parts[3],
                largest: parts[4])
        }
    }

    private func buffer<T: BitwiseCopyable>(_ values: [T]) throws -> Buffer {
        try values.withUnsafeBytes { try Buffer(context, copying: $0) }
    }

    /// Runs a kernel on one work-group; its last argument but local memory is an output of zeros.
    private func run<T: BitwiseCopyable & Numeric>(
        _ name: String, _ arguments: [KernelArgument], zeros: Int, warps: Int
    ) throws -> [T] {
        var values = [T](repeating: 0, count: zeros)
        let output = try Buffer(context, byteCount: zeros * MemoryLayout<T>.stride)
        try values.withUnsafeBytes { try queue.write($0, to: output) }
        let size = [unit.lanes, warps]
        try queue.enqueue(
            Kernel(program, name), arguments + [.buffer(output)] + unit.exchange(warps: warps),
            global: size, local: size)
        try values.withUnsafeMutableBytes { try queue.read(output, into: $0) }
        return values
    }

    private static let kernels = """

        __kernel SUB_GROUP void places(__global int *output EXCHANGE_ARGUMENT) {
            for (int i = LANE; i < TILE_HALVES; i += LANES) {
                output[i] = RIGHT_PLACE(i / 16, i % 16);
                output[TILE_HALVES + i] = LEFT_PLACE(i / 16, i % 16);
            }
            for (int i = 0; i < SUMS; i++) {
                atomic_inc(output + 2 * TILE_HALVES + SUM_ROW(i) * 16 + SUM_COLUMN(i));
            }
        }

        #define ELEMENT(i) (SUM_ROW(i) * 16 + SUM_COLUMN(i))
        __kernel SUB_GROUP void results(
            __global const ushort *left, __global const ushort *right, __global const float *start,
            __global float *output EXCHANGE_ARGUMENT) {
            const int tile = WARP * TILE_HALVES;
            const left_t a = ((__global const left_t *)(left + tile))[RIGHT_LANE];
            const right_t b = ((__global const right_t *)(right + tile))[RIGHT_LANE];
            __global float *product = output + WARP * 5 * TILE_HALVES;
            sums_t sums, added, chained;
            float total[SLOTS], largest[SLOTS];
            for (int i = 0; i < SUMS; i++) {
                sums.v[i] = start[tile + ELEMENT(i)];
                added.v[i] = SUM_COLUMN(i);
                chained.v[i] = 0.0f;
            }
            multiply(&sums, a, b EXCHANGE);
            const left_t again = left_of(&sums EXCHANGE);
            sums_of(again, &added EXCHANGE);
            multiply(&chained, again, b EXCHANGE);
            for (int s = 0; s < SLOTS; s++) {
                total[s] = 0.0f;
                largest[s] = -INFINITY;
            }
            for (int i = 0; i < SUMS; i++) {
                total[SUM_SLOT(i)] += sums.v[i];
                largest[SUM_SLOT(i)] = fmax(largest[SUM_SLOT(i)], sums.v[i]);
            }
            for (int s = 0; s < SLOTS; s++) {
                total[s] = across(total[s], false EXCHANGE);
                largest[s] = across(largest[s], true EXCHANGE);
            }
            for (int i = 0; i < SUMS; i++) {
                product[ELEMENT(i)] = sums.v[i];
                product[TILE_HALVES + ELEMENT(i)] = added.v[i];
                product[2 * TILE_HALVES + ELEMENT(i)] = chained.v[i];
                product[3 * TILE_HALVES + ELEMENT(i)] = total[SUM_SLOT(i)];
                product[4 * TILE_HALVES + ELEMENT(i)] = largest[SUM_SLOT(i)];
            }
        }
        """
}
