import EchoCPU
import EchoGPU
import EchoGraph
import EchoOpenCL
import EchoTensor
import EchoVerify
import Testing

/// Attention on the layouts of all matrix units, emulated, in half and in single precision, with the
/// tolerances of the kernels for vector units.
@Suite(.timeLimit(.minutes(20))) struct AttentionMatrixTests {
    /// pocl needs some 10 s of a core for each kernel: there, one tile on a layout with one slot and one with two.
    private func cases(on device: Device, _ layout: MatrixUnit.Layout) -> ArraySlice<OperationCase>
    {
        let all = OperationCase.all.filter { $0.operation is Attention }
        guard device.isPocl else { return all[...] }
        return layout == .cdna || layout == .nvidia ? all[..<1] : []
    }

    private func backend(
        _ device: Device, _ layout: MatrixUnit.Layout, _ storage: ElementType
    ) throws -> GPUBackend {
        try GPUBackend(
            device, family: .simt, storage: storage,
            unit: .unit(MatrixUnit(layout, isEmulated: true)), guardsBuffers: true)
    }

    @Test(arguments: OperationTests.devices, FragmentTests.layouts)
    func agreesWithTheCPUPathInHalf(device: Device, layout: MatrixUnit.Layout) throws {
        try check(device, layout, .float16)
    }

    @Test(arguments: OperationTests.devices, FragmentTests.layouts)
    func agreesWithTheCPUPathInSingle(device: Device, layout: MatrixUnit.Layout) throws {
        try check(device, layout, .float32)
    }

    private func check(
        _ device: Device, _ layout: MatrixUnit.Layout, _ storage: ElementType
    ) throws {
        let backend = try backend(device, layout, storage)
        let cases = cases(on: device, layout)
        for operationCase in cases {
            let check = try ExpectedCase(operationCase, storing: storage)
                .check(Executor(backend, fallback: CPUBackend()))
            #expect(check.passes, "\(check)")
            let damaged = try backend.damagedGuardCount()
            #expect(damaged == 0, "\(operationCase)")
        }
        let programs = backend.programs.filter { $0.name == Attention.stem }
        #expect(programs.isEmpty == cases.isEmpty)
        #expect(programs.allSatisfy { $0.options.contains("-DFAMILY_MATRIX") })
    }

    /// A sequence's rows are the same to the bit, alone and beside longer ones: these take more warps.
    @Test(arguments: OperationTests.devices, [ElementType.float16, .float32])
    func rowsDoNotDependOnTheBatch(device: Device, storage: ElementType) throws {
        let backend = try backend(device, .nvidia, storage)
        let lengths = device.isPocl ? [3, 17] : [37, 126, 3]
        let batch = try rows(of: lengths, on: backend)
        #expect(batch.contains { $0 != 0 })
        var first = 0
        for (number, length) in lengths.enumerated() {
            let alone = try rows(of: lengths, only: number, on: backend)
            #expect(alone == Array(batch[first..<first + alone.count]), "\(length) tokens")
            first += alone.count
        }
        #expect(first == batch.count)
    }

    /// The output for sequences of these lengths, or for one of them alone.
    private func rows(of lengths: [Int], only: Int? = nil, on backend: GPUBackend) throws -> [Float]
    {
        let width = 3 * 64
        let sequences = lengths.enumerated().map { number, length in
            (0..<length * width).map { Float(($0 &* 7919 &+ number &* 31) % 257) / 128 - 1 }
        }
        let chosen = only.map { [sequences[$0]] } ?? sequences
        let values = chosen.flatMap { $0 }
        let offsets = chosen.reduce(into: [Int32(0)]) {
            $0.append($0[$0.count - 1] + Int32($1.count / width))
        }
        let qkv = HostTensor(values, [values.count / width, width])
        let sums = HostTensor(offsets, [offsets.count])
        var graph = Graph()
        let inputs = [graph.input("qkv", qkv.type), graph.input("offsets", sums.type)]
        let longest = chosen.map { $0.count / width }.max() ?? 0
        let attention = Attention(
            headCount: 1, longestSequence: longest,
            largestInput: values.map(\.magnitude).max() ?? 0)
        graph.output("output", try graph.add(attention, inputs, label: "attention"))
        let run = try Executor(backend, fallback: CPUBackend()).run(
            graph, inputs: ["qkv": qkv, "offsets": sums])
        #expect(run.declined.isEmpty)
        return run.outputs["output"]?.floats ?? []
    }
}
