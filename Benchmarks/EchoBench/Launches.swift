import ArgumentParser
import EchoCPU
import EchoGPU
import EchoGraph
import EchoOpenCL
import EchoVerify
import Synchronization

/// Cases of operations, run once, every launch with its buffers in files.
struct LaunchesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "launches",
        abstract: "Write every kernel launch of operations' cases to files, to be run elsewhere.",
        discussion: """
            The device here computes each case once. Programs are written as 'operations --kernels' does, \
            launches as .ci/ptx/captured.py says, with what the CPU path makes of the case.

            EXAMPLES
              ECHO_KERNELS=simt echo-bench launches FOLDER --operations '^matmul T=33'
            """)

    @OptionGroup var device: DeviceOption
    @Argument(help: "The folder for them, made where it is missing.") var folder: String
    @Option(help: "Only cases whose description, such as 'matmul T=1 K=1 N=1 gelu', this matches.")
    var operations = ""

    @Flag(help: "Compile and write the programs alone; run nothing.") var programs = false

    func run() throws {
        let log = LaunchLog()
        let backend = try device.open(
            capture: programs ? nil : log.append, launchesKernels: !programs)
        guard let backend else {
            throw ValidationError("the CPU path launches no kernels; choose an OpenCL device")
        }
        let executor = Executor(backend, fallback: CPUBackend())
        let pattern = try Regex(operations)
        let cases = Verification(backend).cases().filter { $0.description.contains(pattern) }
        guard !cases.isEmpty else {
            throw ValidationError("no case that runs on \(backend.name) matches '\(operations)'")
        }
        if programs {
            for (graph, inputs) in try cases.map({ try $0.graph() }) {
                _ = try executor.run(graph, inputs: inputs)
            }
            return try KernelFiles.write(backend.programs, to: folder)
        }
        var files = try LaunchFiles(folder)
        for operationCase in cases {
            let expected = try ExpectedCase(operationCase, storing: backend.storage)
            let result = try expected.run(executor)
            let launches = log.take()
            // So that the next case's buffers are as long as its values.
            backend.trim()
            try files.write(launches, of: expected, result.outputs["output"])
            let outcome = result.declined.first.map { "declined: \($0.reason)" }
            print("\(operationCase): \(outcome ?? launches.map(\.kernel).joined(separator: ", "))")
        }
        try files.finish(backend.programs, on: backend.name)
    }
}

/// Launches as queues give them.
private final class LaunchLog: Sendable {
    private let launches = Mutex<[CapturedLaunch]>([])

    @Sendable func append(_ launch: CapturedLaunch) {
        launches.withLock { $0.append(launch) }
    }

    /// All since the last call.
    func take() -> [CapturedLaunch] {
        launches.withLock { launches in
            defer { launches = [] }
            return launches
        }
    }
}
