import ArgumentParser
import EchoExtract

/// How weights and activations are stored.
struct PrecisionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How weights and activations are stored: fp32 or fp16. (default: fp32)",
            discussion: """
                'fp16' halves the memory traffic and is meant for GPUs: it takes the kernels for GPUs \
                on every OpenCL device, so on CPU devices it works but is slower than fp32. Sums, \
                norms and spectrograms stay in single precision, and so do the files; embeddings \
                differ from those of fp32 by up to 0.01. The CPU path has fp32 alone.
                """,
            valueName: "precision"))
    var precision: Echo.Precision?
}

extension Echo.Precision: ExpressibleByArgument {}
