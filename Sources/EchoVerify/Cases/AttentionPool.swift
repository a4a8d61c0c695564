import EchoGraph
import EchoTensor

extension AttentionPool {
    /// Sequences of 1, around 32 and 64, of a prime and of the model's longest length, at the widths of
    /// tiny and small; scores of ordinary size, and so large that one row takes all.
    static var cases: [OperationCase] {
        [
            makeCase([1], heads: 1, width: 64, scale: 0.3),
            makeCase([31, 32, 33], heads: 3, width: 192, scale: 0.3),
            makeCase([2, 126, 1, 53, 64, 65], heads: 3, width: 192, scale: 0.3),
            makeCase([300, 7], heads: 6, width: 384, scale: 0.3),
            // Scores of up to about 250 are exponents: each is rounded as a number so large.
            makeCase([17, 126], heads: 3, width: 192, scale: 20, tolerance: .roundings(250)),
        ]
    }

    static func makeCase(
        _ lengths: [Int], heads: Int, width: Int, scale: Float, tolerance: Tolerance? = nil
    ) -> OperationCase {
        let rows = lengths.reduce(0, +)
        var values = SeededValues(rows * heads + width)
        return OperationCase(
            operation: AttentionPool(headCount: heads, longestSequence: lengths.max() ?? 0),
            shape: "L=\(lengths) D=\(width) heads=\(heads) scale=\(scale)",
            inputs: [
                .given(values.tensor([lengths.count, heads * width], scale: scale)),
                .given(values.tensor([rows, width])), .given(offsets(of: lengths)),
            ], tolerance: tolerance)
    }
}
