import EchoStore

/// Banks of rows that float32 has trouble with, and queries to them.
enum HardRows: String, CaseIterable, CustomStringConvertible {
    case random, close, clusters, lastDigits, equal, nearDuplicates, tiny, huge, mixed, zeros
    case oneValue, opposite

    static let (width, rowCount) = (67, 700)

    var description: String { rawValue }

    var bank: RowsInMemory { rows(seed: 1, count: Self.rowCount) }

    /// Some like the bank's, and some of them.
    var queries: RowsInMemory {
        let own = bank.values[(5 * Self.width)..<(8 * Self.width)]
        return RowsInMemory(
            rows(seed: 2, count: 4).values + own, width: Self.width)
    }

    private func rows(seed: UInt64, count: Int) -> RowsInMemory {
        var random = TestRandom(seed: seed)
        var centre = TestRandom(seed: 99)
        let centres = (0..<4 * Self.width).map { _ in centre.next() }
        var values: [Float] = []
        for row in 0..<count {
            for column in 0..<Self.width {
                values.append(
                    value(row, column, random.next(), centres[column..<4 * Self.width]))
            }
        }
        return RowsInMemory(values, width: Self.width)
    }

    private func value(
        _ row: Int, _ column: Int, _ random: Float, _ centres: ArraySlice<Float>
    ) -> Float {
        let centre = centres[column]
        return switch self {
        case .random: random
        case .close: centre * 20 + random * 0.3
        case .clusters: centres[column + row % 3 * Self.width] * 20 + random * 0.1
        case .lastDigits: column == row % Self.width ? centre.nextUp : centre
        case .equal: centre
        // Half of the rows differ by some units in the last place.
        case .nearDuplicates: row % 2 == 0 ? random : centre * (1 + random * 2e-7)
        case .tiny: random * 1e-38
        case .huge: random * 1e38
        // Norms from 1e-36 to 1e36.
        case .mixed: random * [1e-36, 1e-12, 1, 1e12, 1e36][row % 5]
        case .zeros: row % 3 == 0 ? 0 : random
        case .oneValue: column == 3 ? random : 0
        case .opposite: row % 2 == 0 ? centre : -centre
        }
    }
}

/// Numbers between -1 and 1, the same on every run.
struct TestRandom {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> Float {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Float(Int32(truncatingIfNeeded: state >> 32)) / Float(Int32.max)
    }
}
