"""Checkpoints from a seed: those of `--model demo`, of the Swift tests and of upstream's runs.

The numbers come from Benchmarks/peers/synthetic.py, which needs no file for them.
"""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_checkpoint = runpy.run_path(
    str(Path(__file__).parents[2] / "Benchmarks" / "peers" / "synthetic.py")
)["checkpoint"]
ROWS = 125  # patches of 16 frames in a segment of 2000


def shapes(dim: int, depth: int) -> dict[str, tuple[int, ...]]:
    layer = {
        "self_attn.in_proj_weight": (3 * dim, dim),
        "self_attn.in_proj_bias": (3 * dim,),
        "self_attn.out_proj.weight": (dim, dim),
        "self_attn.out_proj.bias": (dim,),
        "linear1.weight": (4 * dim, dim),
        "linear1.bias": (4 * dim,),
        "linear2.weight": (dim, 4 * dim),
        "linear2.bias": (dim,),
        "norm1.weight": (dim,),
        "norm1.bias": (dim,),
        "norm2.weight": (dim,),
        "norm2.bias": (dim,),
    }
    return {
        "cls_token": (1, 1, dim),
        "pos_embed": (1, ROWS + 1, dim),
        "patch_embed.proj.weight": (dim, 1, 32, 16),
        "patch_embed.proj.bias": (dim,),
        **{
            f"encoder.layers.{number}.{name}": shape
            for number in range(depth)
            for name, shape in layer.items()
        },
        "norm.weight": (dim,),
        "norm.bias": (dim,),
    }


def tensor(name: str, shape: tuple[int, ...], seed: int, gain: float) -> np.ndarray:
    return _checkpoint({name: shape}, seed, gain)[name].astype("<f4")


def write(folder: Path, seed: int, gain: float, dim: int, depth: int) -> Path:
    """Write `model.safetensors` into a folder; give the folder."""
    header, blocks, end = {}, [], 0
    for name, shape in shapes(dim, depth).items():
        data = tensor(name, shape, seed, gain).tobytes()
        offsets = [end, end + len(data)]
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": offsets}
        blocks.append(data)
        end = offsets[1]
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    folder.mkdir(parents=True, exist_ok=True)
    parts = [len(text).to_bytes(8, "little"), text, *blocks]
    (folder / "model.safetensors").write_bytes(b"".join(parts))
    return folder
