import EchoCPU
import EchoGPU
import EchoGraph
import EchoModel
import EchoOpenCL
import EchoTensor
import Synchronization
import Testing

/// The spectrogram of the kernels for GPUs: whatever it takes along, and whatever shares its batch,
/// its numbers stay the same to the bit.
@Suite(.timeLimit(.minutes(20))) struct SpectrogramKernelTests {
    private typealias Inputs = [String: HostTensor]

    /// Segments of a window that has a patch at once, of one with large primes, of a convolution,
    /// and of one sample.
    private static let layout = BatchLayout([
        .init(sampleRate: 16000, windowLength: 400, hop: 160, frameCount: 37),
        .init(sampleRate: 44100, windowLength: 1102, hop: 441, frameCount: 18),
        .init(sampleRate: 16040, windowLength: 401, hop: 160, frameCount: 16),
        .init(sampleRate: 16000, windowLength: 400, hop: 160, frameCount: 1),
        .init(sampleRate: 100, windowLength: 2, hop: 1, frameCount: 15),
    ])

    private static var codes: Inputs {
        let count = layout.sampleCount
        let segments = layout.segments.count
        let codes = (0..<count).map { Int16(truncatingIfNeeded: ($0 &* 40_503) >> 3) }
        return [
            "codes": HostTensor(codes, [count]), "starts": layout.starts, "blocks": layout.blocks,
            "levels": HostTensor((0..<segments).map { Int32($0 * 300 - 600) }, [segments]),
            "remainders": HostTensor((0..<segments).map { Float($0) * 0x1p-20 }, [segments]),
        ]
    }

    /// PCM, spectrogram, and where asked for its halves; what is an output too stays a node of its
    /// own.
    private static func graph(
        halves: Bool, samplesAreOutput: Bool, patchesAreOutput: Bool
    ) throws -> Graph {
        var graph = Graph()
        let samples = try graph.add(
            PCM(),
            try ["codes", "starts", "levels", "remainders"].map {
                graph.input($0, try #require(codes[$0]).type)
            }, label: "samples")
        let patches = try graph.add(
            STFT(segments: layout.places), [samples, graph.input("blocks", layout.blocks.type)],
            label: "spectrogram")
        if samplesAreOutput { graph.output("samples", samples) }
        if patchesAreOutput { graph.output("patches", patches) }
        var last = patches
        if halves {
            last = try graph.add(Convert(to: .float16), [patches], label: "halves")
            last = try graph.add(Convert(to: .float32), [last], label: "floats")
        }
        graph.output("output", last)
        return graph
    }

    private static func run(
        _ graph: Graph, _ inputs: Inputs, on backend: GPUBackend
    ) throws -> [String: HostTensor] {
        let run = try Executor(backend, fallback: CPUBackend()).run(graph, inputs: inputs)
        #expect(run.declined.isEmpty)
        return run.outputs
    }

    @Test(arguments: OperationTests.devices)
    func halvesAreWhatConversionMakesOfTheFloats(device: Device) throws {
        let backend = try GPUBackend(device, family: .simt, guardsBuffers: true)
        let apart = try Self.graph(halves: true, samplesAreOutput: false, patchesAreOutput: true)
        let fused = try Self.graph(halves: true, samplesAreOutput: false, patchesAreOutput: false)
        #expect(try backend.rewrite(apart).nodes.map(\.operation.stem).contains("convert"))
        #expect(try backend.rewrite(fused).nodes.map(\.label) == ["spectrogram", "floats"])
        let outputs = try Self.run(apart, Self.codes, on: backend)
        let floats = try #require(outputs["patches"]?.floats)
        let rounded = floats.map { Float(Float16($0)) }
        #expect(floats != rounded)
        #expect(outputs["output"]?.floats == rounded)
        #expect(try Self.run(fused, Self.codes, on: backend)["output"]?.floats == rounded)
        #expect(try backend.damagedGuardCount() == 0)
    }

    @Test(arguments: OperationTests.devices)
    func codesGiveWhatTheirSamplesGive(device: Device) throws {
        let backend = try GPUBackend(device, family: .simt, guardsBuffers: true)
        let apart = try Self.graph(halves: false, samplesAreOutput: true, patchesAreOutput: false)
        let fused = try Self.graph(halves: false, samplesAreOutput: false, patchesAreOutput: false)
        #expect(try backend.rewrite(apart).nodes.map(\.operation.stem) == ["pcm", "stft"])
        #expect(try backend.rewrite(fused).nodes.map(\.operation.stem) == ["pcm_stft"])
        let expected = try Self.run(apart, Self.codes, on: backend)["output"]?.floats
        #expect(try Self.run(fused, Self.codes, on: backend)["output"]?.floats == expected)
        #expect(try backend.damagedGuardCount() == 0)
    }

    /// How many work-items share a patch, and how many of its frames they take at once, is a matter
    /// of the device.
    @Test(arguments: OperationTests.devices)
    func groupsOfAnySizeGiveTheSame(device: Device) throws {
        let graph = try Self.graph(halves: false, samplesAreOutput: false, patchesAreOutput: false)
        let values = try [256, 64, 1].map { items in
            var tiling = Tiling(for: device)
            tiling.patchGroup = items
            let backend = try GPUBackend(device, family: .simt, tiling: tiling)
            return try Self.run(graph, Self.codes, on: backend)["output"]?.floats
        }
        #expect(values[1] == values[0])
        #expect(values[2] == values[0])
    }

    @Test(arguments: OperationTests.devices, KernelFamily.allCases)
    func aSegmentIsTheSameAlone(device: Device, family: KernelFamily) throws {
        let backend = try GPUBackend(device, family: family)
        let inputs = Self.codes
        let graph = try Self.graph(halves: false, samplesAreOutput: true, patchesAreOutput: false)
        let outputs = try Self.run(graph, inputs, on: backend)
        let together = try #require(outputs["output"]?.floats)
        let samples = try #require(outputs["samples"]?.floats)
        for (segment, place) in zip(Self.layout.segments, Self.layout.places) {
            let layout = BatchLayout([segment])
            var graph = Graph()
            let given = graph.input("samples", TensorType([layout.sampleCount]))
            let blocks = graph.input("blocks", layout.blocks.type)
            graph.output(
                "output",
                try graph.add(STFT(segments: layout.places), [given, blocks], label: "spectrogram"))
            let own = samples[place.sampleOffset..<place.sampleOffset + place.sampleCount]
            let alone = try Self.run(
                graph,
                [
                    "samples": HostTensor(Array(own), [layout.sampleCount]),
                    "blocks": layout.blocks,
                ], on: backend)
            let start = place.firstToken * STFT.patchElementCount
            let end = start + place.tokenCount * STFT.patchElementCount
            #expect(alone["output"]?.floats == Array(together[start..<end]), "\(segment)")
        }
    }

    /// Tables travel with the other inputs, in memory that is kept.
    @Test(arguments: OperationTests.devices, [ElementType.float32, .float16])
    func aWarmBatchAllocatesNothing(device: Device, storage: ElementType) throws {
        let backend = try GPUBackend(device, family: .simt, storage: storage)
        let graph = try Self.graph(halves: false, samplesAreOutput: false, patchesAreOutput: false)
        let (cold, warm) = (BufferCount(), BufferCount())
        for count in [cold, warm] {
            _ = try CallFailure.inject(count.see) {
                try Self.run(graph, Self.codes, on: backend)
            }
        }
        #expect(cold.value.load(ordering: .relaxed) > 0)
        #expect(warm.value.load(ordering: .relaxed) == 0)
    }
}

/// Counts buffers that are made.
private final class BufferCount: Sendable {
    let value = Atomic(0)

    @Sendable func see(_ call: String) -> Int32? {
        if call == "clCreateBuffer" { value.add(1, ordering: .relaxed) }
        return nil
    }
}
