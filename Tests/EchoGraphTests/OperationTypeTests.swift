import EchoGraph
import EchoTensor
import Testing

/// What each operation takes, and what it says of anything else.
@Suite(.timeLimit(.minutes(20))) struct OperationTypeTests {
    /// An operation, its inputs, and the type of its output or what is wrong.
    struct Case: Sendable, CustomStringConvertible {
        let operation: any Operation
        let inputs: [TensorType]
        let expected: String

        init(_ operation: any Operation, _ inputs: [TensorType], _ expected: String) {
            (self.operation, self.inputs, self.expected) = (operation, inputs, expected)
        }

        var description: String { "\(operation.stem) -> \(expected)" }
    }

    private static func real(_ shape: Int...) -> TensorType { TensorType(Shape(shape)) }
    private static func integer(_ shape: Int...) -> TensorType { TensorType(Shape(shape), .int32) }

    @Test(
        arguments: matmul + layerNorm + attention + attentionPool + patchEmbed + gather + pcm
            + topK + stft + pcmSTFT + halves + fused + encoderLayer)
    func outputsHaveTheTypeOrTheErrorTheText(_ item: Case) {
        do throws(GraphError) {
            #expect(try item.operation.outputType(for: item.inputs).description == item.expected)
        } catch {
            #expect(error.description == item.expected)
        }
    }

    private static let matmul: [Case] = [
        Case(
            MatMul(), [real(7, 5), real(3, 5), real(3), integer(2)], "float32 [7, 3]"),
        Case(
            MatMul(epilogue: .gelu), [real(0, 5), real(3, 5), real(3), integer(1)],
            "float32 [0, 3]"),
        Case(
            MatMul(), [real(7, 5), real(3, 5), real(3)],
            "matmul: takes input, weight, bias, groups, got 3 inputs"),
        Case(
            MatMul(), [real(7, 5), real(3, 4), real(3), integer(2)],
            "matmul: weight [3, 4] does not fit input [7, 5]"),
        Case(
            MatMul(), [real(7, 5), real(3, 5), real(5), integer(2)],
            "matmul: bias [5] does not fit weight [3, 5]"),
        Case(
            MatMul(), [real(7), real(3, 5), real(3), integer(2)],
            "matmul: input must be float32 of rank 2, got float32 [7]"),
        Case(
            MatMul(), [real(7, 5), integer(3, 5), real(3), integer(2)],
            "matmul: weight must be float32 of rank 2, got int32 [3, 5]"),
        Case(
            MatMul(), [real(7, 5), real(3, 5), real(3), real(2)],
            "matmul: groups must be int32 of rank 1, got float32 [2]"),
    ]

    private static let layerNorm: [Case] = [
        Case(norm(false), [real(7, 5), real(5), real(5)], "float32 [7, 5]"),
        Case(norm(true), [real(7, 5), real(5), real(5), real(7, 5)], "float32 [7, 5]"),
        Case(
            norm(true), [real(7, 5), real(5), real(5)],
            "layer_norm: takes input, weight, bias, residual, got 3 inputs"),
        Case(
            norm(false), [real(7, 5), real(5), real(5), real(7, 5)],
            "layer_norm: takes input, weight, bias, got 4 inputs"),
        Case(
            norm(false), [real(7, 5), real(7), real(5)],
            "layer_norm: weight [7] and bias [5] must have 5 elements"),
        Case(
            norm(false), [real(7, 5), real(5), real(4)],
            "layer_norm: weight [5] and bias [4] must have 5 elements"),
        Case(
            norm(true), [real(7, 5), real(5), real(5), real(5, 7)],
            "layer_norm: residual [5, 7] must be [7, 5]"),
    ]
    private static func norm(_ hasResidual: Bool) -> LayerNorm {
        LayerNorm(epsilon: 1e-6, hasResidual: hasResidual)
    }

    private static let attention: [Case] = [
        Case(heads(3), [real(9, 576), integer(4)], "float32 [9, 192]"),
        Case(heads(1), [real(0, 6), integer(1)], "float32 [0, 2]"),
        Case(
            heads(2), [real(9, 9), integer(2)],
            "attention: qkv of width 9 does not split into q, k and v of 2 heads"),
        Case(
            heads(0), [real(9, 9), integer(2)],
            "attention: qkv of width 9 does not split into q, k and v of 0 heads"),
        Case(heads(1), [real(9, 9), integer(0)], "attention: offsets is empty"),
        Case(heads(1), [real(9, 9)], "attention: takes qkv, offsets, got 1 inputs"),
        Case(
            heads(1), [integer(9, 9), integer(2)],
            "attention: qkv must be float32 of rank 2, got int32 [9, 9]"),
    ]
    private static func heads(_ count: Int) -> Attention {
        Attention(headCount: count, longestSequence: 9)
    }

    private static let attentionPool: [Case] = [
        Case(pool(3), [real(2, 576), real(9, 192), integer(3)], "float32 [2, 576]"),
        Case(
            pool(3), [real(2, 384), real(9, 192), integer(3)],
            "attention_pool: query [2, 384] does not have 3 heads as wide as x [9, 192]"),
        Case(
            pool(0), [real(2, 0), real(9, 4), integer(3)],
            "attention_pool: query [2, 0] does not have 0 heads as wide as x [9, 4]"),
        Case(
            pool(1), [real(2, 4), real(9, 4), integer(2)],
            "attention_pool: offsets [2] must have one element more than query [2, 4]"),
        Case(
            pool(1), [real(2, 4), real(9, 4)],
            "attention_pool: takes query, x, offsets, got 2 inputs"),
    ]
    private static func pool(_ count: Int) -> AttentionPool {
        AttentionPool(headCount: count, longestSequence: 9)
    }

    private static let patchEmbed: [Case] = [
        Case(PatchEmbed(), patchInputs(), "float32 [9, 4]"),
        Case(
            PatchEmbed(), patchInputs(weight: [4, 511]),
            "patch_embed: weight [4, 511] does not fit patches [9, 512]"),
        Case(
            PatchEmbed(), patchInputs(positions: [126, 5]),
            "patch_embed: positions [126, 5] and frequencies [2, 4] must be 4 wide"),
        Case(
            PatchEmbed(), patchInputs(frequencies: [2, 3]),
            "patch_embed: positions [126, 4] and frequencies [2, 3] must be 4 wide"),
        Case(
            PatchEmbed(), patchInputs(terms: [8, 2]),
            "patch_embed: terms must be [9, 2], got [8, 2]"),
        Case(
            PatchEmbed(), patchInputs(terms: [9, 3]),
            "patch_embed: terms must be [9, 2], got [9, 3]"),
        Case(
            PatchEmbed(), Array(patchInputs().dropLast()),
            "patch_embed: takes patches, weight, positions, frequencies, terms, groups, "
                + "got 5 inputs"),
    ]
    private static func patchInputs(
        weight: Shape = [4, 512], positions: Shape = [126, 4], frequencies: Shape = [2, 4],
        terms: Shape = [9, 2]
    ) -> [TensorType] {
        [
            real(9, 512), TensorType(weight), TensorType(positions), TensorType(frequencies),
            TensorType(terms, .int32), integer(3),
        ]
    }

    private static let halves: [Case] = [
        Case(
            MatMul(), [half(7, 5), half(3, 5), real(3), integer(2)], "float16 [7, 3]"),
        Case(
            MatMul(), [half(7, 5), real(3, 5), real(3), integer(2)],
            "matmul: matrices must be stored alike, got float16, float32"),
        Case(
            MatMul(), [half(7, 5), half(3, 5), half(3), integer(2)],
            "matmul: bias must be float32 of rank 1, got float16 [3]"),
        Case(norm(true), [half(7, 5), real(5), real(5), half(7, 5)], "float16 [7, 5]"),
        Case(heads(3), [half(9, 576), integer(4)], "float16 [9, 192]"),
        Case(Gather(), [half(9, 4), integer(3)], "float16 [3, 4]"),
        Case(Convert(to: .float16), [real(9, 4)], "float16 [9, 4]"),
        Case(Convert(to: .float32), [half(9)], "float32 [9]"),
        Case(Convert(to: .float16), [integer(9)], "convert: int32 cannot become float16"),
        Case(Convert(to: .float16), [], "convert: takes input, got 0 inputs"),
        Case(
            STFT(segments: []), [half(0), blocks(0)],
            "stft: samples must be float32 of rank 1, got float16 [0]"),
    ]
    private static func half(_ shape: Int...) -> TensorType {
        TensorType(Shape(shape), .float16)
    }

    private static let fused: [Case] = [
        Case(MatMulNorm(epsilon: 1e-6), fusedInputs(residual: [7, 3]), "float32 [7, 3]"),
        Case(
            MatMulNorm(epsilon: 1e-6), fusedInputs(residual: [7, 5]),
            "matmul_norm.norm (layer_norm): residual [7, 3] must be [7, 5]"),
        Case(
            MatMulNorm(epsilon: 1e-6), Array(fusedInputs(residual: [7, 3]).dropLast()),
            "matmul_norm: takes 7 inputs, got 6"),
    ]
    private static func fusedInputs(residual: Shape) -> [TensorType] {
        let width = residual[1]
        return [
            real(7, 5), real(3, 5), real(3), integer(2), TensorType(residual), real(width),
            real(width),
        ]
    }

    private static let encoderLayer: [Case] = [
        Case(layer, layerInputs(), "float32 [9, 4]"),
        Case(layer, Array(layerInputs().dropLast()), "encoder_layer: takes 15 inputs, got 14"),
        Case(
            layer, layerInputs(qkv: [12, 5]),
            "encoder_layer.qkv (matmul): weight [12, 5] does not fit input [9, 4]"),
        Case(
            layer, layerInputs(qkv: [10, 4], qkvBias: [10]),
            "encoder_layer.attention (attention): qkv of width 10 does not split into q, k and v "
                + "of 2 heads"),
        Case(
            layer, layerInputs(projection: [5, 16]),
            "encoder_layer.projection (matmul): bias [4] does not fit weight [5, 16]"),
    ]
    private static let layer = EncoderLayer(attention: heads(2), epsilon: 1e-6)
    private static func layerInputs(
        qkv: Shape = [12, 4], qkvBias: Shape = [12], projection: Shape = [4, 16]
    ) -> [TensorType] {
        [
            real(9, 4), integer(3), integer(4), TensorType(qkv), TensorType(qkvBias), real(4, 4),
            real(4),
            real(4), real(4), real(16, 4), real(16), TensorType(projection), real(4), real(4),
            real(4),
        ]
    }

    private static let gather: [Case] = [
        Case(Gather(), [real(9, 4), integer(3)], "float32 [3, 4]"),
        Case(Gather(), [real(9, 4), integer(0)], "float32 [0, 4]"),
        Case(Gather(), [real(9, 4)], "gather: takes input, rows, got 1 inputs"),
        Case(
            Gather(), [real(9, 4), real(3)],
            "gather: rows must be int32 of rank 1, got float32 [3]"),
    ]

    private static let topK: [Case] = [
        Case(TopK(count: 5), [real(9, 4), real(9), real(9)], "int32 [4, 5]"),
        Case(TopK(count: 5), [real(0, 4), real(0), real(0)], "int32 [4, 5]"),
        Case(
            TopK(count: 0), [real(9, 4), real(9), real(9)],
            "top_k: k is 0, and is to be at least 1"),
        Case(
            TopK(count: 5), [real(9, 4), real(9), real(4)],
            "top_k: scale [9] and offset [4] must have 9 elements"),
        Case(
            TopK(count: 5), [half(9, 4), real(9), real(9)],
            "top_k: scores must be float32 of rank 2, got float16 [9, 4]"),
        Case(
            TopK(count: 5), [real(1 << 31, 1), real(1 << 31), real(1 << 31)],
            "top_k: 2147483648 rows, of 2147483647 at most"),
    ]

    private static let pcm: [Case] = [
        Case(PCM(), [codes(9), integer(3), integer(2), real(2)], "float32 [9]"),
        Case(
            PCM(), [real(9), integer(3), integer(2), real(2)],
            "pcm: codes must be int16 of rank 1, got float32 [9]"),
        Case(
            PCM(), [codes(9), integer(2), integer(2), real(2)],
            "pcm: 2 starts, 2 levels and 2 remainders"),
        Case(
            PCM(), [codes(9), integer(3), integer(2), real(3)],
            "pcm: 3 starts, 2 levels and 3 remainders"),
    ]
    private static func codes(_ shape: Int...) -> TensorType { TensorType(Shape(shape), .int16) }

    private static let stft: [Case] = [
        // 201 bins are 7 bands; 17 frames are 2 patches and CLS: 21 tokens.
        Case(STFT(segments: [segment()]), [real(2960), blocks(2)], "float32 [21, 512]"),
        Case(
            STFT(segments: [segment()], to: .float16), [real(2960), blocks(2)],
            "float16 [21, 512]"),
        Case(
            STFT(segments: [segment(), segment(offset: 2960, frames: 1)]),
            [real(3360), blocks(3)], "float32 [35, 512]"),
        Case(STFT(segments: []), [real(0), blocks(0)], "float32 [0, 512]"),
        Case(STFT(segments: [segment()]), [real(2959), blocks(2)], outside(segment(), 2959)),
        Case(
            STFT(segments: [segment(offset: 1)]), [real(2960), blocks(2)],
            outside(segment(offset: 1), 2960)),
        Case(
            STFT(segments: [segment(offset: -1)]), [real(2960), blocks(2)],
            outside(segment(offset: -1), 2960)),
        Case(
            STFT(segments: [segment(frames: 0)]), [real(2960), blocks(0)],
            outside(segment(frames: 0), 2960)),
        Case(
            STFT(segments: [segment(window: 1)]), [real(2960), blocks(2)],
            outside(segment(window: 1), 2960)),
        Case(
            STFT(segments: [segment(hop: 0)]), [real(2960), blocks(2)],
            outside(segment(hop: 0), 2960)),
        Case(STFT(segments: []), [], "stft: takes samples, blocks, got 0 inputs"),
        Case(
            STFT(segments: []), [real(2, 3), blocks(0)],
            "stft: samples must be float32 of rank 1, got float32 [2, 3]"),
        Case(
            STFT(segments: [segment()]), [real(2960), blocks(3)],
            "stft: blocks must be [2, 6], got [3, 6]"),
        Case(
            STFT(segments: []), [real(1 << 31), blocks(0)],
            "stft: 2147483648 samples and 0 tokens, of 2147483647 at most"),
    ]
    private static func blocks(_ count: Int) -> TensorType { TensorType([count, 6], .int32) }

    private static let pcmSTFT: [Case] = [
        Case(
            PCMSTFT(STFT(segments: [segment()])),
            [codes(2960), integer(2), integer(1), real(1), blocks(2)], "float32 [21, 512]"),
        Case(
            PCMSTFT(STFT(segments: [segment()], to: .float16)),
            [codes(2960), integer(2), integer(1), real(1), blocks(2)], "float16 [21, 512]"),
        Case(
            PCMSTFT(STFT(segments: [segment()])),
            [codes(2960), integer(3), integer(2), real(2), blocks(2)],
            "pcm_stft: 2 levels of 1 segments"),
    ]
    private static func segment(
        offset: Int = 0, frames: Int = 17, window: Int = 400, hop: Int = 160
    ) -> STFT.Segment {
        STFT.Segment(
            sampleOffset: offset, frameCount: frames, windowLength: window, hop: hop,
            firstToken: 0)
    }
    private static func outside(_ segment: STFT.Segment, _ samples: Int) -> String {
        "stft: \(segment) does not lie within \(samples) samples"
    }
}
