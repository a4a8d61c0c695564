import EchoTensor

extension Echo {
    /// How weights and activations are stored; sums, norms and spectrograms are always computed in
    /// single precision.
    public enum Precision: String, Hashable, Sendable, CaseIterable, Codable {
        /// Single precision.
        case fp32
        /// Half precision, 16 bits: half the memory traffic, for GPUs.
        case fp16

        var storage: ElementType { self == .fp16 ? .float16 : .float32 }
    }
}
