import EchoGraph
import EchoOpenCL
import EchoTensor

extension STFT: GPUOperation {
    static func sizes(_ family: KernelFamily) -> Set<String> { Tiling.rowSizes(family) }

    /// Work-groups a compute unit (SIMT): enough to even out their loads.
    private static let groupsPerUnit = 8

    func enqueue(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        let samples = try backend.buffer(inputs[0])
        // One launch for each window length: recordings of several sample rates share a batch.
        let groups = Dictionary(grouping: segments) { [$0.windowLength, $0.hop] }
        for key in groups.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            let blocks = (groups[key] ?? []).flatMap(Self.blocks)
            try enqueue(
                on: backend, samples, blocks, windowLength: key[0], hop: key[1], to: output)
        }
    }

    /// The table `blocks` of stft.cl for one segment: a row of 5 for each 16 frames.
    private static func blocks(of segment: Segment) -> [Int32] {
        (0..<segment.patchCount).flatMap { patch in
            let frame = patch * patchLength
            return [
                segment.sampleOffset + frame * segment.hop,
                min(patchLength, segment.frameCount - frame),
                segment.token(band: 0, patch: patch), segment.sequenceLength,
                patch == 0 ? segment.firstToken : -1,
            ].map { Int32($0) }
        }
    }

    private func enqueue(
        on backend: GPUBackend, _ samples: GPUBackend.Buffer, _ blocks: [Int32],
        windowLength: Int, hop: Int, to output: GPUBackend.Buffer
    ) throws {
        let plan = try backend.fourierPlan(windowLength: windowLength)
        let blockCount = blocks.count / 5
        // Kept by the launch that reads it.
        let table = try backend.makeBuffer(HostTensor(blocks, [blocks.count]))
        let inputs: [KernelArgument] = [
            .buffer(samples), .buffer(table), .buffer(plan.window), .buffer(plan.twiddles),
            .buffer(plan.radices), .buffer(plan.split), .buffer(plan.chirp), .buffer(plan.filter),
            .buffer(output),
        ]
        let sizes: [KernelArgument] = [
            .int(Int32(blockCount)), .int(Int32(windowLength)), .int(Int32(hop)),
            .int(Int32(plan.tables.length)), .int(Int32(plan.tables.period)),
            .int(Int32(plan.tables.radices.count)),
        ]
        switch backend.family {
        case .simd:
            let slots = try ScratchSlots(
                on: backend, byteCount: plan.scratchByteCount * Self.patchLength, tasks: blockCount)
            defer { slots.release(to: backend) }
            let kernel = try backend.kernel(Self.stem)
            try backend.queue.enqueue(
                kernel,
                inputs + [.buffer(slots.scratch)] + sizes
                    + [.buffer(slots.flags), .int(Int32(slots.count))],
                global: [blockCount], local: [1])
        case .simt:
            let groups = min(
                blockCount * Self.patchLength,
                backend.device.computeUnitCount * Self.groupsPerUnit)
            let items = backend.tiling.rowGroup
            let isLocal = plan.scratchByteCount <= backend.device.localMemoryByteCount
            let scratch = try backend.allocate(
                byteCount: isLocal ? 4 : groups * plan.scratchByteCount)
            defer { backend.release(scratch) }
            let kernel = try backend.kernel(
                Self.stem, requires: ["common", "fft"],
                options: Self.simtOptions(items, scratchIsLocal: isLocal))
            try backend.queue.enqueue(
                kernel,
                inputs + [isLocal ? .local(byteCount: plan.scratchByteCount) : .buffer(scratch)]
                    + sizes, global: [groups * items], local: [items])
        }
    }

    /// Macros of fft.cl and stft.cl for CPU devices.
    static let simdOptions = [
        "-DREAL=float16", "-DINT=int16", "-DSCRATCH=__global", "-DFIRST=0", "-DSTEP=1", "-DSYNC=",
    ]

    private static func simtOptions(_ items: Int, scratchIsLocal: Bool) -> [String] {
        [
            "-DREAL=float", "-DINT=int", "-DSCRATCH=\(scratchIsLocal ? "__local" : "__global")",
            "-DSCRATCH_OFFSET(n)=\(scratchIsLocal ? "0" : "get_group_id(0)*(n)")",
            "-DFIRST=get_local_id(0)", "-DSTEP=\(items)",
            "-DSYNC=barrier(CLK_LOCAL_MEM_FENCE|CLK_GLOBAL_MEM_FENCE)",
        ]
    }
}

/// The tables of a window length, in device memory.
struct FourierPlan {
    let tables: FourierTables
    let window, twiddles, radices, split, chirp, filter: GPUBackend.Buffer

    /// Two signals of `length` complex values, float32: the scratch of one transform.
    var scratchByteCount: Int { 4 * tables.length * 4 }

    init(_ tables: FourierTables, on backend: GPUBackend) throws {
        func buffer(_ values: [Float]) throws -> GPUBackend.Buffer {
            try backend.makeBuffer(HostTensor(values, [values.count]))
        }
        self.tables = tables
        window = try buffer(tables.window)
        twiddles = try buffer(tables.twiddles)
        radices = try backend.makeBuffer(HostTensor(tables.radices, [tables.radices.count]))
        split = try buffer(tables.split)
        chirp = try buffer(tables.chirp)
        filter = try buffer(tables.filter)
    }
}
