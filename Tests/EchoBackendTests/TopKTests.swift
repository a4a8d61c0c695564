import EchoCPU
import EchoGPU
import EchoGraph
import EchoOpenCL
import EchoTensor
import Testing

/// The rows of the largest keys, against a plain sort of all keys.
@Suite(.timeLimit(.minutes(20))) struct TopKTests {
    /// Keys that a graph of its own is given.
    struct Keys: CustomStringConvertible {
        let rows, queries, count: Int
        var scores: [Float] = []
        var scale: [Float] = []
        var offset: [Float] = []

        var description: String { "R=\(rows) Q=\(queries) k=\(count)" }

        /// Of few values, so that most keys have equals; some of them not finite.
        static func random(_ generator: inout some RandomNumberGenerator) -> Keys {
            var keys = Keys(
                rows: .random(in: 1...700, using: &generator),
                queries: .random(in: 1...20, using: &generator),
                count: .random(in: 1...90, using: &generator))
            let values = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                Float(Int.random(in: -3...3, using: &generator)) / 2
            }
            let scores = values + [-0.0, 0] + (Bool.random(using: &generator) ? [.nan] : [])
            let offsets: [Float] = [0, -0.0, 0, 1, -.infinity]
            func pick(_ values: [Float], _ count: Int) -> [Float] {
                (0..<count).map { _ in values.randomElement(using: &generator) ?? 0 }
            }
            keys.scores = pick(scores, keys.rows * keys.queries)
            keys.scale = pick([1, 1, 0.5, -1], keys.rows)
            keys.offset = pick(offsets, keys.rows)
            return keys
        }

        /// What the contract says, by sorting all keys.
        var expected: [Int32] {
            (0..<queries).flatMap { query in
                let keys = (0..<rows).map {
                    offset[$0].addingProduct(scores[$0 * queries + query], scale[$0])
                }
                let order = keys.indices.filter { keys[$0] > -.infinity }.sorted {
                    keys[$0] > keys[$1] || keys[$0] == keys[$1] && $0 < $1
                }
                let named = order.prefix(count).map { Int32($0) }
                return named + [Int32](repeating: -1, count: count - named.count)
            }
        }

        func run<B: Backend>(on backend: B) throws -> (rows: [Int32], declined: [String]) {
            var graph = Graph()
            let inputs = [
                graph.input("scores", TensorType([rows, queries])),
                graph.input("scale", TensorType([rows])),
                graph.input("offset", TensorType([rows])),
            ]
            graph.output(
                "rows", try graph.add(TopK(count: count), inputs, label: "nearest"))
            let run = try Executor(backend, fallback: CPUBackend()).run(
                graph,
                inputs: [
                    "scores": HostTensor(scores, [rows, queries]),
                    "scale": HostTensor(scale, [rows]), "offset": HostTensor(offset, [rows]),
                ])
            return (try #require(run.outputs["rows"]).ints, run.declined.map(\.reason))
        }
    }

    private static let rounds = 150

    @Test func tiesAreSortedByRowOnTheCPUPath() throws {
        var generator = Seeded(1)
        for _ in 0..<Self.rounds {
            let keys = Keys.random(&generator)
            #expect(try keys.run(on: CPUBackend()).rows == keys.expected, "\(keys)")
        }
    }

    @Test(arguments: OperationTests.devices, KernelFamily.allCases)
    func tiesAreSortedByRow(device: Device, family: KernelFamily) throws {
        let backend = try GPUBackend(device, family: family, guardsBuffers: true)
        var generator = Seeded(2)
        for _ in 0..<Self.rounds {
            let keys = Keys.random(&generator)
            let (rows, declined) = try keys.run(on: backend)
            #expect(rows == keys.expected && declined.isEmpty, "\(keys)")
        }
        #expect(try backend.damagedGuardCount() == 0)
    }

    /// Work-groups of every size, vectors of every width; and rows that several work-groups share.
    @Test(arguments: OperationTests.devices, KernelFamily.allCases)
    func theAnswerDependsOnNoSize(device: Device, family: KernelFamily) throws {
        var generator = Seeded(3)
        var keys = Keys(rows: 9_973, queries: 3, count: 21)
        keys.scores = (0..<keys.rows * keys.queries).map { _ in
            Float(Int.random(in: 0...2_000, using: &generator))
        }
        keys.scale = [Float](repeating: 0.5, count: keys.rows)
        keys.offset = [Float](repeating: 0, count: keys.rows)
        let expected = keys.expected
        let sizes = family == .simd ? [4, 8, 16] : [1, 2, 8, 32, 64, 256]
        for size in sizes where size <= device.maximumWorkGroupSize {
            var tiling = Tiling(for: device)
            if family == .simd { tiling.vector = size } else { tiling.rowGroup = size }
            let backend = try GPUBackend(
                device, family: family, tiling: tiling, guardsBuffers: true)
            let (rows, declined) = try keys.run(on: backend)
            #expect(rows == expected && declined.isEmpty, "\(size)")
            #expect(try backend.damagedGuardCount() == 0)
        }
    }

    /// What local memory has no room for is computed on the CPU path, which the run says.
    @Test(arguments: OperationTests.devices, KernelFamily.allCases)
    func moreThanAKernelTakesIsDeclined(device: Device, family: KernelFamily) throws {
        var keys = Keys(rows: 8_200, queries: 1, count: 8_192)
        keys.scores = (0..<keys.rows).map { Float($0 % 100) }
        keys.scale = [Float](repeating: 1, count: keys.rows)
        keys.offset = [Float](repeating: 0, count: keys.rows)
        let backend = try GPUBackend(device, family: family)
        let (rows, declined) = try keys.run(on: backend)
        #expect(rows == keys.expected)
        #expect(declined.count == 1)
        #expect(declined.first?.contains("8192 largest of a column take") == true)

        let (none, reasons) = try Keys(rows: 0, queries: 2, count: 3).run(on: backend)
        #expect(none == [Int32](repeating: -1, count: 6))
        #expect(reasons == ["there is no row to choose"])
    }
}

/// Numbers from a seed.
private struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
