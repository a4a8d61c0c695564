import EchoGraph
import EchoInvariant
import EchoOpenCL
import EchoTensor
import class Foundation.ProcessInfo

/// Runs operations on an OpenCL device, with kernels compiled when they are first needed.
package final class GPUBackend: Backend {
    package typealias Buffer = EchoOpenCL.Buffer

    package let device: Device
    package let family: KernelFamily
    /// How activations and weight matrices are stored: float32 or float16.
    package let storage: ElementType
    package let tiling: Tiling
    /// True where `echo-gpu tune` chose the tiling on this device.
    package let isTuned: Bool
    /// Why what `echo-gpu tune` kept is not used; nil where there is nothing to say.
    package let tuningWarning: String?
    /// Why compiled kernels are not kept where they usually are; nil where there is nothing to say.
    package var cacheWarning: String? {
        device.isPocl ? PoclCache.note : ProgramCache().problem
    }
    let context: Context
    let queue: Queue
    private var kernels: KernelStore
    private var constants: ConstantStore
    private var pool: BufferPool
    private var transfers: HostTransfers
    private var fourierPlans: [Int: FourierPlan] = [:]
    private var groupPlans: [Int: GroupTransformPlan] = [:]
    /// The same device opened anew, with a context, queues and memory of its own.
    private let reopen: () throws -> GPUBackend

    package var name: String { device.label }

    /// The family of kernels and the sizes that they work in: results depend on them by rounding.
    package var tilingDescription: String { "\(family) \(tiling.description(family))" }

    /// Local memory that a work-group may take, bytes: more would leave a GPU with too few of them.
    var usableLocalByteCount: Int { min(device.localMemoryByteCount, 48 << 10) }

    /// Opens `device`.
    ///
    /// - Parameters:
    ///   - family: Which kernels to use; by default `$ECHO_KERNELS` or what suits the device.
    ///   - tiling: The sizes that kernels work in; by default those that `tuning` keeps for the
    ///     device, or else those for devices of its kind.
    ///   - storage: How activations and weight matrices are stored, float32 or float16; the latter
    ///     takes the kernels for GPUs on every device.
    ///   - guardsBuffers: Put a band of known values behind every buffer, for
    ///     ``damagedGuardCount()``; for tests.
    ///   - record: Given every command that the device is sent; its queues then profile.
    /// - Throws: `OpenCLError` where the device cannot be opened, ``SettingError`` where a setting in
    ///   the environment is wrong, ``GPUError`` where halves are asked of kernels that store none.
    package init(
        _ device: Device, family: KernelFamily? = nil, tiling: Tiling? = nil,
        tuning: TuningStore = TuningStore(), storage: ElementType = .float32,
        guardsBuffers: Bool = false, record: (@Sendable (Command) -> Void)? = nil
    ) throws {
        reopen = {
            try GPUBackend(
                device, family: family, tiling: tiling, tuning: tuning, storage: storage,
                guardsBuffers: guardsBuffers, record: record)
        }
        let environment = ProcessInfo.processInfo.environment
        self.device = device
        let family = try KernelFamily.choose(
            family, for: device, storing: storage, environment: environment)
        self.family = family
        self.storage = storage
        let source = try KernelSource(folder: Setting.kernelFolder.value(in: environment))
        let key = TuningKey(device, family: family, storing: storage, source: source)
        let kept = tiling == nil ? tuning.load(key, on: device) : (tiling: nil, warning: nil)
        isTuned = kept.tiling != nil
        tuningWarning = kept.warning
        self.tiling = tiling ?? kept.tiling ?? Tiling(for: device)
        context = try Context(device)
        queue = try Queue(context, record: record)
        kernels = KernelStore(context, source)
        constants = ConstantStore(context)
        pool = BufferPool(guards: guardsBuffers)
        transfers = try HostTransfers(queue, guards: guardsBuffers, record: record)
    }

    /// Opens the device again after it was lost.
    package func reopened() throws -> GPUBackend { try reopen() }

    /// What was compiled so far, for tools that look at what becomes of it.
    package var programs: [ProgramSource] { kernels.sources }

    /// The device's clock, set by the host's.
    package func makeClock() throws -> DeviceClock {
        try DeviceClock(Queue(context, profiling: true))
    }

    package func reasonToDecline(_ operation: any Operation, _ inputs: [TensorType]) -> String? {
        guard let operation = operation as? any GPUOperation else {
            return "there is no kernel for \(operation.stem)"
        }
        if family == .simd, inputs.contains(where: { $0.element == .float16 }) {
            return "the kernels for CPU devices store no halves"
        }
        return operation.reasonToDecline(on: self, inputs)
    }

    /// CPU devices take a whole layer at a time, GPUs a product and its norm, where the kernels for
    /// that fit the device; then values become halves where these are stored, and GPUs read samples
    /// and write patches as they are stored.
    package func rewrite(_ graph: Graph) throws(GraphError) -> Graph {
        let fused = try family == .simd ? graph.fusingLayers() : graph.fusingNorms()
        let fits = fused.nodes.allSatisfy {
            !($0.operation is any FusedOperation)
                || reasonToDecline($0.operation, $0.inputs.map(fused.type(of:))) == nil
        }
        let best = fits ? fused : graph
        let stored = storage == .float16 ? try best.storingHalves { constants.half($0) } : best
        return family == .simt ? try stored.fusingSpectrograms() : stored
    }

    package func allocate(byteCount: Int) throws -> Buffer {
        try pool.take(byteCount, context, queue)
    }

    package func release(_ buffer: Buffer) { pool.put(buffer) }

    package func allocateExchange(byteCount: Int) throws -> Buffer {
        try transfers.take(byteCount)
    }

    package func releaseExchange(_ buffer: Buffer) { transfers.put(buffer) }

    /// Number of buffers whose guard band was written to; 0 where buffers are not guarded.
    package func damagedGuardCount() throws -> Int {
        try pool.damagedGuardCount(queue) + transfers.damagedGuardCount()
    }

    package func upload(_ tensor: HostTensor, to buffer: Buffer) throws {
        try tensor.withBytes { try queue.write($0, to: buffer) }
    }

    package func download(_ buffer: Buffer, type: TensorType) throws -> HostTensor {
        try HostTensor(type) { try queue.read(buffer, into: $0) }
    }

    package func send(_ input: GraphInput, to buffer: Buffer) throws {
        try transfers.send(input, to: buffer)
    }

    package func receive(_ buffer: Buffer, type: TensorType) throws -> PendingTensor {
        try transfers.receive(buffer, type: type)
    }

    package func trim() {
        pool.purge()
        transfers.purge()
    }

    package func flush() throws { try queue.flush() }

    package func finish() throws {
        try queue.finish()
        try transfers.finish()
    }

    package func execute(
        _ operation: any Operation, _ inputs: [Operand<Buffer>], to output: Buffer
    ) throws {
        guard let operation = operation as? any GPUOperation else {
            invariantFailure("\(operation.stem) was declined")
        }
        try operation.enqueue(on: self, inputs, to: output)
    }

    // MARK: What operations use

    /// A kernel of `stem`.cl, compiled behind the files that it requires; where the family's programs
    /// are bundled, with its bundle.
    ///
    /// - Parameters:
    ///   - name: By default `stem_family_f32`.
    ///   - options: Macros of its own: it then has a program of its own.
    ///   - tiling: Other sizes of the tiles than the device's usual ones.
    func kernel(
        _ stem: String, named name: String? = nil, requires files: [String] = ["common"],
        options: [String] = [], tiling: Tiling? = nil
    ) throws -> Kernel {
        let isBundled =
            family == .simd && options.isEmpty && tiling == nil && KernelBundle.stems.contains(stem)
        return try kernel(
            named: name ?? "\(stem)_\(family)_f32",
            of: isBundled ? KernelBundle.files : files + [stem],
            options: (tiling ?? self.tiling).options(family)
                + (isBundled ? STFT.simdOptions : options))
    }

    /// A kernel by its whole name, compiled from these files.
    func kernel(named name: String, of files: [String], options: [String]) throws -> Kernel {
        try kernels.kernel(named: name, of: files, options: options)
    }

    /// The buffer of an input: a value's, or a constant's as `packing` lays it out.
    func buffer(
        _ operand: Operand<Buffer>, packing: ConstantPacking = .asItIs
    ) throws -> Buffer {
        switch operand {
        case .value(let buffer, let type):
            guard packing == .asItIs else {
                return try makeBuffer(packing.apply(to: download(buffer, type: type)))
            }
            return buffer
        case .constant(let tensor):
            return try constants.buffer(tensor, packing)
        }
    }

    /// A weight matrix in the panels that the product's kernels read.
    func panels(_ operand: Operand<Buffer>) throws -> Buffer {
        try buffer(operand, packing: .panels(columns: tiling.panelColumns(family)))
    }

    /// A vector with zeros behind it up to whole panels.
    func padded(_ operand: Operand<Buffer>) throws -> Buffer {
        try buffer(operand, packing: .padded(multiple: tiling.panelColumns(family)))
    }

    /// What the STFT of windows of this length needs on the device; made once.
    func fourierPlan(windowLength: Int) throws -> FourierPlan {
        if let plan = fourierPlans[windowLength] { return plan }
        let plan = try FourierPlan(FourierTables(windowLength: windowLength), on: self)
        fourierPlans[windowLength] = plan
        return plan
    }

    /// The same for the kernels for GPUs.
    func groupPlan(windowLength: Int) throws -> GroupTransformPlan {
        if let plan = groupPlans[windowLength] { return plan }
        let plan = try GroupTransformPlan(windowLength: windowLength, on: self)
        groupPlans[windowLength] = plan
        return plan
    }

    /// A new buffer with these values, which no queue waits for.
    func makeBuffer(_ tensor: HostTensor) throws -> Buffer {
        try tensor.withBytes { try Buffer(context, copying: $0) }
    }
}

/// An operation that has kernels; each conformance stands in the file of its stem.
protocol GPUOperation: Operation {
    /// Why the backend's device cannot run this on inputs of these types; nil where it can.
    func reasonToDecline(on backend: GPUBackend, _ inputs: [TensorType]) -> String?

    /// Queues the kernels that compute the output.
    func enqueue(
        on backend: GPUBackend, _ inputs: [Operand<GPUBackend.Buffer>],
        to output: GPUBackend.Buffer
    ) throws
}

extension GPUOperation {
    func reasonToDecline(on backend: GPUBackend, _ inputs: [TensorType]) -> String? { nil }
}
