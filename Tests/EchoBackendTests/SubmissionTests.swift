import EchoCPU
import EchoGPU
import EchoGraph
import EchoModel
import EchoOpenCL
import EchoTensor
import EchoVerify
import Testing

/// Runs that are submitted before others have ended give what they give alone, to the bit.
@Suite(.timeLimit(.minutes(20))) struct SubmissionTests {
    @Test(arguments: OperationTests.devices, KernelFamily.allCases)
    func runsInFlightDoNotDisturbOneAnother(device: Device, family: KernelFamily) throws {
        let weights = Weights.synthetic(
            seed: 3,
            configuration: Configuration(
                embeddingWidth: 64, layerCount: 2, headCount: 1, feedForwardWidth: 256))
        let encoder = Encoder(weights)
        // Of all sizes, so that buffers are reused for others' values.
        let runs = try [40, 3, 200, 17, 40, 90].enumerated().map { index, frames in
            let layout = BatchLayout([
                .init(sampleRate: 8000, windowLength: 200, hop: 80, frameCount: frames),
                .init(sampleRate: 1000, windowLength: 25, hop: 10, frameCount: 5 + index),
            ])
            var inputs = encoder.inputs(for: layout)
            let samples = (0..<layout.sampleCount).map { Float(($0 * 7919) % 1009) / 1009 - 0.5 }
            inputs["samples"] = HostTensor(samples, [samples.count])
            return (graph: try encoder.graph(for: layout, wantsRows: true), inputs: inputs)
        }
        let alone = try runs.map { run in
            let executor = Executor(
                try GPUBackend(device, family: family), fallback: CPUBackend())
            return try executor.run(run.graph, inputs: run.inputs).outputs
        }
        let backend = try GPUBackend(device, family: family, guardsBuffers: true)
        for backend in [backend, try GPUBackend(device, family: family)] {
            let executor = Executor(backend, fallback: CPUBackend())
            // Twice: the second time in the memory that the first has left.
            for _ in 0..<2 {
                let submissions = try runs.map {
                    try executor.submit($0.graph, inputs: $0.inputs.mapValues { GraphInput($0) })
                }
                for (submission, expected) in zip(submissions, alone) {
                    let outputs = try submission.wait()
                    executor.retire(submission)
                    #expect(outputs.mapValues(\.floats) == expected.mapValues(\.floats))
                }
            }
        }
        #expect(try backend.damagedGuardCount() == 0)
    }
}
