import EchoGraph
import EchoOpenCL
import EchoTensor

extension STFT: GPUOperation {
    static func sizes(_ family: KernelFamily) -> Set<String> {
        family == .simt ? ["PATCH_GROUP"] : []
    }

    func reasonToDecline(on backend: GPUBackend, _ inputs: [TensorType]) -> String? {
        backend.family == .simd && element == .float16
            ? "the kernels for CPU devices store no halves" : nil
    }

    func enqueue(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws {
        let samples = KernelArgument.buffer(try backend.buffer(inputs[0]))
        let blocks = KernelArgument.buffer(try backend.buffer(inputs[1]))
        switch backend.family {
        case .simd:
            for launch in launches {
                try enqueueSIMD(launch, on: backend, samples, blocks, to: output)
            }
        case .simt:
            try enqueueSIMT(on: backend, samples: [samples], blocks, to: output)
        }
    }

    private func enqueueSIMD(
        _ launch: Launch, on backend: GPUBackend, _ samples: KernelArgument,
        _ blocks: KernelArgument, to output: GPUBackend.Buffer
    ) throws {
        let plan = try backend.fourierPlan(windowLength: launch.windowLength)
        let slots = try ScratchSlots(
            on: backend, byteCount: plan.scratchByteCount * Self.patchLength,
            tasks: launch.blocks.count)
        defer { slots.release(to: backend) }
        try backend.queue.enqueue(
            backend.kernel(Self.stem),
            [
                samples, blocks, .buffer(plan.window), .buffer(plan.twiddles),
                .buffer(plan.radices), .buffer(plan.split), .buffer(plan.chirp),
                .buffer(plan.filter), .buffer(output), .buffer(slots.scratch),
                .int(Int32(launch.blocks.lowerBound)), .int(Int32(launch.windowLength)),
                .int(Int32(launch.hop)), .int(Int32(plan.tables.length)),
                .int(Int32(plan.tables.period)), .int(Int32(plan.tables.radices.count)),
                .buffer(slots.flags), .int(Int32(slots.count)),
            ], global: [launch.blocks.count], local: [1])
    }

    /// Queues the kernel for GPUs.
    ///
    /// - Parameters:
    ///   - samples: The kernel's arguments before the blocks.
    ///   - options: Macros that say what these are.
    func enqueueSIMT(
        on backend: GPUBackend, samples: [KernelArgument], options: [String] = [],
        _ blocks: KernelArgument, to output: GPUBackend.Buffer
    ) throws {
        for launch in launches {
            let plan = try backend.groupPlan(windowLength: launch.windowLength)
            let shape = plan.shape
            let kernel = try backend.kernel(
                Self.stem, requires: ["common", "butterfly", "fft_group"],
                options: plan.options(hop: launch.hop) + options + element.storageOptions)
            let groups =
                shape.isLocal
                ? launch.blocks.count
                : min(launch.blocks.count, backend.device.computeUnitCount * Self.groupsPerUnit)
            let scratch =
                try shape.isLocal
                ? nil : backend.allocate(byteCount: groups * shape.byteCount)
            defer { if let scratch { backend.release(scratch) } }
            let items = backend.tiling.patchGroup
            try backend.queue.enqueue(
                kernel,
                samples + [blocks] + plan.arguments + [
                    .buffer(output),
                    scratch.map { .buffer($0) } ?? .local(byteCount: shape.byteCount),
                    .int(Int32(launch.blocks.lowerBound)), .int(Int32(launch.blocks.count)),
                ], global: [groups * items], local: [items])
        }
    }

    /// Work-groups a compute unit where they work in global memory: enough to even out their loads.
    private static let groupsPerUnit = 8

    /// Macros of fft.cl and stft.cl for CPU devices.
    static let simdOptions = [
        "-DREAL=float16", "-DINT=int16", "-DSCRATCH=__global", "-DFIRST=0", "-DSTEP=1", "-DSYNC=",
    ]
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
