import EchoCPU
import EchoGPU
import EchoGraph
import EchoModel
import EchoOpenCL
import EchoStore
import EchoTensor
import FoundationEssentials

/// The device that a selector comes to, and why.
package struct DeviceChoice {
    package let name: String
    package let reason: String
    /// The family of kernels, their matrix unit and the sizes of their tiles; nil for the CPU path. Results
    /// depend on them by rounding.
    package var tiling: String? { backend?.tilingDescription }
    /// What its results depend on: a name without numbers, the driver, the tiles.
    package var kind: DeviceKind {
        if other != nil { return DeviceKind(name: name) }
        guard let device = backend?.device else {
            // oneDNN takes the instructions that it finds: another processor rounds otherwise.
            let driver = "\(Echo.version) on \(Processor.name)"
            return DeviceKind(name: CPUBackend.name, driver: driver)
        }
        return DeviceKind(name: device.name, driver: device.driverVersion, tiles: tiling)
    }
    /// The tiles, and whether `tune` chose them, in a line; nil for the CPU path.
    package var tilingReason: String? {
        backend.map { backend in
            let origin = backend.isTuned ? "'echo-gpu tune' chose them" : "the defaults"
            return "Tiles: \(backend.tilingDescription) (\(origin))"
        }
    }
    /// Which matrix unit computes and why this one or none, in a line; nil for the CPU path.
    package var matrixReason: String? {
        backend.map { backend in
            let line = "Kernels: \(backend.family), \(backend.matrix.description)"
            return verdict.map { "\(line): \($0)" } ?? line
        }
    }
    /// What was found of the matrix unit that it uses; nil if it uses none, or if nobody asked.
    var verdict: String?
    /// What is unusual about its matrix unit.
    var matrixWarnings: [String] = []
    /// Why what `tune` kept is not used, compiled kernels are not kept as usual, or a matrix unit is not used; nil
    /// if there is nothing to say.
    package var warning: String? {
        let warnings =
            [backend?.tuningWarning, backend?.cacheWarning].compactMap(\.self) + matrixWarnings
        return warnings.isEmpty ? nil : warnings.joined(separator: " ")
    }
    /// How it stores weights and activations.
    package let precision: Echo.Precision
    /// The OpenCL device, opened; nil for the CPU path.
    private(set) var backend: GPUBackend?
    /// Where to put down what the device does; nowhere where nil.
    let trace: Trace?
    /// True if the CPU path may take over from the device.
    package let fallsBack: Bool
    /// Runs a backend that is none of these.
    private let other: (() -> any Runner)?

    /// The devices that several selectors come to, `.all` being every one there is.
    ///
    /// - Throws: As ``init(_:precision:trace:)``; ``EchoError`` of kind `usage` if a device comes twice.
    package static func several(
        _ selectors: [DeviceSelector], precision: Echo.Precision = .fp32, trace: Trace?
    ) throws -> [DeviceChoice] {
        let choices = try selectors.flatMap { selector in
            guard selector == .all else {
                return [try DeviceChoice(selector, precision: precision, trace: trace)]
            }
            let devices = try DeviceSelector.selectAll(from: Platform.listed().flatMap(\.devices))
            return try devices.map {
                DeviceChoice(
                    backend: try open($0, storage: precision.storage, trace), reason: "one of all",
                    trace: trace)
            }
        }
        var names = Set<String>()
        for choice in choices where !names.insert(choice.name).inserted {
            throw EchoError(
                .usage, "\(choice.name) is asked for twice. Name every device once.")
        }
        return choices
    }

    /// - Throws: ``EchoError`` of kind `usage` if half precision is asked for on the CPU path.
    static func require(
        _ precision: Echo.Precision, on selector: DeviceSelector
    ) throws(EchoError) {
        guard selector == .cpuPath, precision != .fp32 else { return }
        throw EchoError(
            .usage,
            """
            the CPU path computes in fp32, not in \(precision). Take an OpenCL device, or leave the \
            precision at fp32.
            """)
    }

    /// - Throws: `OpenCLError` if a device that was asked for is missing or cannot be opened;
    ///   with `.auto` that is no error but the reason for taking the CPU path.
    ///   `EchoError` if half precision was asked for on the CPU path.
    package init(
        _ selector: DeviceSelector, precision: Echo.Precision = .fp32, trace: Trace? = nil
    ) throws {
        if selector == .cpuPath {
            try Self.require(precision, on: selector)
            self.init(backend: nil, reason: "it was asked for", trace: trace)
            return
        }
        do {
            let devices = try Platform.listed().flatMap(\.devices)
            let backend = try Self.open(
                selector.select(from: devices), storage: precision.storage, trace)
            let reason =
                switch selector {
                case .auto: "the best OpenCL device here"
                case .place(let place):
                    "device \(place) of the \(devices.count) that 'echo-gpu devices' lists, from 0"
                default: "it was asked for"
                }
            // What the CPU path computes must not stand beside what was stored as half.
            self.init(
                backend: backend, reason: reason, trace: trace,
                fallsBack: selector == .auto && precision == .fp32)
        } catch let error as OpenCLError where selector == .auto {
            let note = precision == .fp32 ? "" : " It computes in fp32, not in \(precision)."
            self.init(
                backend: nil, reason: "no OpenCL device could be used: \(error)\(note)",
                trace: trace)
        }
    }

    /// An opened OpenCL device, or nil for the CPU path.
    package init(
        backend: GPUBackend?, reason: String, trace: Trace? = nil, fallsBack: Bool = false
    ) {
        self.backend = backend
        self.trace = trace
        self.fallsBack = fallsBack
        other = nil
        name = backend?.name ?? CPUBackend.name
        precision = backend?.storage == .float16 ? .fp16 : .fp32
        let stored = precision == .fp16 ? ", in half precision" : ""
        self.reason = "Device: \(name) (\(reason))\(stored)"
    }

    /// The same device with another backend of it in place.
    func replaced(by backend: GPUBackend, warnings: [String]) -> DeviceChoice {
        var choice = self
        choice.backend = backend
        choice.matrixWarnings = warnings
        return choice
    }

    /// A backend that is no device of the system, such as a benchmark's.
    package init<B: Backend>(_ backend: B, reason: String) {
        (self.backend, trace, fallsBack) = (nil, nil, false)
        other = { Executor(backend, fallback: CPUBackend()) }
        (name, precision) = (backend.name, .fp32)
        self.reason = "Device: \(name) (\(reason))"
    }

    /// The same device opened anew; nil if it is the CPU path.
    func reopened() throws -> DeviceChoice? {
        try backend.map {
            DeviceChoice(
                backend: try $0.reopened(), reason: "opened again", trace: trace,
                fallsBack: fallsBack)
        }
    }

    func makeRunner() -> any Runner {
        if let other { return other() }
        let fallback = CPUBackend { [trace] stem, start in
            trace?.record(stem, .kernel, since: start)
        }
        if let backend { return Executor(backend, fallback: fallback) }
        return Executor(fallback, fallback: fallback)
    }

    /// Opens an OpenCL device, and puts down what it does if there is a trace.
    package static func open(
        _ device: Device, family: KernelFamily? = nil, storage: ElementType = .float32,
        _ trace: Trace?
    ) throws -> GPUBackend {
        guard let trace else {
            return try GPUBackend(device, family: family, storage: storage)
        }
        let row = DeviceTrace(name: device.label)
        let backend = try GPUBackend(
            device, family: family, storage: storage, record: row.add)
        row.start(try backend.makeClock())
        trace.add(row)
        return backend
    }
}

