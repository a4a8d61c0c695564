import EchoGraph

extension MatMul {
    /// Rows, depth and columns around every tile's edge, those of matrix units (16 a side) among them, a
    /// prime of each, and the model's own.
    static var cases: [OperationCase] {
        let odd = [
            ([1], 1, 1), ([31], 31, 31), ([32], 32, 32), ([33], 33, 33), ([61, 6], 127, 53),
            ([7, 1, 64], 192, 100),
        ]
        let tiles = [
            ([15], 16, 48), ([16, 1], 20, 192), ([127], 512, 48), ([128, 1], 768, 48),
            ([33], 48, 576), ([16], 192, 768),
        ]
        let own = [([64, 126, 2], 192, 576), ([64, 65], 768, 192), ([126], 384, 1536)]
        return (odd + tiles + own).flatMap { lengths, depth, columns in
            Epilogue.allCases.map { makeCase($0, lengths, depth, columns) }
        }
    }

    static func makeCase(
        _ epilogue: Epilogue, _ lengths: [Int], _ depth: Int, _ columns: Int
    ) -> OperationCase {
        let rows = lengths.reduce(0, +)
        var values = SeededValues(rows + depth + columns)
        return OperationCase(
            operation: MatMul(epilogue: epilogue, largestInput: 2),
            shape: "T=\(rows) K=\(depth) N=\(columns) \(epilogue)",
            inputs: [
                .given(values.tensor([rows, depth], scale: 2)),
                .constant(values.tensor([columns, depth], scale: 3 / Float(depth).squareRoot())),
                .constant(values.tensor([columns])), .given(offsets(of: lengths)),
            ])
    }
}
