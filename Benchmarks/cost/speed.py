"""Microseconds a clip on paper, for each way to run the encoder, at both ends of assumptions."""
import assumptions as assumed
import work
from cards import Card
from counts import Counts
from work import Model

BATCH = 64  # clips, over which launches are spread
H100_MEMORY_GBYTES, H100_LOCAL_RATE = 3350, 132 * 1.83 * 128  # GB/s


def _of(table: dict, *keys: str):
    """The first of these keys that the table has, or its entry for others."""
    return next((table[key] for key in keys if key in table), table.get("other"))


def _arithmetic(flop: float, tflops: float) -> float:
    return flop / (tflops * 1e6)


def _traffic(byte_count: float, card: Card, share: float) -> float:
    return byte_count / (card.memory_gbytes * 1e3 * share)


def stft(card: Card, end: str, table: assumed.Assumption = assumed.STFT_GPU) -> float:
    return table.at(end) * H100_LOCAL_RATE / (card.units * card.clock_ghz * card.local_bytes)


def upload(end: str) -> float:
    """Samples of 16 bits to the card."""
    return 2 * work.SAMPLES / (assumed.PCIE.at(end) * 1e3)


def launches(model: Model, end: str) -> float:
    count = sum(kernel.launches for kernel in work.kernels(model))
    return assumed.LAUNCH.at(end) * count / BATCH


def vectors(card: Card, model: Model, counts: Counts, end: str, element_bytes: int) -> float:
    """Kernels without matrix units: for each the longer of its arithmetic and its traffic."""
    issue = _of(assumed.VECTOR_ISSUE, card.maker).at(end)
    time = sum(max(
        _arithmetic(k.flop, card.vector_tflops * counts.share(k.stem.split()[0]) * issue),
        _traffic(element_bytes * k.elements, card, assumed.MEMORY.at(end)))
        for k in work.kernels(model))
    return (time / assumed.TAIL.at(end) + stft(card, end, assumed.STFT_TODAY)
            + launches(model, end))


def product_clocks(card: Card, counts: Counts, end: str, way: str = "fused") -> float:
    """Clocks of a scheduler for a matrix instruction: by unit, local memory or issue slots."""
    unit = card.product_clocks / _of(assumed.MATRIX_RATE, card.gpu).at(end)
    local = card.schedulers * card.product_bytes * work.TILES_READ[way] / card.local_bytes
    # Counted for NVIDIA's, which issue an instruction of a warp in a clock.
    issue = counts.slots[way] if card.maker == "nvidia" else 0
    return max(unit, local, issue)


def matrix_tflops(card: Card, counts: Counts, end: str, way: str) -> float:
    """What matrix units could do if they never waited."""
    return card.matrix_tflops * card.product_clocks / product_clocks(card, counts, end, way)


def encoder_alone(card: Card, model: Model, counts: Counts, end: str) -> float:
    """All layers in one kernel."""
    products = (work.SEQUENCES * model.layers
                * work.layer_products(model, card.product_flop))
    clocks = (products / (card.units * card.schedulers) * product_clocks(card, counts, end)
              / _of(assumed.FUSED_USE, card.maker).at(end))
    return clocks / (card.clock_ghz * 1e3)


def patch_embed(card: Card, model: Model, counts: Counts, end: str) -> float:
    kernel = next(k for k in work.kernels(model) if k.stem == "patch_embed")
    issue = _of(assumed.VECTOR_ISSUE, card.maker).at(end)
    return _arithmetic(kernel.flop, card.vector_tflops * counts.product * issue)


def fused(card: Card, model: Model, counts: Counts, end: str) -> float | None:
    """One kernel for all layers, where a sequence's rows fit a warp's registers; None elsewhere."""
    if model.width != 192 or card.gpu.startswith("gfx11"):
        return None
    return (encoder_alone(card, model, counts, end) + patch_embed(card, model, counts, end)
            + stft(card, end) + assumed.LAUNCH.at(end) * 4 / BATCH)


def unfused(card: Card, model: Model, counts: Counts, end: str) -> float:
    """A launch an operation on matrix units, values stored as half."""
    return _launches_on_units(card, model, counts, end, "unfused", element_bytes=2, products=1)


def split(card: Card, model: Model, counts: Counts, end: str) -> float:
    """The same in float32: each number as two halves, three products for one."""
    return _launches_on_units(card, model, counts, end, "split", element_bytes=4, products=3)


def _launches_on_units(card: Card, model: Model, counts: Counts, end: str, way: str, *,
                       element_bytes: int, products: int) -> float:
    rate = matrix_tflops(card, counts, end, way) * _of(assumed.UNFUSED_USE, card.maker).at(end)
    time = sum(max(_arithmetic(products * k.flop, rate),
                   _traffic(element_bytes * k.elements, card, assumed.MEMORY.at(end)))
               for k in work.kernels(model))
    return time / assumed.TAIL.at(end) + stft(card, end) + launches(model, end)


def pytorch(card: Card, model: Model, kind: str, end: str) -> float | None:
    """PyTorch with all bands batched: products, and what lies between them by memory."""
    rows = work.TOKENS * work.SEQUENCES * model.layers * model.width
    share = _of(assumed.TORCH_PRODUCTS, card.name).at(end)
    if kind == "fp32":
        rate = card.vector_tflops * assumed.TORCH_VECTOR.at(end)
        byte_count = 4 * assumed.TORCH_EAGER
    elif kind == "TF32":
        # PyTorch asks for it on NVIDIA's cards alone.
        if card.maker != "nvidia":
            return None
        rate = card.tf32_tflops * share * assumed.TORCH_TF32
        byte_count = 4 * assumed.TORCH_EAGER
    elif kind == "autocast":
        rate, byte_count = card.matrix_tflops * share, assumed.TORCH_AUTOCAST_BYTES
    else:
        rate, byte_count = card.matrix_tflops * share, 2 * assumed.TORCH_COMPILED
    caches = card.maker == "nvidia" and card.cache_mbytes >= 64
    cached = assumed.TORCH_CACHED.at(end) if caches else 0
    between = _traffic(rows * byte_count * (1 - cached), card,
                       _of(assumed.TORCH_MEMORY, card.maker).at(end))
    spectrogram = assumed.TORCH_STFT.at(end) * H100_MEMORY_GBYTES / card.memory_gbytes
    return _arithmetic(work.flop(model), rate) + between + spectrogram
