import ArgumentParser
import EchoCPU
import EchoGPU
import EchoGraph
import EchoInvariant
import EchoTensor
import EchoVerify
import Foundation

/// Every operation, from the descriptors that the tests use, against the device's roofline.
struct OperationsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operations",
        abstract: "Time every operation against the roofline measured in the same run.")

    @OptionGroup var device: DeviceOption
    @Option(help: "Only operations whose name contains this.") var only: String?
    @Option(help: "Timed runs; the median counts.") var runs = 7
    @Option(help: "Write the figures to this file as JSON.") var json: String?
    @Option(
        help: """
            Write what was compiled for them to this folder: NAME-NUMBER.cl and, an option a line, \
            NAME-NUMBER.options.
            """)
    var kernels: String?

    func run() throws {
        guard let backend = try device.open() else {
            throw ValidationError("the roofline is measured with OpenCL; choose an OpenCL device")
        }
        let roofline = try Roofline(of: backend)
        print(
            "\(backend.name): peak \(format(roofline.peakFlops / 1e9)) GFLOP/s, "
                + "copy \(format(roofline.bandwidth / 1e9)) GB/s")
        var rows: [[String: Any]] = []
        for operationCase in Verification(backend).cases()
        where only.map({ operationCase.operation.stem.contains($0) }) ?? true {
            let row = try time(operationCase, on: backend, roofline)
            print(row.line)
            rows.append(row.figures)
        }
        if let kernels { try KernelFiles.write(backend.programs, to: kernels) }
        guard let json else { return }
        let document: [String: Any] = [
            "device": backend.name, "peak_gflops": roofline.peakFlops / 1e9,
            "bandwidth_gbytes": roofline.bandwidth / 1e9, "operations": rows,
        ]
        try JSONSerialization.data(
            withJSONObject: document, options: [.prettyPrinted, .sortedKeys]
        )
        .write(to: URL(fileURLWithPath: json))
    }

    private func time(
        _ operationCase: OperationCase, on backend: GPUBackend, _ roofline: Roofline
    ) throws -> (line: String, figures: [String: Any]) {
        let (graph, inputs) = try operationCase.graph()
        let executor = Executor(backend, fallback: CPUBackend())
        let stem = operationCase.operation.stem
        // If halves are stored, conversions stand before and behind the operation.
        let stored = try backend.rewrite(graph)
        guard let node = stored.nodes.first(where: { $0.operation.stem == stem }) else {
            invariantFailure("\(stem) is a graph of its own")
        }
        var times: [Double] = []
        for _ in 0...runs {
            _ = try executor.run(graph, inputs: inputs) { node, seconds in
                if node.operation.stem == stem { times.append(seconds) }
            }
        }
        let seconds = median(Array(times.dropFirst()))
        let types = node.inputs.map(stored.type(of:))
        let flops = operationCase.operation.flops(for: types)
        let bytes = try operationCase.operation.bytes(for: types)
        let percent = 100 * roofline.share(flops: flops, bytes: bytes, seconds: seconds)
        return (
            "\(operationCase): \(format(seconds * 1e6)) us, \(format(flops / seconds / 1e9)) "
                + "GFLOP/s, \(format(bytes / seconds / 1e9)) GB/s, \(format(percent)) % of roofline",
            [
                "operation": operationCase.operation.stem, "shape": operationCase.shape,
                "seconds": seconds, "gflops": flops / seconds / 1e9,
                "gbytes_per_second": bytes / seconds / 1e9, "percent_of_roofline": percent,
            ]
        )
    }
}
