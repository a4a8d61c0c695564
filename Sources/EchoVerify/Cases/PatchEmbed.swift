import EchoGraph
import EchoTensor

extension PatchEmbed {
    /// One token, tokens around a tile's edge, and the model's own width and depth.
    static var cases: [OperationCase] {
        [
            makeCase([1], depth: 512, width: 192), makeCase([33], depth: 31, width: 31),
            makeCase([126, 64, 7], depth: 512, width: 192), makeCase([13], depth: 512, width: 384),
        ]
    }

    static func makeCase(_ lengths: [Int], depth: Int, width: Int) -> OperationCase {
        let rows = lengths.reduce(0, +)
        var values = SeededValues(rows + width)
        let (positions, frequencies) = (126, 5)
        let terms = (0..<rows).flatMap { [Int32($0 % positions), Int32($0 % frequencies)] }
        return OperationCase(
            operation: PatchEmbed(largestInput: 1), shape: "T=\(rows) K=\(depth) D=\(width)",
            inputs: [
                .given(values.tensor([rows, depth])),
                .constant(values.tensor([width, depth], scale: 0.09)),
                .constant(values.tensor([positions, width])),
                .given(values.tensor([frequencies, width])),
                .given(HostTensor(terms, [rows, 2])), .given(offsets(of: lengths)),
            ])
    }
}
