import EchoGraph
import EchoOpenCL
import EchoTensor

extension STFT: GPUOperation {
    /// Work-items of a work-group (SIMT).
    private static let group = 64
    /// Work-items (SIMD) or work-groups (SIMT) a compute unit: enough to even out their loads.
    private static let tasksPerUnit = 8

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
        let isSIMD = backend.family == .simd
        let taskLimit = backend.device.computeUnitCount * Self.tasksPerUnit
        let tasks = min(isSIMD ? blockCount : blockCount * Self.patchLength, taskLimit)
        let scratchBytes = 4 * plan.tables.length * 4 * (isSIMD ? Self.patchLength : 1)
        let isLocal = !isSIMD && scratchBytes <= backend.device.localMemoryByteCount
        let table = try backend.allocate(byteCount: blocks.count * 4)
        let scratch = try backend.allocate(byteCount: isLocal ? 4 : tasks * scratchBytes)
        defer {
            backend.release(table)
            backend.release(scratch)
        }
        try backend.upload(HostTensor(blocks, [blocks.count]), to: table)
        let kernel = try backend.kernel(
            Self.stem, requires: ["common", "fft"],
            options: Self.options(backend.family, scratchIsLocal: isLocal))
        try backend.queue.enqueue(
            kernel,
            [
                .buffer(samples), .buffer(table), .buffer(plan.window), .buffer(plan.twiddles),
                .buffer(plan.radices), .buffer(plan.split), .buffer(plan.chirp),
                .buffer(plan.filter), .buffer(output),
                isLocal ? .local(byteCount: scratchBytes) : .buffer(scratch),
                .int(Int32(blockCount)), .int(Int32(windowLength)), .int(Int32(hop)),
                .int(Int32(plan.tables.length)), .int(Int32(plan.tables.period)),
                .int(Int32(plan.tables.radices.count)),
            ], global: [isSIMD ? tasks : tasks * Self.group], local: [isSIMD ? 1 : Self.group])
    }

    private static func options(_ family: KernelFamily, scratchIsLocal: Bool) -> [String] {
        switch family {
        case .simd:
            [
                "-DFAMILY_SIMD", "-DREAL=float16", "-DINT=int16", "-DSCRATCH=__global",
                "-DFIRST=0", "-DSTEP=1", "-DSYNC=",
            ]
        case .simt:
            [
                "-DREAL=float", "-DINT=int", "-DSCRATCH=\(scratchIsLocal ? "__local" : "__global")",
                "-DSCRATCH_OFFSET(n)=\(scratchIsLocal ? "0" : "get_group_id(0)*(n)")",
                "-DFIRST=get_local_id(0)", "-DSTEP=\(group)",
                "-DSYNC=barrier(CLK_LOCAL_MEM_FENCE|CLK_GLOBAL_MEM_FENCE)",
            ]
        }
    }
}

/// The tables of a window length, in device memory.
struct FourierPlan {
    let tables: FourierTables
    let window, twiddles, radices, split, chirp, filter: GPUBackend.Buffer

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
