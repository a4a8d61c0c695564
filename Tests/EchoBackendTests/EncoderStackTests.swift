import EchoCPU
import EchoGPU
import EchoGraph
import EchoModel
import EchoOpenCL
import EchoTensor
import EchoVerify
import Testing

/// All layers of the encoder in one kernel, on emulated matrix units.
@Suite(.timeLimit(.minutes(20))) struct EncoderStackTests {
    static let devices = OperationTests.devices
    /// Those that run the kernel: pocl takes minutes to compile one of emulated fragments.
    static let quickDevices = devices.filter { !$0.isPocl }
    static let emulated = MatrixUnit(.nvidia, isEmulated: true)

    private static func backend(
        _ device: Device, _ unit: MatrixUnit = emulated, storage: ElementType = .float16,
        tiling: Tiling? = nil
    ) throws -> GPUBackend {
        try GPUBackend(
            device, family: .simt, tiling: tiling, storage: storage, unit: .unit(unit),
            guardsBuffers: true)
    }

    private static func check(
        _ cases: [OperationCase], on backend: GPUBackend
    ) throws {
        for operationCase in cases {
            let check = try HalfPrecisionTests.check(operationCase, on: backend)
            #expect(check.passes, "\(check)")
            #expect(try backend.damagedGuardCount() == 0, "\(operationCase)")
        }
    }

    @Test(arguments: quickDevices)
    func theKernelAgreesWithTheCPUPath(device: Device) throws {
        let backend = try Self.backend(device)
        let cases = Verification(backend).cases().filter { $0.operation is EncoderStack }
        #expect(cases.count == 7)
        try Self.check(cases, on: backend)
    }

    /// Every row of the table that `tune` tries, on layers of which no product is a whole number of rings.
    @Test(arguments: quickDevices)
    func everyCandidateAgreesWithTheCPUPath(device: Device) throws {
        let check = try TilingCheck(
            .stack, device, .simt, unit: Self.emulated, storing: .float16
        ) { $0.shape.contains("hidden=") }
        let candidates = TuningStage.stack.candidates(from: Tiling(for: device), .simt)
        #expect(candidates.count > 4)
        // 0 leaves the operation out: nothing is compared.
        for tiling in candidates where tiling.stackWarps > 0 {
            let result = check.run(tiling)
            #expect(result.problem == nil, "\(tiling.description(.simt))")
            #expect(result.maximumError != nil)
        }
    }

    /// The kernel is one; where elements lie in the lanes, and how many there are, is each unit's own. One
    /// case, since a kernel takes seconds to compile: of sequences that take one, two, four and eight warps.
    @Test(arguments: quickDevices, MatrixUnit.Layout.allCases.filter { $0 != .nvidia })
    func everyUnitsLayoutAgrees(device: Device, layout: MatrixUnit.Layout) throws {
        try Self.check(
            [EncoderStack.makeCase([77, 37, 1, 17], heads: 3, layers: 1)],
            on: Self.backend(device, MatrixUnit(layout, isEmulated: true)))
    }

    /// Whatever lies beside it, wherever it lies, and in work-groups of any shape.
    @Test(arguments: quickDevices)
    func aSequenceHasTheSameBitsInEveryBatchAndShape(device: Device) throws {
        let pool = StackPool([37, 64, 1, 17, 126, 64, 8])
        var other = Tiling(for: device)
        (other.stackWarps, other.stageTiles, other.stageRing) = (4, 24, 3)
        let backends = try [Self.backend(device), Self.backend(device, tiling: other)]
        let alone = try pool.lengths.indices.map { try pool.run([$0], on: backends[0]) }
        let batches = [
            [0, 1], [1, 0, 2], [2, 3, 6, 6, 6, 3, 0], [4, 0, 5], [0, 4, 2, 3, 6, 1, 5],
            Array(repeating: 6, count: 11) + [3, 0],
        ]
        for (backend, batch) in backends.flatMap({ backend in batches.map { (backend, $0) } }) {
            let together = try pool.run(batch, on: backend)
            #expect(together == batch.flatMap { alone[$0] }, "\(batch)")
        }
    }

    @Test(arguments: devices)
    func whatDoesNotFitIsDeclinedWithTheReason(device: Device) throws {
        func reason(
            _ backend: GPUBackend, _ lengths: [Int] = [3], heads: Int = 3
        ) -> String? {
            let stack = EncoderStack.makeCase(lengths, heads: heads, layers: 1)
            return backend.reasonToDecline(stack.operation, stack.inputs.map(\.tensor.type))
        }
        let backend = try Self.backend(device)
        #expect(reason(backend) == nil)
        #expect(reason(backend, heads: 6)?.contains("192 columns, not 384") == true)
        #expect(reason(backend, [129])?.contains("128 tokens, not 129") == true)
        let single = try Self.backend(device, storage: .float32)
        #expect(reason(single)?.contains("float32") == true)
        let plain = try GPUBackend(device, storage: .float16, unit: .off)
        #expect(reason(plain)?.contains("no matrix unit") == true)
    }

    /// Eleven layers, and the last one where rows are wanted, which changes no utterance.
    @Test(arguments: quickDevices)
    func theEncoderRunsThroughItAndAgreesWithTheCPUPath(device: Device) throws {
        let weights = Weights.synthetic(seed: 1)
        let backend = try Self.backend(device)
        for check in try Verification(backend).encoder(weights, storing: .float16) {
            #expect(check.passes, "\(check)")
        }
        let layout = BatchLayout([
            .init(sampleRate: 16000, windowLength: 400, hop: 160, frameCount: 90)
        ])
        let encoder = Encoder(weights)
        var inputs = encoder.inputs(for: layout)
        inputs["patches"] = HostTensor([layout.tokenCount, STFT.patchElementCount]) { values in
            for index in values.indices { values[index] = Float((index * 7919) % 10007) / 5000 - 1 }
        }
        let graphs = try [true, false].map {
            try encoder.graph(for: layout, from: .patches, wantsRows: $0)
        }
        let stacks = try graphs.map { graph in
            try backend.rewrite(graph).nodes.filter { $0.operation is EncoderStack }.map(\.label)
        }
        #expect(stacks == [["layer.10", "layer.11"], ["layer.10"]])
        let utterances = try graphs.map { graph in
            try Executor(backend, fallback: CPUBackend()).run(graph, inputs: inputs)
                .outputs["utterance"]?.floats
        }
        #expect(utterances[0] != nil && utterances[0] == utterances[1])
    }

    /// Where one part of a graph does not fit, all of it runs as without a matrix unit's stack.
    @Test(arguments: devices)
    func layersThatAreTooWideStayAsTheyAre(device: Device) throws {
        let weights = Weights.synthetic(seed: 1, configuration: .small)
        let layout = BatchLayout([
            .init(sampleRate: 16000, windowLength: 400, hop: 160, frameCount: 90)
        ])
        let graph = try Encoder(weights).graph(for: layout, from: .patches, wantsRows: true)
        let nodes = try Self.backend(device).rewrite(graph).nodes
        #expect(!nodes.contains { $0.operation is EncoderStack || $0.operation is EncoderLayer })
        #expect(nodes.contains { $0.operation is MatMulNorm })
    }
}

