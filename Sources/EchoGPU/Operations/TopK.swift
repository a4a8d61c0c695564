import EchoGraph
import EchoOpenCL
import EchoTensor

extension TopK: GPUOperation {
    static func sizes(_ family: KernelFamily) -> Set<String> {
        family == .simd ? ["VECTOR"] : Tiling.rowSizes(family)
    }

    /// Rows that a launch counts in 32 bits, those that a last round reads beyond them with them.
    private static let rowLimit = Int(Int32.max) - (1 << 20)

    func reasonToDecline(on backend: GPUBackend, _ inputs: [TensorType]) -> String? {
        let rows = inputs[0].shape[0]
        guard rows > 0 else { return "there is no row to choose" }
        guard rows <= Self.rowLimit else {
            return "\(rows) rows are more than the \(Self.rowLimit) that a launch counts"
        }
        let bytes =
            backend.family == .simd
            ? 8 * kept(rows) : lists(on: backend, queries: inputs[0].shape[1]).byteCount
        let limit = backend.usableLocalByteCount
        return bytes > limit
            ? "the \(count) largest of a column take \(bytes) bytes of local memory, "
                + "the device has \(limit)" : nil
    }

    func enqueue(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        if backend.family == .simd {
            try enqueueHeaps(on: backend, inputs, to: output)
        } else {
            try enqueueLists(on: backend, inputs, to: output)
        }
    }

    /// Rows that can be named.
    private func kept(_ rows: Int) -> Int { min(count, rows) }

    /// CPU devices: a work-item takes as many columns as local memory has heaps for.
    private func enqueueHeaps(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        let (rows, queries) = (inputs[0].type.shape[0], inputs[0].type.shape[1])
        let kept = kept(rows)
        let width = min(backend.tiling.vector, backend.usableLocalByteCount / (8 * kept))
        try backend.queue.enqueue(
            backend.kernel(Self.stem),
            inputs.map { .buffer(try backend.buffer($0)) } + [
                .buffer(output), .local(byteCount: 8 * width * kept), .int(Int32(rows)),
                .int(Int32(queries)), .int(Int32(count)), .int(Int32(kept)), .int(Int32(width)),
            ], global: [(queries + width - 1) / width], local: [1])
    }

    /// GPUs: if there are too few columns to keep the device busy, work-groups take parts of the rows, and a
    /// second launch chooses among what these have found.
    private func enqueueLists(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        let (rows, queries) = (inputs[0].type.shape[0], inputs[0].type.shape[1])
        let lists = lists(on: backend, queries: queries)
        let tiles = (queries + lists.columns - 1) / lists.columns
        let kernel = try backend.kernel(Self.stem, options: lists.options)
        let given: [KernelArgument] = try inputs.map { .buffer(try backend.buffer($0)) }
        func launch(
            _ listed: GPUBackend.Buffer?, of candidates: Int, by partSize: Int,
            to output: GPUBackend.Buffer
        ) throws {
            // What is not listed is not read.
            let list = try listed ?? backend.buffer(inputs[1])
            try backend.queue.enqueue(
                kernel,
                given + [
                    .buffer(list), .buffer(output), .int(Int32(candidates)),
                    .int(Int32(partSize)), .int(Int32(queries)), .int(Int32(count)),
                    .int(listed == nil ? 0 : 1),
                ],
                global: [tiles * lists.group, (candidates + partSize - 1) / partSize],
                local: [lists.group, 1])
        }
        let wanted = Self.groupsOfUnit * backend.device.computeUnitCount / max(tiles, 1)
        let shortest = max(Self.shortestRounds * lists.roundRows, Self.shortestRounds * count)
        let partSize = max(rows / max(wanted, 1), min(shortest, rows))
        let parts = (rows + partSize - 1) / partSize
        guard parts > 1 else { return try launch(nil, of: rows, by: rows, to: output) }
        let found = try backend.allocate(byteCount: 4 * queries * parts * count)
        defer { backend.release(found) }
        try launch(nil, of: rows, by: partSize, to: found)
        try launch(found, of: parts * count, by: parts * count, to: output)
    }

    /// Work-groups for each compute unit, so that some read while others sort.
    private static let groupsOfUnit = 8
    /// A part has rows for several rounds, and several times as many as it may name.
    private static let shortestRounds = 4

    private func lists(on backend: GPUBackend, queries: Int) -> RankLists {
        RankLists(
            count: count, queries: queries, group: backend.tiling.rowGroup,
            byteLimit: backend.usableLocalByteCount)
    }
}

/// How a work-group's local memory is divided among columns (top_k.cl).
private struct RankLists {
    /// Work-items: ROW_GROUP.
    let group: Int
    /// Columns side by side, and ranks of each: powers of two.
    let columns, length: Int

    /// Keys that an item reads at once: ITEM_KEYS.
    private static let itemKeys = 8
    /// Of local memory for each work-item: beyond that too few of them are on a GPU at once.
    private static let itemByteCount = 256

    /// Eight columns, 32 bytes of a row, or as many as there are and have room.
    init(count: Int, queries: Int, group: Int, byteLimit: Int) {
        let sizes = [8, 4, 2, 1].filter { $0 <= group && $0 < 2 * max(queries, 1) }
            .map { RankLists(count: count, columns: $0, group: group) }
        let limit = min(byteLimit, Self.itemByteCount * group)
        self = sizes.first { $0.byteCount <= limit } ?? sizes[sizes.count - 1]
    }

    private init(count: Int, columns: Int, group: Int) {
        (self.group, self.columns) = (group, columns)
        var length = 1
        while length < count + group / columns * Self.itemKeys { length *= 2 }
        self.length = length
    }

    var roundRows: Int { group / columns * Self.itemKeys }

    /// Of ranks, and what belongs to each column.
    var byteCount: Int { columns * (8 * length + 12) }

    var options: [String] { ["-DLIST_COLUMNS=\(columns)", "-DLIST_LENGTH=\(length)"] }
}
