import EchoGraph

extension MLP {
    /// Rows around a tile's edge; the model's own widths, tiny's and small's, with the fewest hidden values
    /// that any unit takes at a time, and with small's own.
    static var cases: [OperationCase] {
        [
            makeCase([1], width: 192, hidden: 64), makeCase([31, 2], width: 192, hidden: 768),
            makeCase([17], width: 384, hidden: 64), makeCase([64, 1], width: 384, hidden: 1536),
        ]
    }

    private static func makeCase(_ lengths: [Int], width: Int, hidden: Int) -> OperationCase {
        let rows = lengths.reduce(0, +)
        var values = SeededValues(rows + width + hidden)
        return OperationCase(
            operation: MLP(epsilon: 1e-6), shape: "T=\(rows) D=\(width) H=\(hidden)",
            inputs: [
                .given(values.tensor([rows, width], scale: 2)),
                .constant(values.tensor([hidden, width], scale: 3 / Float(width).squareRoot())),
                .constant(values.tensor([hidden])),
                .constant(values.tensor([width, hidden], scale: 1 / Float(hidden).squareRoot())),
                .constant(values.tensor([width], scale: 0.05)), .given(offsets(of: lengths)),
                .constant(values.tensor([width], scale: 0.1, offset: 1)),
                .constant(values.tensor([width], scale: 0.05)),
            ])
    }
}
