import EchoTensor
import Glibc

extension Weights {
    /// Untrained weights with the names, shapes and scales of a checkpoint: a function of the seed.
    ///
    /// With s uniform in [-1, 1) (``CounterGenerator``), computed in double and rounded once:
    ///
    ///     matrices     s * gain' * sqrt(6 / (inputs + outputs)); gain' = gain for q, k, v, else 1
    ///     norm scales  1 + 0.1 * s
    ///     biases       0.05 * s
    ///     CLS token    0.02 * sqrt(3) * s
    ///     positions    row 0 is 0; row p + 1, column j < D / 2: sin(p * w_j), and cos in D / 2 + j,
    ///                  w_j = 1 / 10000 ** (j / (D / 2))
    ///
    /// - Parameters:
    ///   - gain: Scale of the attention's projections; above 1 sharpens the attention.
    ///   - name: What to call them; nil for a name that says how they were made.
    package static func synthetic(
        seed: UInt64, gain: Double = 1, configuration: Configuration = .tiny,
        name: String? = nil
    ) -> Weights {
        var tensors: [String: HostTensor] = [:]
        for tensor in configuration.checkpointTensors {
            tensors[tensor.name] =
                tensor.name == "pos_embed"
                ? positionTable(tensor.shape) : generated(tensor, seed: seed, gain: gain)
        }
        let made = "synthetic, seed \(seed)" + (gain == 1 ? "" : ", gain \(gain)")
        return Weights(configuration, name: name ?? made, isTrained: false, tensors: tensors)
    }

    private static func generated(
        _ tensor: CheckpointTensor, seed: UInt64, gain: Double
    ) -> HostTensor {
        let (offset, scale) = distribution(of: tensor, gain: gain)
        let generator = CounterGenerator(name: tensor.name, seed: seed)
        return HostTensor(tensor.shape) { values in
            var index = 0
            while index < values.count {
                values[index] = Float(offset + scale * generator.signed(index))
                index += 1
            }
        }
    }

    /// The tensor's values are `offset + scale * s`.
    private static func distribution(
        of tensor: CheckpointTensor, gain: Double
    ) -> (offset: Double, scale: Double) {
        let isBias = tensor.name.hasSuffix("bias")
        if tensor.name == "cls_token" { return (0, 0.02 * 3.0.squareRoot()) }
        guard tensor.shape.rank >= 2 else { return isBias ? (0, 0.05) : (1, 0.1) }
        let (outputs, inputs) = (tensor.shape[0], tensor.shape[1])
        let isAttention = tensor.name.hasSuffix("in_proj_weight")
        return (0, (isAttention ? gain : 1) * (6 / Double(inputs + outputs)).squareRoot())
    }

    /// The fixed table of positions, `[rows, D]`; row 0 is the CLS token's.
    private static func positionTable(_ shape: Shape) -> HostTensor {
        let (rows, width) = (shape[0], shape[1])
        let frequencies = (0..<width / 2).map { 1 / pow(10000, Double($0) / (Double(width) / 2)) }
        return HostTensor(shape) { values in
            for row in stride(from: 1, to: rows, by: 1) {
                for (column, frequency) in frequencies.enumerated() {
                    let angle = Double(row - 1) * frequency
                    values[row * width + column] = Float(sin(angle))
                    values[row * width + width / 2 + column] = Float(cos(angle))
                }
            }
        }
    }
}

/// Numbers that are a function of a name, a seed and an index; the same in every language.
///
///     key = fnv1a64(name) ^ seed
///     z_i = splitmix64 finaliser of key + (i + 1) * 0x9E3779B97F4A7C15
///     s_i = 2 * (z_i >> 40) / 2^24 - 1, in [-1, 1)
struct CounterGenerator {
    private let key: UInt64

    init(name: String, seed: UInt64) {
        key = fnv1a64(name.utf8) ^ seed
    }

    /// s of one index.
    @inline(__always)
    func signed(_ index: Int) -> Double {
        var z = key &+ UInt64(truncatingIfNeeded: index &+ 1) &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
        z ^= z &>> 31
        return Double(z &>> 40) * 0x1p-24 * 2 - 1
    }
}

/// The FNV-1a hash of 64 bits.
func fnv1a64(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}
