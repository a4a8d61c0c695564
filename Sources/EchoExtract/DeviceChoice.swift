import EchoCPU
import EchoGPU
import EchoGraph
import EchoModel
import EchoOpenCL
import EchoTensor

/// The device that a selector comes to, and why.
package struct DeviceChoice {
    package let name: String
    package let reason: String
    /// The family of kernels and the sizes of their tiles; nil for the CPU path. Results depend on
    /// them by rounding.
    package var tiling: String? { backend?.tilingDescription }
    /// The tiles, and whether `tune` chose them, in a line; nil for the CPU path.
    package var tilingReason: String? {
        backend.map { backend in
            let origin = backend.isTuned ? "'echo-gpu tune' chose them" : "the defaults"
            return "Tiles: \(backend.tilingDescription) (\(origin))"
        }
    }
    /// Why what `tune` kept is not used; nil where there is nothing to say.
    package var warning: String? { backend?.tuningWarning }
    /// The OpenCL device, opened; nil for the CPU path.
    let backend: GPUBackend?
    /// Where to put down what the device does; nowhere where nil.
    let trace: Trace?
    /// True where the CPU path may take over from the device.
    let fallsBack: Bool

    /// The devices that several selectors come to, `.all` being every one there is.
    ///
    /// - Throws: As ``init(_:trace:)``; ``EchoError`` of kind `usage` where a device comes twice.
    package static func several(
        _ selectors: [DeviceSelector], trace: Trace?
    ) throws -> [DeviceChoice] {
        let choices = try selectors.flatMap { selector in
            guard selector == .all else { return [try DeviceChoice(selector, trace: trace)] }
            let devices = try DeviceSelector.selectAll(from: Platform.all().flatMap(\.devices))
            return try devices.map {
                DeviceChoice(
                    backend: try open($0, trace), reason: "one of all", trace: trace)
            }
        }
        var names = Set<String>()
        for choice in choices where !names.insert(choice.name).inserted {
            throw EchoError(
                .usage, "\(choice.name) is asked for twice. Name every device once.")
        }
        return choices
    }

    /// - Throws: `OpenCLError` where a device that was asked for is missing or cannot be opened;
    ///   with `.auto` that is no error but the reason for taking the CPU path.
    package init(_ selector: DeviceSelector, trace: Trace? = nil) throws {
        if selector == .cpuPath {
            self.init(backend: nil, reason: "it was asked for", trace: trace)
            return
        }
        do {
            let devices = try Platform.all().flatMap(\.devices)
            let backend = try Self.open(selector.select(from: devices), trace)
            let reason =
                selector == .auto ? "the best OpenCL device here" : "it was asked for"
            self.init(
                backend: backend, reason: reason, trace: trace, fallsBack: selector == .auto)
        } catch let error as OpenCLError where selector == .auto {
            self.init(
                backend: nil, reason: "no OpenCL device could be used: \(error)", trace: trace)
        }
    }

    /// An opened OpenCL device, or nil for the CPU path.
    package init(
        backend: GPUBackend?, reason: String, trace: Trace? = nil, fallsBack: Bool = false
    ) {
        self.backend = backend
        self.trace = trace
        self.fallsBack = fallsBack
        name = backend?.name ?? CPUBackend.name
        self.reason = "Device: \(name) (\(reason))"
    }

    /// The same device opened anew; nil where it is the CPU path.
    func reopened() throws -> DeviceChoice? {
        try backend.map {
            DeviceChoice(
                backend: try $0.reopened(), reason: "opened again", trace: trace,
                fallsBack: fallsBack)
        }
    }

    func makeRunner() -> any Runner {
        let fallback = CPUBackend { [trace] stem, start in
            trace?.record(stem, .kernel, since: start)
        }
        if let backend { return Executor(backend, fallback: fallback) }
        return Executor(fallback, fallback: fallback)
    }

    /// Opens an OpenCL device, and puts down what it does where there is a trace.
    package static func open(
        _ device: Device, family: KernelFamily? = nil, _ trace: Trace?
    ) throws -> GPUBackend {
        guard let trace else { return try GPUBackend(device, family: family) }
        let row = DeviceTrace(name: device.label)
        let backend = try GPUBackend(device, family: family, record: row.add)
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
        // Floats of a token while a layer runs: patches, and what the plan keeps side by side.
        let bytes = 4 * (STFT.patchElementCount + 6 * width + hidden)
        guard let device = (primary as? GPUBackend)?.device else { return Self.hostTokenLimit }
        let largest = 4 * max(hidden, 3 * width, STFT.patchElementCount)
        let fitting = min(
            device.globalMemoryByteCount / 2 / bytes, device.maximumAllocationByteCount / largest)
        return max(1, min(fitting, Self.deviceTokenLimit))
    }

    /// Enough to fill any device; beyond it, memory grows and speed does not.
    private static var deviceTokenLimit: Int { 131_072 }
    private static var hostTokenLimit: Int { 32_768 }

    func submit(_ graph: Graph, inputs: [String: GraphInput]) throws -> Submission {
        try submit(graph, inputs: inputs) { _, work, _ in try work() }
    }

    func clear() {
        // Whoever waits for a run is told why it failed.
        try? primary.finish()
        primary.trim()
    }
}
