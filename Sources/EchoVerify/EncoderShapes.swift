import EchoGPU
import EchoGraph
import EchoOpenCL

/// The encoder's own shapes, to time tiles on: clips of 10 s at 16 kHz, at the widths of the
/// published models (192 and 384).
package struct EncoderShapes {
    /// Tokens of a band's sequence: 63 patches and CLS.
    private static let sequenceLength = 64
    private static let bandCount = 7
    /// Layers of the stack that is timed: enough for weights to be fetched while others are in use.
    private static let layerCount = 4
    private let clipCount: Int

    /// As many clips as keep a device busy and fit its memory.
    package init(for device: Device) {
        let clip = Self.bandCount * Self.sequenceLength
        // The widest value of the narrow model: four times its width, in float32.
        let fitting = device.maximumAllocationByteCount / 4 / (clip * 4 * 192 * 4)
        clipCount = max(1, min(max(8, 4 * device.computeUnitCount), 256, fitting))
    }

    /// What a stage is timed on: on CPU devices products are timed in the fused layer.
    package func cases(_ stage: TuningStage, _ family: KernelFamily) -> [OperationCase] {
        // A quarter of the rows for twice the width: about the same arithmetic.
        [(heads: 3, clips: clipCount), (heads: 6, clips: max(1, clipCount / 4))].flatMap {
            let lengths = [Int](
                repeating: Self.sequenceLength, count: $0.clips * Self.bandCount)
            switch (stage, family) {
            case (.products, .simd): return [EncoderLayer.makeCase(lengths, heads: $0.heads)]
            case (.products, .simt): return products(lengths, width: 64 * $0.heads)
            case (.attention, _):
                return [Attention.makeCase(lengths, heads: $0.heads, scale: 2)]
            case (.rows, _): return rows(lengths, clips: $0.clips, heads: $0.heads)
            case (.stack, _):
                return [EncoderStack.makeCase(lengths, heads: $0.heads, layers: Self.layerCount)]
            }
        }
    }

    private func products(_ lengths: [Int], width: Int) -> [OperationCase] {
        [
            PatchEmbed.makeCase(lengths, depth: STFT.patchElementCount, width: width),
            MatMul.makeCase(.identity, lengths, width, 3 * width),
            MatMulNorm.makeCase(lengths, depth: width, width: width),
            MatMul.makeCase(.gelu, lengths, width, 4 * width),
            MatMulNorm.makeCase(lengths, depth: 4 * width, width: width),
        ]
    }

    private func rows(_ lengths: [Int], clips: Int, heads: Int) -> [OperationCase] {
        let (tokens, width) = (lengths.reduce(0, +), 64 * heads)
        return [
            LayerNorm.makeCase(tokens, width, hasResidual: true, offset: 0),
            AttentionPool.makeCase(lengths, heads: heads, width: width, scale: 0.3),
            STFT.makeCase([(Int, Int)](repeating: (400, 998), count: clips)),
        ]
    }
}
