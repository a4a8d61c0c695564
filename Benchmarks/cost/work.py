"""What the encoder has to do for a clip: arithmetic, bytes, launches, matrix instructions.

A clip is 10 s at 16 kHz: 998 windows, 63 patches and CLS a band, 7 bands.
"""
import dataclasses
import math

BANDS, PATCHES, PATCH = 7, 63, 32 * 16
TOKENS = 1 + PATCHES  # of a sequence
SEQUENCES = BANDS  # of a clip
SAMPLES = 160_000


# Tiles that a warp reads from local memory for a matrix product of tiles. Fused: weights alone, for
# 16 rows. Unfused: 2 tiles of rows and 6 of columns for 12 products. Split: 2 and 3, twice each, for
# 18.
TILES_READ = {"fused": 1.0, "unfused": (2 + 6) / (2 * 6), "split": 2 * (2 + 3) / (3 * 2 * 3)}


@dataclasses.dataclass(frozen=True)
class Model:
    """A configuration of the encoder."""

    name: str
    width: int
    layers: int
    heads: int


TINY, SMALL = Model("tiny", 192, 12, 3), Model("small", 384, 12, 6)


@dataclasses.dataclass(frozen=True)
class Kernel:
    """One kind of launch, for a whole clip."""

    stem: str
    flop: float
    elements: float  # read and written, weights left out: they stay in a cache
    launches: int  # of a batch, however many clips are in it


def kernels(model: Model) -> list[Kernel]:
    """The launches of the encoder as it runs unfused, each kind for all layers together."""
    tokens, width = TOKENS * SEQUENCES, model.width
    rows = tokens * model.layers

    def product(stem: str, inputs: int, outputs: int, residual: int = 0) -> Kernel:
        """A product of `inputs` x D columns by `outputs` x D, a residual besides."""
        return Kernel(stem, 2 * rows * inputs * outputs * width**2,
                      rows * width * (inputs + outputs + residual), model.layers)

    patches = PATCHES * SEQUENCES
    return [
        Kernel("patch_embed", 2 * patches * PATCH * width, patches * (PATCH + width), 1),
        product("matmul qkv", 1, 3),
        Kernel("attention", 4 * rows * TOKENS * width, rows * width * 4, model.layers),
        product("matmul_norm output", 1, 1, 1),
        product("matmul hidden", 1, 4),
        product("matmul_norm projection", 4, 1, 1),
    ]


def flop(model: Model) -> float:
    """Of a clip, the spectrogram left out."""
    return sum(kernel.flop for kernel in kernels(model))


def layer_products(model: Model, product_flop: int) -> float:
    """Matrix instructions of a sequence of TOKENS and a layer."""
    rows = 16 * math.ceil(TOKENS / 16)
    layer = rows * (24 * model.width**2 + 4 * rows * model.width)
    return layer / product_flop
