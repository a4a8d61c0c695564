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

    /// - Throws: `OpenCLError` where a device that was asked for is missing or cannot be opened;
    ///   with `.auto` that is no error but the reason for taking the CPU path.
    package init(_ selector: DeviceSelector) throws {
        if selector == .cpuPath {
            self.init(backend: nil, reason: "it was asked for")
            return
        }
        do {
            let devices = try Platform.all().flatMap(\.devices)
            let backend = try GPUBackend(selector.select(from: devices))
            let reason =
                selector == .auto ? "the best OpenCL device here" : "it was asked for"
            self.init(backend: backend, reason: reason)
        } catch let error as OpenCLError where selector == .auto {
            self.init(backend: nil, reason: "no OpenCL device could be used: \(error)")
        }
    }

    /// An opened OpenCL device, or nil for the CPU path.
    package init(backend: GPUBackend?, reason: String) {
        self.backend = backend
        name = backend?.name ?? CPUBackend.name
        self.reason = "Device: \(name) (\(reason))"
    }

    func makeRunner() throws -> any Runner {
        let fallback = CPUBackend()
        if let backend { return Executor(backend, fallback: fallback) }
        return Executor(fallback, fallback: fallback)
    }
}

/// An executor, whichever its backends are.
protocol Runner {
    /// Tokens that fit in the device's memory at once.
    func tokenLimit(_ configuration: Configuration) -> Int

    func run(_ graph: Graph, inputs: [String: HostTensor]) throws -> RunResult
}

/// What the engine uses of a run.
struct RunResult {
    let outputs: [String: HostTensor]
    let declined: [(label: String, reason: String)]
    let peakByteCount: Int
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

    func run(_ graph: Graph, inputs: [String: HostTensor]) throws -> RunResult {
        let run: Run = try run(graph, inputs: inputs, tracing: false)
        return RunResult(
            outputs: run.outputs, declined: run.declined, peakByteCount: run.peakByteCount)
    }
}
