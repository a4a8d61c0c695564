import ArgumentParser
import EchoCPU
import EchoExtract
import EchoGPU
import EchoOpenCL
import EchoTensor

@main
struct EchoBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "echo-bench",
        abstract: "Times echo-gpu's operations and its encoder against the device's own limits.",
        discussion: """
            EXAMPLES
              echo-bench operations --device gpu
              echo-bench operations --device gpu --precision fp16 --only matmul
              echo-bench encoder --rate 48000 --clips 64 --json encoder.json
              echo-bench host /data/machines
              echo-bench checkpoint --size small small.safetensors
              python Benchmarks/nearest/compare.py    # calls echo-bench nearest
            """,
        subcommands: [
            EncoderCommand.self, OperationsCommand.self, LaunchesCommand.self,
            HostCommand.self, CheckpointCommand.self, NearestCommand.self,
        ])
}

/// Which device to time.
struct DeviceOption: ParsableArguments {
    @Option(help: "auto, cpu, gpu, P:D as clinfo -l numbers them, or part of a device's name.")
    var device = "auto"

    @Option(help: "How values are stored: fp32, or fp16, which takes the kernels for GPUs.")
    var precision = Echo.Precision.fp32

    /// How values are stored.
    var storage: ElementType { precision == .fp16 ? .float16 : .float32 }

    /// The OpenCL device, opened; nil for the CPU path.
    ///
    /// - Parameters:
    ///   - capture: Given every launch with its buffers.
    ///   - launchesKernels: Where false, kernels are compiled and not run.
    func open(
        capture: (@Sendable (CapturedLaunch) -> Void)? = nil, launchesKernels: Bool = true
    ) throws -> GPUBackend? {
        let selector = DeviceSelector(device)
        guard selector != .cpuPath else {
            guard precision == .fp32 else {
                throw ValidationError("the CPU path has fp32 alone; choose an OpenCL device")
            }
            return nil
        }
        return try GPUBackend(
            selector.select(from: Platform.all().flatMap(\.devices)),
            storage: storage, capture: capture, launchesKernels: launchesKernels)
    }
}

extension Echo.Precision: ExpressibleByArgument {}
