import EchoGraph

extension EncoderStack {
    /// One token, sequences that take one, two, four and eight warps, at the edges of these; so many that
    /// several share a work-group; one layer and more; the widths that a warp's registers hold, and an MLP of
    /// another width than four times the model's.
    static var cases: [OperationCase] {
        [
            makeCase([1], heads: 1, layers: 1), makeCase([64, 37, 1], heads: 3, layers: 1),
            makeCase([126, 65, 16, 64], heads: 3, layers: 1),
            makeCase([17, 33], heads: 2, layers: 2), makeCase([63, 32], heads: 3, layers: 3),
            makeCase([Int](repeating: 8, count: 20) + [126, 2, 49], heads: 3, layers: 1),
            makeCase([5, 33], heads: 1, layers: 3, hidden: 128),
        ]
    }

    package static func makeCase(
        _ lengths: [Int], heads: Int, layers: Int, hidden: Int? = nil
    ) -> OperationCase {
        let width = heads * 64
        var values = SeededValues(lengths.reduce(layers, +) + heads)
        let attention = Attention(headCount: heads, longestSequence: lengths.max() ?? 0)
        var inputs = EncoderLayer.rowInputs(lengths, width: width, &values)
        for _ in 0..<layers {
            inputs += EncoderLayer.weightInputs(width: width, hidden: hidden, &values)
        }
        return OperationCase(
            operation: EncoderStack(
                layer: EncoderLayer(attention: attention, epsilon: 1e-6), layerCount: layers),
            shape: "\(EncoderLayer.shape(lengths, width: width)) layers=\(layers)"
                + (hidden.map { " hidden=\($0)" } ?? ""), inputs: inputs)
    }
}
