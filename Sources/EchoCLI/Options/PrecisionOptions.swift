import ArgumentParser
import EchoExtract

/// How weights and activations are stored.
struct PrecisionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How weights and activations are stored: fp32 or fp16. (default: fp32)",
            discussion: """
                'fp16' halves the memory traffic and is meant for GPUs. It takes the kernels for \
                GPUs on every OpenCL device, so it works on CPU devices but is slower than fp32 \
                there. Sums, norms, spectrograms and the files stay in single precision. \
                Embeddings differ from those of fp32 by up to 0.01. The CPU path has fp32 only.
                """,
            valueName: "precision"))
    var precision: Echo.Precision?
}

extension Echo.Precision: ExpressibleByArgument {}
