import EchoGraph
import EchoTensor

extension TopK {
    /// Rows around a vector's and a work-group's edges, a prime, and as many as blocks of a table have; one query to
    /// many; fewer rows than are asked for; and keys of which many are alike, or no numbers.
    static var cases: [OperationCase] {
        [
            Size(rows: 1, queries: 1, k: 1), Size(rows: 1, queries: 3, k: 5),
            Size(rows: 31, queries: 3, k: 5), Size(rows: 32, queries: 1, k: 16),
            Size(rows: 33, queries: 17, k: 128), Size(rows: 33, queries: 3, k: 1),
            Size(rows: 1_009, queries: 16, k: 16), Size(rows: 1_009, queries: 3, k: 1_024),
            Size(rows: 997, queries: 33, k: 7), Size(rows: 20_000, queries: 1, k: 16),
            Size(rows: 20_000, queries: 6, k: 5), Size(rows: 8_192, queries: 256, k: 26),
            Size(rows: 20_000, queries: 6, k: 1_024),
        ].map { makeCase($0, .spread) }
            + Keys.allCases.flatMap { keys in
                [
                    Size(rows: 33, queries: 3, k: 40), Size(rows: 251, queries: 17, k: 16),
                    Size(rows: 1_009, queries: 17, k: 16), Size(rows: 9_001, queries: 2, k: 5),
                ].map { makeCase($0, keys) }
            }
    }

    struct Size {
        let rows, queries, k: Int
    }

    /// What keys are like.
    enum Keys: String, CaseIterable {
        /// All over.
        case spread
        /// Five values, zeros of both signs among them.
        case ties
        /// One value.
        case equal
        /// Ascending by rows, so that every row is nearer than those before.
        case rising
        /// Two of three rows left out.
        case sparse
        /// Scores that are infinite or no numbers.
        case special
        /// No row to be named.
        case none
    }

    static func makeCase(_ size: Size, _ keys: Keys) -> OperationCase {
        var values = SeededValues(size.rows * 31 + size.queries + size.k)
        let scores = HostTensor([size.rows, size.queries]) { scores in
            for index in scores.indices {
                scores[index] = keys.score(values.next(), row: index / size.queries)
            }
        }
        let isPlain = ![.spread, .sparse].contains(keys)
        return OperationCase(
            operation: TopK(count: size.k),
            shape: "R=\(size.rows) Q=\(size.queries) k=\(size.k) \(keys)",
            inputs: [
                .given(scores),
                .given(
                    isPlain
                        ? HostTensor([size.rows]) { $0.update(repeating: 1) }
                        : values.tensor([size.rows], scale: 0.5, offset: 1)),
                .given(
                    HostTensor([size.rows]) { offsets in
                        for row in offsets.indices {
                            offsets[row] = keys.offset(values.next(), row: row)
                        }
                    }),
            ])
    }
}

extension TopK.Keys {
    /// - Parameter value: From -1 to 1.
    fileprivate func score(_ value: Float, row: Int) -> Float {
        switch self {
        case .spread, .sparse, .none: value
        case .ties: [-1, -0.0, 0, 0.5, 1][Int((value + 1) * 2.4999)]
        case .equal: 0.25
        case .rising: Float(row)
        case .special:
            value < -0.5 ? .nan : value < 0 ? -.infinity : value > 0.9 ? .infinity : value
        }
    }

    fileprivate func offset(_ value: Float, row: Int) -> Float {
        switch self {
        case .spread: value
        case .sparse: row % 3 == 1 ? value : -.infinity
        case .none: -.infinity
        case .ties, .equal, .rising, .special: -0.0
        }
    }
}
