import EchoInvariant
import EchoTensor

extension MatrixUnit.Layout {
    /// Where a row's k-th element of sixteen stands among the steps of a tile: the order in which lanes
    /// read rows as they lie in memory (fragment_rows.cl).
    func stepPlace(_ k: Int) -> Int {
        switch self {
        case .nvidia: k / 4 * 2 + k % 2 + 8 * (k % 4 / 2)
        case .cdna, .rdna3, .rdna4, .xmx8, .xmx16: k
        }
    }

    /// Where a row's n-th column of sixteen stands among the columns of a tile: the order in which a
    /// lane's sums are consecutive columns.
    func columnPlace(_ n: Int) -> Int {
        switch self {
        case .nvidia: n / 4 * 2 + n % 2 + 8 * (n % 4 / 2)
        case .rdna3: n % 8 * 2 + n / 8
        case .cdna, .rdna4, .xmx8, .xmx16: n
        }
    }
}

/// How a weight matrix `[N, K]` lies for a matrix unit, as product_matrix.cl says: `[panel, k-tile,
/// column tile, 16 x 16]`, zero beyond `N` and `K`; if it is split, a tile of high parts and one of
/// low ones instead of each.
struct FragmentPacking: Hashable, Sendable {
    let layout: MatrixUnit.Layout
    /// A value is high + low / 2048, both half; each row is multiplied by ``factor(of:)`` before.
    let isSplit: Bool
    /// Columns of a panel in tiles of 16.
    let panelTiles: Int
    /// k-tiles come in multiples of it.
    let stageSteps: Int
    /// Steps in the order in which a lane's sums are columns, for rows that are another product's sums.
    var followsSums = false

    /// What the low part is multiplied by: half has 11 bits.
    private static let lowScale: Float = 2048

    func apply(to weight: HostTensor) -> HostTensor {
        let side = MatrixUnit.side
        let (rows, depth) = (weight.shape[0], weight.shape[1])
        let panels = (rows + panelTiles * side - 1) / (panelTiles * side)
        let steps = (depth + stageSteps * side - 1) / (stageSteps * side) * stageSteps
        let parts = isSplit ? 2 : 1
        let places = places
        let shape: Shape = [panels, steps, panelTiles, parts * MatrixUnit.tileHalves]
        return HostTensor(TensorType(shape, .float16)) { bytes in
            let packed = bytes.bindMemory(to: Float16.self)
            /// Calls `body` with a row's elements and where they lie, those of high parts.
            func forEach(_ row: Int, _ body: (_ k: Int, _ place: Int) -> Void) {
                let (panel, column) = row.quotientAndRemainder(dividingBy: panelTiles * side)
                for k in 0..<depth {
                    let tile = (panel * steps + k / side) * panelTiles + column / side
                    let place = places[k % side * side + column % side]
                    body(k, tile * parts * MatrixUnit.tileHalves + place)
                }
            }
            weight.withBytes { bytes in
                if isSplit {
                    let values = bytes.bindMemory(to: Float.self)
                    for row in 0..<rows {
                        let range = row * depth..<(row + 1) * depth
                        let line = UnsafeBufferPointer(rebasing: values[range])
                        let factor = Self.factor(of: line)
                        forEach(row) { k, place in
                            let value = line[k] * factor
                            let high = Float16(value)
                            packed[place] = high
                            packed[place + MatrixUnit.tileHalves] =
                                Float16((value - Float(high)) * Self.lowScale)
                        }
                    }
                } else {
                    let values = bytes.bindMemory(to: Float16.self)
                    for row in 0..<rows {
                        forEach(row) { packed[$1] = values[row * depth + $0] }
                    }
                }
            }
        }
    }

    /// By what each row was multiplied, undone: `[N]`, and ones up to whole panels.
    func factors(of weight: HostTensor) -> HostTensor {
        let (rows, depth) = (weight.shape[0], weight.shape[1])
        let panel = panelTiles * MatrixUnit.side
        return HostTensor([(rows + panel - 1) / panel * panel]) { factors in
            factors.update(repeating: 1)
            weight.withFloats { values in
                for row in 0..<rows {
                    let line = values[row * depth..<(row + 1) * depth]
                    factors[row] = 1 / Self.factor(of: UnsafeBufferPointer(rebasing: line))
                }
            }
        }
    }

    /// The power of two by which a row's largest weight comes to 2^13 to 2^14, so that weights down to
    /// 2^-28 of it keep all their bits. Rows of less than 2^-87 lose some.
    private static func factor(of row: UnsafeBufferPointer<Float>) -> Float {
        let largest = row.reduce(0) { max($0, abs($1)) }
        guard largest > 0, largest.isFinite else { return 1 }
        return Float(sign: .plus, exponent: min(13 - Int(largest.exponent), 100), significand: 1)
    }

    /// Where each element of a tile lies among its halves: `[k][n]`.
    private var places: [Int] {
        let unit = MatrixUnit(layout)
        return (0..<MatrixUnit.tileHalves).map {
            let (k, n) = $0.quotientAndRemainder(dividingBy: MatrixUnit.side)
            return unit.rightPlace(
                k: followsSums ? layout.columnPlace(k) : layout.stepPlace(k),
                n: layout.columnPlace(n))
        }
    }
}
