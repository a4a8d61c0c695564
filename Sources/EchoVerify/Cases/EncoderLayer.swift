import EchoGraph

extension EncoderLayer {
    /// One token, sequences around the tiles' edges, of the longest length, and so short that several
    /// go through the layer together; at the widths of tiny and small.
    static var cases: [OperationCase] {
        [
            makeCase([1], heads: 1), makeCase([7, 1, 33, 64], heads: 3),
            makeCase([126, 65, 126], heads: 3), makeCase([53], heads: 6),
            makeCase([Int](repeating: 8, count: 40) + [126, 2, 3], heads: 3),
        ]
    }

    static func makeCase(_ lengths: [Int], heads: Int) -> OperationCase {
        let (rows, width) = (lengths.reduce(0, +), heads * 64)
        var values = SeededValues(rows + heads)
        let attention = Attention(headCount: heads, longestSequence: lengths.max() ?? 0)
        return OperationCase(
            operation: EncoderLayer(attention: attention, epsilon: 1e-6),
            shape: shape(lengths, width: width),
            inputs: rowInputs(lengths, width: width, &values) + weightInputs(width: width, &values))
    }

    static func shape(_ lengths: [Int], width: Int) -> String {
        "L=\(lengths.count > 8 ? "\(lengths.count) lengths" : "\(lengths)") D=\(width)"
    }

    /// Rows, offsets and groups.
    static func rowInputs(
        _ lengths: [Int], width: Int, _ values: inout SeededValues
    ) -> [OperationCase.Input] {
        [
            .given(values.tensor([lengths.reduce(0, +), width], scale: 2)),
            .given(offsets(of: lengths)), .given(offsets(of: lengths)),
        ]
    }

    /// The twelve of a layer.
    static func weightInputs(
        width: Int, hidden: Int? = nil, _ values: inout SeededValues
    ) -> [OperationCase.Input] {
        func product(_ columns: Int, _ depth: Int) -> [OperationCase.Input] {
            let scale = (6 / Float(columns + depth)).squareRoot()
            return [
                .constant(values.tensor([columns, depth], scale: scale)),
                .constant(values.tensor([columns], scale: 0.05)),
            ]
        }
        func norm() -> [OperationCase.Input] {
            [
                .constant(values.tensor([width], scale: 0.1, offset: 1)),
                .constant(values.tensor([width], scale: 0.05)),
            ]
        }
        let hidden = hidden ?? 4 * width
        return product(3 * width, width) + product(width, width) + norm()
            + product(hidden, width) + product(width, hidden) + norm()
    }
}
