import EchoGraph
import EchoInvariant
import EchoOpenCL
import EchoTensor
import FoundationEssentials

/// Runs operations on an OpenCL device, with kernels compiled when they are first needed.
package final class GPUBackend: Backend {
    package typealias Buffer = EchoOpenCL.Buffer

    package let device: Device
    package let family: KernelFamily
    /// How activations and weight matrices are stored: float32 or float16.
    package let storage: ElementType
    package let tiling: Tiling
    /// The matrix unit that kernels use; nil for the vector units alone.
    package var unit: MatrixUnit? { matrix.unit }
    /// Which matrix unit that is, and why this one or none.
    package let matrix: MatrixUse
    /// True if `echo-gpu tune` chose the tiling on this device.
    package let isTuned: Bool
    /// Why what `echo-gpu tune` kept is not used; nil if there is nothing to say.
    package let tuningWarning: String?
    /// Why compiled kernels are not kept where they usually are; nil if there is nothing to say.
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
    private var constantBounds = ConstantBounds()
    private var groupPlans: [Int: GroupTransformPlan] = [:]
    /// The same device opened anew, with a context, queues and memory of its own.
    private let reopen: (MatrixUnitChoice, _ isRecorded: Bool) throws -> GPUBackend
    /// As the backend was opened.
    private let choice: MatrixUnitChoice

    package var name: String { device.label }

    /// The family of kernels, their matrix unit and the sizes that they work in: results depend on them by
    /// rounding.
    package var tilingDescription: String {
        let kernels = unit.map { "\(family) \($0.name)" } ?? "\(family)"
        return "\(kernels) \(tiling.description(family))"
    }

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
    ///   - unit: Which matrix unit kernels use, if they are those for GPUs: it is probed first.
    ///   - guardsBuffers: Put a band of known values behind every buffer, for
    ///     ``damagedGuardCount()``; for tests.
    ///   - record: Given every command that the device is sent; its queues then profile.
    ///   - capture: Given every launch of a kernel with its buffers, each waited for; for tools.
    ///   - launchesKernels: Where false, kernels are compiled and not run; for tools.
    /// - Throws: `OpenCLError` if the device cannot be opened, ``SettingError`` if a setting in
    ///   the environment is wrong, ``GPUError`` if halves are asked of kernels that store none, or a
    ///   matrix unit by name whose probe fails.
    package init(
        _ device: Device, family: KernelFamily? = nil, tiling: Tiling? = nil,
        tuning: TuningStore = TuningStore(), storage: ElementType = .float32,
        unit: MatrixUnitChoice = .usual, guardsBuffers: Bool = false,
        record: (@Sendable (Command) -> Void)? = nil,
        capture: (@Sendable (CapturedLaunch) -> Void)? = nil, launchesKernels: Bool = true
    ) throws {
        let environment = ProcessInfo.processInfo.environment
        self.device = device
        let family = try KernelFamily.choose(
            family ?? unit.family, for: device, storing: storage, environment: environment)
        self.family = family
        self.storage = storage
        choice = unit
        reopen = { unit, isRecorded in
            try GPUBackend(
                device, family: family, tiling: tiling, tuning: tuning, storage: storage,
                unit: unit, guardsBuffers: guardsBuffers, record: isRecorded ? record : nil,
                capture: isRecorded ? capture : nil, launchesKernels: launchesKernels)
        }
        let source = try KernelSource(folder: Setting.kernelFolder.value(in: environment))
        let opening = try MatrixProbe.open(
            device, source,
            unit.use(on: MatrixFacts(device), family: family, environment: environment))
        matrix = opening.use
        let key = TuningKey(
            device, family: family, storing: storage, unit: matrix.unit, source: source)
        let kept = tiling == nil ? tuning.load(key, on: device) : (tiling: nil, warning: nil)
        isTuned = kept.tiling != nil
        tuningWarning = kept.warning
        self.tiling = tiling ?? kept.tiling ?? Tiling(for: device)
        (context, kernels) = (opening.context, opening.kernels)
        queue = try Queue(
            context, record: record, capture: capture, launchesKernels: launchesKernels)
        constants = ConstantStore(context)
        pool = BufferPool(guards: guardsBuffers)
        transfers = try HostTransfers(queue, guards: guardsBuffers, record: record)
    }

    /// Opens the device again after it was lost.
    package func reopened() throws -> GPUBackend { try reopen(choice, true) }

    /// The device opened anew without its matrix unit, for this reason.
    package func withoutUnit(_ reason: String) throws -> GPUBackend {
        try reopen(.refused(matrix.refused(reason)), true)
    }

    /// The device opened beside, with this unit, to try things on: nothing is recorded.
    package func opened(with unit: MatrixUnitChoice) throws -> GPUBackend {
        try reopen(unit, false)
    }

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

    /// CPU devices take a whole layer at a time, matrix units all layers or a whole MLP, GPUs a product and its
    /// norm, where the kernels for that fit the device; then values become halves where these are stored, and
    /// GPUs read samples and write patches as they are stored.
    package func rewrite(_ graph: Graph) throws(GraphError) -> Graph {
        var best = graph
        if family == .simd {
            best = fitting(try graph.fusingLayers()) ?? graph
        } else {
            let stacked = unit == nil ? nil : fitting(try graph.fusingStack())
            let rest = stacked ?? graph
            let whole = unit == nil ? nil : fitting(try rest.fusingMLP())
            let plain = try bounded(whole ?? rest)
            best = fitting(try bounded(plain.fusingNorms())) ?? plain
        }
        let stored = storage == .float16 ? try best.storingHalves { constants.half($0) } : best
        return family == .simt ? try stored.fusingSpectrograms() : stored
    }

    /// The graph with what matrix units need to know to compute in single precision.
    private func bounded(_ graph: Graph) throws(GraphError) -> Graph {
        unit != nil && storage == .float32 ? try graph.boundingInputs(&constantBounds) : graph
    }

    /// The graph, where the device runs every fused operation of it.
    private func fitting(_ graph: Graph) -> Graph? {
        let fits = graph.nodes.allSatisfy {
            !($0.operation is any FusedOperation)
                || reasonToDecline($0.operation, $0.inputs.map(graph.type(of:))) == nil
        }
        return fits ? graph : nil
    }

    package func allocate(byteCount: Int) throws -> Buffer {
        try pool.take(byteCount, context, queue)
    }

    package func release(_ buffer: Buffer) { pool.put(buffer) }

    package func allocateExchange(byteCount: Int) throws -> Buffer {
        try transfers.take(byteCount)
    }

    package func releaseExchange(_ buffer: Buffer) { transfers.put(buffer) }

    /// Number of buffers whose guard band was written to; 0 if buffers are not guarded.
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

    package func forget(_ constant: HostTensor) { constants.forget(constant) }

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

    /// A kernel of `stem`.cl for the matrix unit, compiled behind the unit's fragments and `files`.
    ///
    /// - Parameter name: Its whole name.
    func kernel(
        _ stem: String, named name: String, for unit: MatrixUnit, requires files: [String] = [],
        options: [String] = []
    ) throws -> Kernel {
        try kernel(
            named: name, of: ["common"] + unit.files + files + [stem],
            options: ["-DFAMILY_MATRIX"] + unit.options + options)
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

    /// One buffer of several constants, as `packing` lays them out; values are packed anew.
    func buffer(_ operands: [Operand<Buffer>], packing: StackPacking) throws -> Buffer {
        var isConstant = true
        let tensors = try operands.map { operand in
            switch operand {
            case .constant(let tensor): return tensor
            case .value(let buffer, let type):
                isConstant = false
                return try download(buffer, type: type)
            }
        }
        guard isConstant else { return try makeBuffer(packing.apply(to: tensors)) }
        return try constants.buffer(tensors, packing)
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
    /// The sizes of ``Tiling`` that its kernels of a family read, or its launches, by the names of their macros: with
    /// others it is to be checked, and timed, again.
    static func sizes(_ family: KernelFamily) -> Set<String>

    /// Why the backend's device cannot run this on inputs of these types; nil if it can.
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
