import EchoGraph

extension MatMulNorm {
    /// Rows around a block's edge, depths that are no multiple of a slice, rows narrower than a tile,
    /// one of a single float4, the widest that vector units take, and the model's own: output and second
    /// MLP matrix of tiny and small.
    static var cases: [OperationCase] {
        [
            makeCase([1], depth: 5, width: 4), makeCase([3], depth: 7, width: 36),
            makeCase([31, 2], depth: 97, width: 100),
            makeCase([64, 1], depth: 192, width: 192), makeCase([7, 126], depth: 768, width: 192),
            makeCase([33], depth: 384, width: 384), makeCase([65], depth: 1536, width: 384),
            makeCase([5], depth: 64, width: 512),
        ]
    }

    /// Rows that matrix units alone take: those of base, and of large.
    static var wideCases: [OperationCase] {
        [makeCase([17], depth: 20, width: 768), makeCase([31, 2], depth: 48, width: 1024)]
    }

    static func makeCase(_ lengths: [Int], depth: Int, width: Int) -> OperationCase {
        let rows = lengths.reduce(0, +)
        var values = SeededValues(rows + depth + width)
        return OperationCase(
            operation: MatMulNorm(epsilon: 1e-6, largestInput: 2),
            shape: "T=\(rows) K=\(depth) D=\(width)",
            inputs: [
                .given(values.tensor([rows, depth], scale: 2)),
                .constant(values.tensor([width, depth], scale: 1 / Float(depth).squareRoot())),
                .constant(values.tensor([width], scale: 0.05)), .given(offsets(of: lengths)),
                .given(values.tensor([rows, width], scale: 2)),
                .constant(values.tensor([width], scale: 0.1, offset: 1)),
                .constant(values.tensor([width], scale: 0.05)),
            ])
    }
}
