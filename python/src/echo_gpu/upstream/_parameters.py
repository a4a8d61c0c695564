"""The parameters of the encoder, under upstream's names: what a state dict is loaded into.

They are PyTorch's own modules, so that loading, saving, moving and counting them is PyTorch's own
code. None of these modules ever computes anything.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from ._sizes import BINS, CHANNELS, PATCHES, SHIFT, Sizes


def add_parameters(module: nn.Module, sizes: Sizes) -> None:
    """Give `module` the encoder's parameters.

    All but the table of positions are NaN until they are loaded, so that `missing` finds what never
    was: upstream begins with random weights, whose embeddings mean nothing. The table is upstream's
    constant one, which a checkpoint may leave out.
    """
    with torch.device("meta"):
        module.cls_token = nn.Parameter(torch.empty(1, 1, sizes.width))
        module.pos_embed = nn.Parameter(torch.empty(1, PATCHES + 1, sizes.width))
        projection = nn.Conv2d(CHANNELS, sizes.width, kernel_size=(BINS, SHIFT))
        module.patch_embed = nn.ModuleDict({"proj": projection})
        layer = nn.TransformerEncoderLayer(
            sizes.width, sizes.heads, sizes.hidden, activation="gelu", batch_first=True
        )
        module.encoder = nn.TransformerEncoder(layer, sizes.layers, enable_nested_tensor=False)
        module.norm = nn.LayerNorm(sizes.width, eps=sizes.epsilon)
    module.to_empty(device="cpu")
    module.requires_grad_(requires_grad=False)
    for parameter in module.parameters():
        parameter.fill_(torch.nan)
    module.pos_embed.copy_(torch.from_numpy(_positions(sizes.width)))


def missing(module: nn.Module) -> list[str]:
    """Name the parameters that hold NaN: those that were never loaded."""
    return [name for name, value in module.named_parameters() if bool(value.isnan().any())]


def _positions(width: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Rows of sines, then cosines, of 125 positions, below a row of zeros for CLS (docs: model)."""
    frequencies = 10000.0 ** (-np.arange(width // 2) / (width / 2))
    angles = np.arange(PATCHES)[:, None] * frequencies
    table = np.zeros((PATCHES + 1, width), np.float32)
    table[1:] = np.concatenate([np.sin(angles), np.cos(angles)], axis=1)
    return table
