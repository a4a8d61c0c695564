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
    /// How it stores weights and activations.
    package let precision: Echo.Precision
    /// The OpenCL device, opened; nil for the CPU path.
    let backend: GPUBackend?

    /// - Throws: `OpenCLError` where a device that was asked for is missing or cannot be opened;
    ///   with `.auto` that is no error but the reason for taking the CPU path.
    ///   `EchoError` where half precision was asked for on the CPU path.
    package init(_ selector: DeviceSelector, precision: Echo.Precision = .fp32) throws {
        if selector == .cpuPath {
            guard precision == .fp32 else {
                throw EchoError(
                    .usage,
                    """
                    the CPU path computes in fp32, not in \(precision). Take an OpenCL device, or \
                    leave the precision at fp32.
                    """)
            }
            self.init(backend: nil, reason: "it was asked for")
            return
        }
        do {
            let devices = try Platform.all().flatMap(\.devices)
            let backend = try GPUBackend(
                selector.select(from: devices), storage: precision.storage)
            let reason =
                selector == .auto ? "the best OpenCL device here" : "it was asked for"
            self.init(backend: backend, reason: reason)
        } catch let error as OpenCLError where selector == .auto {
            let note = precision == .fp32 ? "" : " It computes in fp32, not in \(precision)."
            self.init(backend: nil, reason: "no OpenCL device could be used: \(error)\(note)")
        }
    }

    /// An opened OpenCL device, or nil for the CPU path.
    package init(backend: GPUBackend?, reason: String) {
        self.backend = backend
        name = backend?.name ?? CPUBackend.name
        precision = backend?.storage == .float16 ? .fp16 : .fp32
        let advice = backend == nil ? CPUBackend.advice : nil
        let stored = precision == .fp16 ? ", in half precision" : ""
        self.reason = "Device: \(name) (\(reason))\(stored)" + (advice.map { ". \($0)." } ?? "")
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
        guard let backend = primary as? GPUBackend else { return Self.hostTokenLimit }
        let (device, element) = (backend.device, backend.storage.byteCount)
        // Bytes of a token while a layer runs: patches, and what the plan keeps side by side.
        let bytes = 4 * STFT.patchElementCount + element * (6 * width + hidden)
        let largest = max(4 * STFT.patchElementCount, element * max(hidden, 3 * width))
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
