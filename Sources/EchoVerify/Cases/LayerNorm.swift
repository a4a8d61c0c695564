import EchoGraph
import EchoTensor

extension LayerNorm {
    /// Rows and widths around the vectors' edges, a prime, the model's own; and rows far from zero,
    /// whose variance a one-pass sum would lose.
    static var cases: [OperationCase] {
        let shapes = [
            (1, 1), (31, 31), (32, 32), (33, 33), (7, 97), (65, 192), (17, 384), (3, 1024),
        ]
        return shapes.flatMap { rows, width in
            [true, false].map { makeCase(rows, width, hasResidual: $0, offset: 0) }
        } + [makeCase(5, 192, hasResidual: true, offset: 30)]
    }

    static func makeCase(
        _ rows: Int, _ width: Int, hasResidual: Bool, offset: Float
    ) -> OperationCase {
        var values = SeededValues(rows * width)
        return OperationCase(
            operation: LayerNorm(epsilon: hasResidual ? 1e-6 : 1e-5, hasResidual: hasResidual),
            shape: "T=\(rows) D=\(width)" + (hasResidual ? " residual" : "")
                + (offset == 0 ? "" : " offset=\(offset)"),
            inputs: [
                .given(values.tensor([rows, width], scale: 2, offset: offset)),
                .constant(values.tensor([width], scale: 0.1, offset: 1)),
                .constant(values.tensor([width])),
            ] + (hasResidual ? [.given(values.tensor([rows, width]))] : []),
            // Rows of a deviation of 1.15 about 30: the mean, which is taken from each, is rounded as a
            // number so much larger than what is left.
            tolerance: offset == 0 ? nil : .roundings(4 * Double(offset) / 1.15))
    }
}