/// Sequences to make batches of, and a stack of two layers.
private struct StackPool {
    let lengths: [Int]
    private let stack: OperationCase
    private let rows: [Float]
    private let width = 192

    init(_ lengths: [Int]) {
        self.lengths = lengths
        stack = EncoderStack.makeCase(lengths, heads: 3, layers: 2)
        rows = stack.inputs[0].tensor.floats
    }

    /// The bits of the rows of a batch of these sequences, by number.
    func run(_ batch: [Int], on backend: GPUBackend) throws -> [UInt32] {
        let starts = lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        let values = batch.flatMap { rows[starts[$0] * width..<starts[$0 + 1] * width] }
        let offsets = batch.reduce(into: [Int32(0)]) {
            $0.append($0[$0.count - 1] + Int32(lengths[$1]))
        }
        let attention = Attention(
            headCount: 3, longestSequence: batch.map { lengths[$0] }.max() ?? 0)
        var graph = Graph()
        let x = graph.input("x", TensorType([values.count / width, width]))
        let sequences = graph.input("offsets", TensorType([offsets.count], .int32))
        let weights = stack.inputs[3...].map { graph.constant($0.tensor) }
        let output = try graph.add(
            EncoderStack(layer: EncoderLayer(attention: attention, epsilon: 1e-6), layerCount: 2),
            [x, sequences, sequences] + weights, label: "stack")
        graph.output("y", output)
        let run = try Executor(backend, fallback: CPUBackend()).run(
            graph,
            inputs: [
                "x": HostTensor(values, [values.count / width, width]),
                "offsets": HostTensor(offsets, [offsets.count]),
            ])
        #expect(run.declined.isEmpty)
        return run.outputs["y"]?.floats.map(\.bitPattern) ?? []
    }
}