/// An executor, whichever its backends are.
protocol Runner {
    /// Tokens that fit in the device's memory at once.
    func tokenLimit(_ configuration: Configuration) -> Int

    /// Gives the device a graph to run, without waiting for it.
    func submit(_ graph: Graph, inputs: [String: GraphInput]) throws -> Submission

    /// Takes back the memory of a run that was waited for.
    func retire(_ submission: Submission)

    /// Waits until nothing is queued, whether it succeeds or fails, and gives memory that is kept for
    /// reuse back to the system.
    func clear()
}

extension Executor: Runner {
    func tokenLimit(_ configuration: Configuration) -> Int {
        let (width, hidden) = (configuration.embeddingWidth, configuration.feedForwardWidth)
        guard let backend = primary as? GPUBackend else {
            return TokenLimit.cpu(coreCount: ProcessInfo.processInfo.activeProcessorCount)
        }
        let (device, element) = (backend.device, backend.storage.byteCount)
        // Bytes of a token while a layer runs: patches, and what the plan keeps side by side.
        let bytes = 4 * STFT.patchElementCount + element * (6 * width + hidden)
        let largest = max(4 * STFT.patchElementCount, element * max(hidden, 3 * width))
        let fitting = min(
            device.globalMemoryByteCount / 2 / bytes, device.maximumAllocationByteCount / largest)
        // The memory of a CPU device is the host's.
        let enough =
            device.kind == .cpu
            ? TokenLimit.cpu(coreCount: device.computeUnitCount) : TokenLimit.gpu
        return max(1, min(fitting, enough))
    }

    func submit(_ graph: Graph, inputs: [String: GraphInput]) throws -> Submission {
        try submit(graph, inputs: inputs) { _, work, _ in try work() }
    }

    func clear() {
        // Whoever waits for a run is told why it failed.
        try? primary.finish()
        primary.trim()
    }
}
