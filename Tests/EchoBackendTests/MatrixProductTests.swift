import EchoCPU
import EchoGPU
import EchoGraph
import EchoOpenCL
import EchoTensor
import EchoVerify
import Testing

/// Products by matrix units, emulated: every unit's places in the lanes, in both precisions, against the
/// CPU path.
///
/// pocl takes minutes to compile an emulated product; where it alone is installed, nothing runs here.
@Suite(.timeLimit(.minutes(20))) struct MatrixProductTests {
    static let devices = OperationTests.devices.filter { !$0.isPocl }
    static let units = MatrixUnit.Layout.allCases.map { MatrixUnit($0, isEmulated: true) }
    /// Units whose registers hold an MLP's rows and hidden values.
    static let withMLP: Set<MatrixUnit.Layout> = [.nvidia, .cdna, .rdna4]
    static let storages: [ElementType] = [.float32, .float16]

    static func backend(
        _ device: Device, _ unit: MatrixUnit, storing storage: ElementType
    ) throws -> GPUBackend {
        try GPUBackend(
            device, family: .simt, storage: storage, unit: .unit(unit), guardsBuffers: true)
    }

    /// Stems of the kernels for matrix units that were compiled.
    static func matrixKernels(_ backend: GPUBackend) -> Set<String> {
        let names = backend.programs.filter { $0.options.contains("-DFAMILY_MATRIX") }.map(\.name)
        return Set(names.filter { $0 != "probe" })
    }

    @Test(arguments: devices, units)
    func productsAgreeWithTheCPUPath(device: Device, unit: MatrixUnit) throws {
        for storage in Self.storages {
            let backend = try Self.backend(device, unit, storing: storage)
            let executor = Executor(backend, fallback: CPUBackend())
            let cases = (OperationCase.all + OperationCase.forMatrixUnits).filter {
                ($0.operation is any ProductOperation || $0.operation is MLP)
                    && backend.reasonToDecline($0.operation, $0.inputs.map(\.tensor.type)) == nil
            }
            // Sub-groups of 8 hold no rows of 768 floats.
            #expect(cases.count >= 42)
            for operationCase in cases {
                let check = try ExpectedCase(operationCase, storing: storage).check(executor)
                #expect(check.passes, "\(storage) \(check)")
                #expect(try backend.damagedGuardCount() == 0, "\(storage) \(operationCase)")
            }
            #expect(
                Set(backend.programs.map(\.name)).subtracting(["convert", "probe"])
                    == Self.matrixKernels(backend))
            let hasMLP = storage == .float16 && Self.withMLP.contains(unit.layout)
            #expect(
                Self.matrixKernels(backend)
                    == Set(["matmul", "matmul_norm", "patch_embed"] + (hasMLP ? ["mlp"] : [])))
        }
    }

    /// Tiny; small is among the golden cases, in single precision.
    @Test(arguments: devices, [MatrixUnit.Layout.nvidia, .cdna, .rdna3, .xmx16])
    func theEncoderAgreesWithTheCPUPath(device: Device, layout: MatrixUnit.Layout) throws {
        for storage in Self.storages {
            let backend = try Self.backend(
                device, MatrixUnit(layout, isEmulated: true), storing: storage)
            let checks = try Verification(backend).encoder(.synthetic(seed: 1), storing: storage)
            for check in checks { #expect(check.passes, "\(storage) \(check)") }
            #expect(checks.count == 3)  // rows with their utterances, and utterances alone
            let hasMLP = storage == .float16 && Self.withMLP.contains(layout)
            let kernels = Self.matrixKernels(backend)
            #expect(kernels.isSuperset(of: ["matmul", "matmul_norm", "patch_embed"]))
            #expect(kernels.contains("mlp") == hasMLP)
        }
    }

    /// 600 rows take taller work-groups on two cores, and 17 of them are at an edge of others.
    @Test(arguments: devices, [MatrixUnit.Layout.nvidia, .rdna4])
    func aRowsResultDoesNotDependOnTheBatch(device: Device, layout: MatrixUnit.Layout) throws {
        let product = TestProduct(rows: 600, depth: 48, columns: 192)
        for storage in Self.storages {
            let backend = try Self.backend(
                device, MatrixUnit(layout, isEmulated: true), storing: storage)
            for hasNorm in [false, true] {
                let all = try product.run(on: backend, hasNorm: hasNorm)
                let few = try product.first(17).run(on: backend, hasNorm: hasNorm)
                #expect(Array(all[..<few.count]) == few, "\(storage), norm: \(hasNorm)")
                #expect(Set(all).count > 1000, "of values that differ")
            }
        }
    }

    /// Weights of any size, rows of tiny ones beside rows of huge ones, and values that half does not hold:
    /// each result as exact as ever by the size of its own row.
    @Test(arguments: devices, [Float(1e-12), 1, 1e6])
    func singlePrecisionTakesValuesOfAnySize(device: Device, size: Float) throws {
        let scales: [Float] = [1, 1e-8, 3e-30, 1e8, 1e25, 0, 1e-3]
        let product = TestProduct(
            rows: 33, depth: 192, columns: 64, size: size, scaledBy: scales)
        let backend = try Self.backend(
            device, MatrixUnit(.nvidia, isEmulated: true), storing: .float32)
        let actual = try product.run(on: backend, hasNorm: false)
        let exact = product.exact()
        #expect(Self.matrixKernels(backend) == ["matmul"])
        for column in 0..<64 {
            let scale = scales[column % scales.count]
            let errors = stride(from: column, to: exact.count, by: 64).map {
                abs(Double(actual[$0]) - exact[$0])
            }
            // Sums of 192 products of up to 3 / sqrt(192): some tens of roundings of their size.
            let limit = 32 * 0x1p-24 * 8 * Double(size) * Double(scale)
            // What is less than the smallest normal float may be 0.
            #expect(errors.max() ?? 1 <= max(limit, 0x1p-126), "column \(column) of \(scale)")
        }
    }

    @Test(arguments: devices)
    func whatNothingBoundsIsLeftToTheVectorUnits(device: Device) throws {
        var product = TestProduct(rows: 5, depth: 32, columns: 64)
        product.largestInput = .infinity
        let backend = try Self.backend(
            device, MatrixUnit(.nvidia, isEmulated: true), storing: .float32)
        let actual = try product.run(on: backend, hasNorm: false)
        #expect(Self.matrixKernels(backend) == [])
        #expect(zip(actual, product.exact()).allSatisfy { abs(Double($0) - $1) < 1e-5 })
    }
}

