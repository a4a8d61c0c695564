import EchoCPU
import EchoGPU
import EchoGraph
import EchoOpenCL
import EchoTensor
import Testing

/// Products of many rows with few columns, which have tiles of their own: a row of a table times a query is the same to
/// the bit, whatever else is computed with it.
@Suite(.timeLimit(.minutes(20))) struct FewColumnsTests {
    private static let (depth, rowCount) = (203, 600)
    /// Around every tile's edge.
    private static let counts = [1, 7, 8, 9, 16, 17, 33, 64, 100]

    private static func matrix(_ rows: Int, seed: UInt32) -> HostTensor {
        HostTensor([rows, depth]) { values in
            var state = seed
            for index in values.indices {
                state = state &* 1_664_525 &+ 1_013_904_223
                values[index] = Float(Int32(bitPattern: state)) * 0x1p-31
            }
        }
    }

    private static func part(_ matrix: HostTensor, _ rows: Range<Int>) -> HostTensor {
        HostTensor(
            Array(matrix.floats[rows.lowerBound * depth..<rows.upperBound * depth]),
            [rows.count, depth])
    }

    /// Without the list of differences, which takes minutes to make where all numbers differ.
    private static func areSame(_ few: [Float], _ expected: some Collection<Float>) -> Bool {
        few.elementsEqual(expected)
    }

    /// `table · queriesᵀ`, in groups of `group` rows.
    private static func scores<B: Backend>(
        _ table: HostTensor, _ queries: HostTensor, group: Int, on backend: B
    ) throws -> [Float] {
        var graph = Graph()
        let (rows, columns) = (table.shape[0], queries.shape[0])
        let starts = Array(stride(from: 0, to: rows, by: group)) + [rows]
        let product = try graph.add(
            MatMul(),
            [
                graph.input("rows", table.type), graph.constant(queries),
                graph.constant(HostTensor([Float](repeating: 0, count: columns), [columns])),
                graph.constant(HostTensor(starts.map { Int32($0) }, [starts.count])),
            ], label: "scores")
        graph.output("scores", product)
        let run = try Executor(backend, fallback: CPUBackend()).run(
            graph, inputs: ["rows": table])
        #expect(run.declined.isEmpty)
        return try #require(run.outputs["scores"]).floats
    }

    @Test(arguments: OperationTests.devices, KernelFamily.allCases)
    func aScoreDependsOnNoOtherQuery(device: Device, family: KernelFamily) throws {
        let backend = try GPUBackend(device, family: family, guardsBuffers: true)
        let table = Self.matrix(Self.rowCount, seed: 1)
        let queries = Self.matrix(288, seed: 2)
        let all = try Self.scores(table, queries, group: 64, on: backend)
        for count in Self.counts {
            let few = try Self.scores(
                table, Self.part(queries, 0..<count), group: 64, on: backend)
            let expected = (0..<Self.rowCount).flatMap { all[$0 * 288..<$0 * 288 + count] }
            #expect(Self.areSame(few, expected), "\(count)")
        }
        #expect(try backend.damagedGuardCount() == 0)
    }

    @Test(arguments: OperationTests.devices, KernelFamily.allCases)
    func aScoreDependsOnNoOtherRow(device: Device, family: KernelFamily) throws {
        let backend = try GPUBackend(device, family: family)
        let table = Self.matrix(Self.rowCount, seed: 3)
        for count in Self.counts {
            let queries = Self.matrix(count, seed: 4)
            let all = try Self.scores(table, queries, group: 64, on: backend)
            for rows in [0..<1, 5..<6, 3..<67, 100..<229, 599..<600] {
                let few = try Self.scores(Self.part(table, rows), queries, group: 64, on: backend)
                let expected = all[rows.lowerBound * count..<rows.upperBound * count]
                #expect(Self.areSame(few, expected), "\(count) \(rows)")
            }
        }
    }

    /// The CPU path computes a group from that group alone.
    @Test func aScoreDependsOnNoOtherGroupOnTheCPUPath() throws {
        let table = Self.matrix(Self.rowCount, seed: 5)
        for count in Self.counts {
            let queries = Self.matrix(count, seed: 6)
            let all = try Self.scores(table, queries, group: 128, on: CPUBackend())
            for rows in [0..<128, 128..<512, 256..<600] {
                let few = try Self.scores(
                    Self.part(table, rows), queries, group: 128, on: CPUBackend())
                let expected = all[rows.lowerBound * count..<rows.upperBound * count]
                #expect(Self.areSame(few, expected), "\(count) \(rows)")
            }
        }
    }

    /// Tables of halves are widened on the device, or on the CPU path where a device has no kernel for that.
    @Test(arguments: OperationTests.devices, KernelFamily.allCases)
    func halvesAreWidenedBeforeTheProduct(device: Device, family: KernelFamily) throws {
        let backend = try GPUBackend(device, family: family)
        let table = Self.matrix(33, seed: 7).stored(as: .float16)
        let queries = Self.matrix(3, seed: 8)
        var graph = Graph()
        let half = graph.input("rows", table.type)
        let parts = [
            graph.constant(queries),
            graph.constant(HostTensor([Float](repeating: 0, count: 3), [3])),
            graph.constant(HostTensor([Int32(0), 33], [2])),
        ]
        #expect(throws: GraphError.self) {
            try graph.add(MatMul(), [half] + parts, label: "mixed")
        }
        let rows = try graph.add(Convert(to: .float32), [half], label: "widened")
        graph.output("scores", try graph.add(MatMul(), [rows] + parts, label: "scores"))
        let run = try Executor(backend, fallback: CPUBackend()).run(
            graph, inputs: ["rows": table])
        #expect(run.declined.map(\.label) == (family == .simd ? ["widened"] : []))
        #expect(
            try run.outputs["scores"]?.floats
                == Self.scores(table.stored(as: .float32), queries, group: 33, on: backend))
    }
}
