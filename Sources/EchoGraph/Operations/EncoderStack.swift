import EchoTensor

/// Consecutive transformer layers as one operation, for devices that keep a sequence on chip from the
/// first to the last.
///
/// Inputs: x, offsets and groups as ``EncoderLayer``'s, then the twelve weights and biases of each
/// layer in its order. Output: `[T, D]`. It is made by ``Graph/fusingStack()``.
package struct EncoderStack: FusedOperation {
    package static let stem = "encoder_stack"
    /// Weights and biases of a layer, and the inputs before the first one's.
    package static let layerInputCount = 12
    package static let sharedInputCount = EncoderLayer.inputCount - layerInputCount

    /// Each of the layers, apart from its weights.
    package let layer: EncoderLayer
    package let layerCount: Int

    package var inputCount: Int { Self.sharedInputCount + layerCount * Self.layerInputCount }

    package init(layer: EncoderLayer, layerCount: Int) {
        self.layer = layer
        self.layerCount = layerCount
    }

    /// Kernels store halves and round what lies between to half: queries, keys, values, softmax weights,
    /// the heads' outputs, hidden values and each norm's result. A norm keeps what was lost before from
    /// growing. Measured, in roundings to half of the largest value: 1.0 to 1.1 after one layer, 1.8 to 1.9
    /// after two, three and eleven.
    package func tolerance(for inputs: [TensorType]) -> Tolerance {
        Tolerance(ofLargest: (layerCount == 1 ? 3 : 5) * Self.halfRounding)
    }

    /// What a half loses at most where it rounds a number once, as a share of that number.
    private static let halfRounding = 0x1p-11

    package func add(
        to graph: inout Graph, _ inputs: [Graph.Value]
    ) throws(GraphError) -> Graph.Value {
        var x = inputs[0]
        for number in 0..<layerCount {
            let first = Self.sharedInputCount + number * Self.layerInputCount
            x = try layer.add(
                to: &graph, x, offsets: inputs[1], groups: inputs[2],
                weights: Array(inputs[first..<first + Self.layerInputCount]),
                label: "\(Self.stem).\(number)")
        }
        return x
    }
}