/// A product with a weight matrix, of values that are the same at every run.
private struct TestProduct {
    var rows: HostTensor
    let weight: HostTensor
    var largestInput: Float

    init(
        rows: Int, depth: Int, columns: Int, size: Float = 1, scaledBy scales: [Float] = [1]
    ) {
        func value(_ index: Int) -> Float { Float((index * 7919 + 13) % 10007) / 5003.5 - 1 }
        self.rows = HostTensor([rows, depth]) { values in
            for index in values.indices { values[index] = value(index) * size }
        }
        weight = HostTensor([columns, depth]) { values in
            for index in values.indices {
                let scale = scales[index / depth % scales.count]
                values[index] = value(index * 3 + 5) * 3 / Float(depth).squareRoot() * scale
            }
        }
        largestInput = size
    }

    /// Its first rows alone.
    func first(_ count: Int) -> TestProduct {
        var product = self
        let depth = rows.shape[1]
        product.rows = HostTensor(Array(rows.floats[..<(count * depth)]), [count, depth])
        return product
    }

    func run(on backend: GPUBackend, hasNorm: Bool) throws -> [Float] {
        let columns = weight.shape[0]
        let zeros = HostTensor([columns]) { _ in }
        let ones = HostTensor([columns]) { $0.update(repeating: 1) }
        let groups = HostTensor([0, Int32(rows.shape[0])], [2])
        let residual = HostTensor([rows.shape[0], columns]) { _ in }
        var graph = Graph()
        let x = graph.input("x", rows.type)
        let (scale, shift) = (graph.constant(ones), graph.constant(zeros))
        var output = try graph.add(
            MatMul(largestInput: largestInput),
            [x, graph.constant(weight), shift, graph.input("g", groups.type)], label: "product")
        if hasNorm {
            output = try graph.add(
                LayerNorm(epsilon: 1e-6, hasResidual: true),
                [graph.input("r", residual.type), scale, shift, output], label: "norm")
        }
        graph.output("y", output)
        let run = try Executor(backend, fallback: CPUBackend()).run(
            graph, inputs: ["x": rows, "g": groups, "r": residual])
        #expect(run.declined.isEmpty)
        return try #require(run.outputs["y"]).floats
    }

    /// The product in double.
    func exact() -> [Double] {
        let (x, w, depth) = (rows.floats, weight.floats, rows.shape[1])
        return (0..<rows.shape[0] * weight.shape[0]).map { index in
            let (row, column) = index.quotientAndRemainder(dividingBy: weight.shape[0])
            return (0..<depth).reduce(0.0) {
                $0 + Double(x[row * depth + $1]) * Double(w[column * depth + $1])
            }
        }
    }
}
