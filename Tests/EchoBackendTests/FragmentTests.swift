import EchoGPU
import EchoOpenCL
import Testing

/// The layouts of all matrix units, emulated, on every OpenCL platform that is installed, against numbers
/// computed here.
@Suite(.timeLimit(.minutes(20))) struct FragmentTests {
    static let layouts = MatrixUnit.Layout.allCases
    static let side = MatrixUnit.side

    private func bench(_ device: Device, _ layout: MatrixUnit.Layout) throws -> FragmentBench {
        try FragmentBench(device, MatrixUnit(layout, isEmulated: true))
    }

    /// Weights are packed on the host: it has the same places as the kernels.
    @Test(arguments: OperationTests.devices, layouts)
    func theHostPacksAsKernelsRead(device: Device, layout: MatrixUnit.Layout) throws {
        let bench = try bench(device, layout)
        let places = try bench.places()
        let host = (0..<MatrixUnit.tileHalves).map {
            Int32(bench.unit.rightPlace(k: $0 / Self.side, n: $0 % Self.side))
        }
        #expect(places.right == host)
        let all = (0..<Int32(MatrixUnit.tileHalves)).map { $0 }
        #expect(places.right.sorted() == all)
        #expect(places.left.sorted() == all)
    }

    @Test(arguments: OperationTests.devices, layouts)
    func everyElementIsOneLanes(device: Device, layout: MatrixUnit.Layout) throws {
        let owners = try bench(device, layout).places().owners
        #expect(owners == Array(repeating: 1, count: MatrixUnit.tileHalves))
    }

    /// Multiples of 1/8 and 1/512, so that float has every sum exactly, in whatever order; as left operands
    /// the sums are rounded.
    @Test(arguments: OperationTests.devices, layouts)
    func productsAreThoseOfTheirTiles(device: Device, layout: MatrixUnit.Layout) throws {
        let tiles = (0..<FragmentBench.warps).map { Tiles(seed: UInt32($0) + 1) }
        let results = try bench(device, layout).results(
            left: tiles.map(\.left), right: tiles.map(\.right), start: tiles.map(\.start))
        for (tile, result) in zip(tiles, results) {
            let expected = tile.expected
            #expect(expected.rounded, "no sum of these is rounded: they test too little")
            #expect(result.product == expected.product)
            #expect(result.added == expected.added)
            #expect(result.chained == expected.chained)
            #expect(result.total == expected.total)
            #expect(result.largest == expected.largest)
        }
        #expect(results.count == tiles.count)
    }
}

/// A left and a right tile and sums to begin with, by rows.
private struct Tiles {
    let left, right: [Float16]
    let start: [Float]
    private static let side = MatrixUnit.side

    init(seed: UInt32) {
        var state = seed
        func next() -> Int {
            state = state &* 1_664_525 &+ 1_013_904_223
            return Int(state >> 16) % 17 - 8
        }
        let count = MatrixUnit.tileHalves
        left = (0..<count).map { _ in Float16(next()) / 8 }
        right = (0..<count).map { _ in Float16(next()) / 8 }
        start = (0..<count).map { Float($0 / Self.side) / 4 + Float($0 % Self.side) / 512 }
    }

    /// What a warp should make of them; `rounded` where halves do not hold all sums.
    var expected:
        (
            product: [Float], added: [Float], chained: [Float], total: [Float], largest: [Float],
            rounded: Bool
        )
    {
        let product = Self.product(left.map(Float.init), right.map(Float.init), plus: start)
        let halves = product.map { Float(Float16($0)) }
        let rows = (0..<Self.side).map { Array(product[$0 * Self.side..<($0 + 1) * Self.side]) }
        func perElement(_ values: [Float]) -> [Float] {
            values.flatMap { Array(repeating: $0, count: Self.side) }
        }
        return (
            product, halves.enumerated().map { $1 + Float($0 % Self.side) },
            Self.product(halves, right.map(Float.init), plus: halves.map { _ in 0 }),
            perElement(rows.map { $0.reduce(0, +) }), perElement(rows.map { $0.max() ?? 0 }),
            halves != product
        )
    }

    private static func product(_ a: [Float], _ b: [Float], plus start: [Float]) -> [Float] {
        start.indices.map { index in
            (0..<side).reduce(start[index]) { sum, k in
                sum + a[index / side * side + k] * b[k * side + index % side]
            }
        }
    }
}
