import EchoInvariant
import EchoTensor

/// The parameters of an ECHO encoder: float32 tensors in PyTorch's layouts, C order.
///
/// Shapes are in D (``Configuration/embeddingWidth``) and F (``Configuration/feedForwardWidth``). A
/// matrix is `[outputs, inputs]`.
package struct Weights: Sendable {
    package let configuration: Configuration
    /// What to call them: the name of their folder or file, or how they were made.
    package let name: String
    /// False for weights that were generated and never saw a recording.
    package let isTrained: Bool
    /// What their user should be told, a sentence each.
    package let warnings: [String]

    /// The learned part of the CLS token, `[D]`.
    package let clsToken: HostTensor
    /// Position table, `[positionCount, D]`; row 0 is the CLS token's and is not used.
    package let positions: HostTensor
    /// Patch embedding, `[D, 32 * 16]`: a patch is frequency-major.
    package let patchWeight: HostTensor
    /// Bias of the patch embedding, `[D]`.
    package let patchBias: HostTensor
    /// The transformer's layers, in order.
    package let layers: [Layer]
    /// Scale of the final LayerNorm, `[D]`.
    package let normWeight: HostTensor
    /// Shift of the final LayerNorm, `[D]`.
    package let normBias: HostTensor

    /// One post-norm transformer layer.
    package struct Layer: Sendable {
        /// Query, key and value projections, `[3D, D]`: all rows of q, then k, then v.
        package let qkvWeight: HostTensor
        /// `[3D]`.
        package let qkvBias: HostTensor
        /// Projection of the heads' outputs, `[D, D]`.
        package let outputWeight: HostTensor
        /// `[D]`.
        package let outputBias: HostTensor
        /// First matrix of the MLP, `[F, D]`.
        package let hiddenWeight: HostTensor
        /// `[F]`.
        package let hiddenBias: HostTensor
        /// Second matrix of the MLP, `[D, F]`.
        package let projectionWeight: HostTensor
        /// `[D]`.
        package let projectionBias: HostTensor
        /// LayerNorm after attention, `[D]` each.
        package let norm1Weight, norm1Bias: HostTensor
        /// LayerNorm after the MLP, `[D]` each.
        package let norm2Weight, norm2Bias: HostTensor

        fileprivate init(_ tensor: (String) -> HostTensor) {
            qkvWeight = tensor("self_attn.in_proj_weight")
            qkvBias = tensor("self_attn.in_proj_bias")
            outputWeight = tensor("self_attn.out_proj.weight")
            outputBias = tensor("self_attn.out_proj.bias")
            hiddenWeight = tensor("linear1.weight")
            hiddenBias = tensor("linear1.bias")
            projectionWeight = tensor("linear2.weight")
            projectionBias = tensor("linear2.bias")
            norm1Weight = tensor("norm1.weight")
            norm1Bias = tensor("norm1.bias")
            norm2Weight = tensor("norm2.weight")
            norm2Bias = tensor("norm2.bias")
        }
    }

    /// Every tensor by its name in a checkpoint.
    package let tensors: [String: HostTensor]
    /// SHA-256 of the file that they were read from; nil if they were made.
    let fileDigest: String?

    /// Sorts the tensors of a checkpoint to their places.
    ///
    /// - Precondition: `tensors` has every name of the configuration, in the shapes of ``Weights``.
    init(
        _ configuration: Configuration, name: String, isTrained: Bool, warnings: [String] = [],
        tensors: [String: HostTensor], fileDigest: String? = nil
    ) {
        func tensor(_ name: String) -> HostTensor {
            guard let tensor = tensors[name] else { invariantFailure("no tensor \(name)") }
            return tensor
        }
        self.configuration = configuration
        self.name = name
        self.isTrained = isTrained
        self.warnings = warnings
        self.tensors = tensors
        self.fileDigest = fileDigest
        clsToken = tensor("cls_token")
        positions = tensor("pos_embed")
        patchWeight = tensor("patch_embed.proj.weight")
        patchBias = tensor("patch_embed.proj.bias")
        layers = (0..<configuration.layerCount).map { layer in
            Layer { tensor(CheckpointTensor.prefix(ofLayer: layer) + $0) }
        }
        normWeight = tensor("norm.weight")
        normBias = tensor("norm.bias")
    }

    /// Writes a checkpoint as upstream does: the same names, shapes and order, F32.
    ///
    /// - Throws: ``ModelError`` if the file cannot be written.
    package func write(to path: String) throws(ModelError) {
        let list = configuration.checkpointTensors.map { expected in
            guard let tensor = tensors[expected.name] else {
                invariantFailure("no tensor \(expected.name)")
            }
            return SafetensorsFile.NamedTensor(
                expected.name, tensor, shape: expected.fileShape)
        }
        try SafetensorsFile.write(list, to: path)
    }
}
