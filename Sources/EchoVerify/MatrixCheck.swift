import EchoCPU
import EchoGPU
import EchoGraph
import EchoModel
import EchoTensor

/// Whether a backend's matrix unit computes what the CPU path does, for a model's sizes, and how fast.
package enum MatrixCheck {
    /// Clips of the timed batch: two sequences for each of 200 compute units, and 20 MB to send.
    private static let clipCount = 64
    private static let roundCount = 5

    /// What is wrong with the whole encoder on a small mixed batch; nil if it is right.
    ///
    /// The weights are made from a seed: a verdict is the device's, not a checkpoint's.
    package static func problem(
        of backend: GPUBackend, for configuration: Configuration
    ) throws -> String? {
        let weights = Weights.synthetic(seed: 1, configuration: configuration)
        let checks = try Verification(backend).encoder(weights, storing: backend.storage)
        return checks.first { !$0.passes }.map { "\($0)" }
    }

    /// Seconds of a batch of clips of 10 s at 16 kHz on the unit and on the vector units alone: the fastest of rounds
    /// that alternate between them.
    package static func times(
        unit: GPUBackend, vectors: GPUBackend, for configuration: Configuration
    ) throws -> MatrixVerdict.Times {
        let batch = try ClipGraph(configuration, clipCount: clipCount)
        let executors = [unit, vectors].map { Executor($0, fallback: CPUBackend()) }
        func run(_ executor: Executor<GPUBackend, CPUBackend>) throws {
            _ = try executor.run(batch.graph, inputs: batch.inputs)
        }
        // Compiles kernels, and sends the weights.
        try executors.forEach(run)
        var least = [Double](repeating: .infinity, count: executors.count)
        for _ in 0..<roundCount {
            for (number, executor) in executors.enumerated() {
                least[number] = min(least[number], try Measurement.time { try run(executor) })
            }
        }
        return MatrixVerdict.Times(unit: least[0], vectors: least[1])
    }
}

/// The encoder for clips of 10 s at 16 kHz, all of the same noise of 16 bits.
private struct ClipGraph {
    let graph: Graph
    let inputs: [String: HostTensor]

    init(_ configuration: Configuration, clipCount: Int) throws(GraphError) {
        let encoder = Encoder(Weights.synthetic(seed: 1, configuration: configuration))
        let frames = min(998, 16 * (configuration.positionCount - 1))
        let clip = BatchLayout.Segment(
            sampleRate: 16000, windowLength: 400, hop: 160, frameCount: frames)
        let layout = BatchLayout([BatchLayout.Segment](repeating: clip, count: clipCount))
        var values = SeededValues(1)
        let codes = (0..<layout.sampleCount / clipCount).map { _ in Int16(8000 * values.next()) }
        var inputs = encoder.inputs(for: layout)
        inputs["codes"] = HostTensor(
            (0..<clipCount).flatMap { _ in codes }, [layout.sampleCount])
        inputs["levels"] = HostTensor([Int32](repeating: 0, count: clipCount), [clipCount])
        inputs["remainders"] = HostTensor([clipCount]) { _ in }
        self.inputs = inputs
        graph = try encoder.graph(for: layout, from: .pcm, wantsRows: false)
    }
}
