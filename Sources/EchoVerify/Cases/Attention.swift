import EchoGraph
import EchoTensor

extension Attention {
    /// Sequences of 1, around 32 and 64, of a prime and of the model's longest length; scores of
    /// ordinary size, and so large that one key takes all.
    static var cases: [OperationCase] {
        [
            makeCase([1], heads: 1, scale: 2), makeCase([33, 1], heads: 1, scale: 2),
            makeCase([31, 32, 33], heads: 3, scale: 2),
            makeCase([2, 126, 1, 53, 64, 65], heads: 3, scale: 2),
            // Scores up to about 1100 are exponents: each is rounded as a number so large.
            makeCase([17, 126], heads: 6, scale: 20, tolerance: .roundings(3 * 1100)),
            makeCase([300], heads: 1, scale: 2),
        ]
    }

    static func makeCase(
        _ lengths: [Int], heads: Int, scale: Float, tolerance: Tolerance? = nil
    ) -> OperationCase {
        let rows = lengths.reduce(0, +)
        var values = SeededValues(rows * heads)
        return OperationCase(
            operation: Attention(
                headCount: heads, longestSequence: lengths.max() ?? 0, largestInput: scale),
            shape: "L=\(lengths) heads=\(heads) scale=\(scale)",
            inputs: [
                .given(values.tensor([rows, 3 * 64 * heads], scale: scale)),
                .given(offsets(of: lengths)),
            ], tolerance: tolerance)
    }
}
