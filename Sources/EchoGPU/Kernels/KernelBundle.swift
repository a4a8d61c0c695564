/// Kernels for CPU devices that are compiled together: all that utterances need but the fused layer.
///
/// A compiler spends most of a small program's time on the headers of OpenCL's own functions; pocl reads
/// them at every start, although it keeps what it has compiled.
enum KernelBundle {
    static let stems = [
        "pcm", "stft", "patch_embed", "matmul", "attention_pool", "layer_norm", "gather",
    ]
    /// In the order in which they are compiled: what several share, then the operations.
    static let files =
        ["common", "product", "attend", "normalise", "slots", "fft"] + stems
}
