"""What no data sheet says, each as what makes a card slow and what makes it fast, and why."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Assumption:
    """A number that is not known: the two ends of what is plausible."""

    slow: float
    fast: float
    why: str

    def at(self, end: str) -> float:
        return getattr(self, end)


def _a(slow: float, fast: float, why: str) -> Assumption:
    return Assumption(slow, fast, why)


MEMORY = _a(0.75, 0.88, "share of the memory's rate that a stream gets")
VECTOR_ISSUE = {
    "nvidia": _a(0.65, 0.80, "of the clocks that issue something, 16 warps a unit"),
    "amd": _a(0.55, 0.75, "the same; RDNA 3 pairs few of these multiply-adds (23 of 122)"),
    "intel": _a(0.45, 0.60, "the same; operands pass through messages to local memory"),
}
TAIL = _a(0.85, 0.92, "a batch of 64 is 1.7 waves of work-groups")
# STFT of work-groups of 64 with a barrier a pass, and of a work-group a patch.
STFT_TODAY = _a(20, 10, "us a clip on an H100, on others by local memory's rate")
STFT_GPU = _a(7, 3, "us a clip on an H100 with a work-group a patch and constant strides")
MATRIX_RATE = {
    "sm_90": _a(0.63, 0.63, "of the data sheet's rate, as published for mma.sync on H100: the "
                "rest needs wgmma"),
    "other": _a(0.87, 1.0, "of the data sheet's rate"),
}
FUSED_USE = {
    "nvidia": _a(0.50, 0.75, "of the clocks the matrix units work: they wait for stages, softmax "
                 "and norms"),
    "amd": _a(0.18, 0.30, "the same without asynchronous copies; local memory is at its limit with "
              "16 rows a wave"),
    "intel": _a(0.22, 0.40, "the same, unproven: products alone were compiled for Intel"),
}
UNFUSED_USE = {
    "nvidia": _a(0.40, 0.60, "of the clocks the matrix units work in products with K = 192"),
    "amd": _a(0.15, 0.27, "the same"),
    "intel": _a(0.18, 0.35, "the same"),
}
LAUNCH = _a(2.0, 1.0, "us between two dependent kernels of a queue, over a batch of 64")
PCIE = _a(20, 25, "GB/s to the card, 16 bits a sample: beside the kernels, so a limit of its own")
TORCH_PRODUCTS = {
    # Share of the matrix units' peak that products with K = 192 reach in cuBLAS, rocBLAS, oneDNN.
    "H100 SXM": _a(0.27, 0.36, "270 to 360 TFLOP/s in half precision"),
    "MI300X": _a(0.15, 0.22, "rocBLAS at K = 192"),
    "other": _a(0.40, 0.55, "smaller units are easier to keep busy"),
}
TORCH_TF32 = 1.5  # times the share above: half the rate is easier to keep busy
TORCH_VECTOR = _a(0.65, 0.80, "share of the vector peak that sgemm reaches at K = 192")
TORCH_MEMORY = {
    "nvidia": _a(0.75, 0.88, "share of the memory's rate in elementwise kernels and norms"),
    "amd": _a(0.55, 0.75, "the same"),
    "intel": _a(0.65, 0.85, "the same"),
}
TORCH_CACHED = _a(0.15, 0.6, "share of that traffic that NVIDIA's caches of 64 MB and more take; "
                  "none elsewhere")
TORCH_STFT = _a(7, 4, "us a clip on an H100, cuFFT and what is around it; on others by memory rate")
# Elements of D that go through memory a token and layer: qkv 1 + 3, attention 3 + 1, output 1 + 1,
# sum and norm 3 + 1, hidden 1 + 4, GELU 4 + 4, projection 4 + 1, sum and norm 3 + 1.
TORCH_COMPILED = 36
TORCH_EAGER = 38  # sums and norms apart
# Bytes instead, for autocast: activations between layers are float32, cast before each product.
TORCH_AUTOCAST_BYTES = 116
