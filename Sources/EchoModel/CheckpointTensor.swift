import EchoGraph
import EchoTensor

/// A tensor of an ECHO checkpoint: its name and shape there, and its shape in ``Weights``.
struct CheckpointTensor {
    let name: String
    /// The shape that upstream's modules give it.
    let fileShape: Shape
    /// The same elements without the dimensions of extent 1, and a patch in one dimension.
    let shape: Shape

    fileprivate init(_ name: String, _ fileShape: [Int], as shape: [Int]? = nil) {
        self.name = name
        self.fileShape = Shape(fileShape)
        self.shape = Shape(shape ?? fileShape)
    }

    /// The beginning of the names of a layer's tensors.
    static func prefix(ofLayer layer: Int) -> String { "encoder.layers.\(layer)." }
}

extension Configuration {
    /// Every tensor of a checkpoint of this configuration, in upstream's order.
    var checkpointTensors: [CheckpointTensor] {
        let (width, hidden) = (embeddingWidth, feedForwardWidth)
        let (rows, columns) = (STFT.bandWidth, STFT.patchLength)
        var tensors = [
            CheckpointTensor("cls_token", [1, 1, width], as: [width]),
            CheckpointTensor(
                "pos_embed", [1, positionCount, width], as: [positionCount, width]),
            CheckpointTensor(
                "patch_embed.proj.weight", [width, 1, rows, columns], as: [width, rows * columns]),
            CheckpointTensor("patch_embed.proj.bias", [width]),
        ]
        for layer in 0..<layerCount {
            let prefix = CheckpointTensor.prefix(ofLayer: layer)
            tensors += [
                CheckpointTensor(prefix + "self_attn.in_proj_weight", [3 * width, width]),
                CheckpointTensor(prefix + "self_attn.in_proj_bias", [3 * width]),
                CheckpointTensor(prefix + "self_attn.out_proj.weight", [width, width]),
                CheckpointTensor(prefix + "self_attn.out_proj.bias", [width]),
                CheckpointTensor(prefix + "linear1.weight", [hidden, width]),
                CheckpointTensor(prefix + "linear1.bias", [hidden]),
                CheckpointTensor(prefix + "linear2.weight", [width, hidden]),
                CheckpointTensor(prefix + "linear2.bias", [width]),
                CheckpointTensor(prefix + "norm1.weight", [width]),
                CheckpointTensor(prefix + "norm1.bias", [width]),
                CheckpointTensor(prefix + "norm2.weight", [width]),
                CheckpointTensor(prefix + "norm2.bias", [width]),
            ]
        }
        tensors += [
            CheckpointTensor("norm.weight", [width]), CheckpointTensor("norm.bias", [width]),
        ]
        return tensors
    }
}
