"""Checkpoints that are a function of a seed, as the Swift tests and upstream's runs have them.

Every number comes from one generator that counts, so that no file is needed:

    key(name)  = fnv1a64(name) XOR seed
    z(name, i) = splitmix64's finaliser of key + (i + 1) * 0x9E3779B97F4A7C15
    s(name, i) = 2 * (z >> 40) / 2**24 - 1                                     in [-1, 1)

Weights of rank 2 and more are s * sqrt(6 / (fan_in + fan_out)), times `gain` for the projections
of attention; weights of norms 1 + 0.1 * s; biases 0.05 * s; `cls_token` 0.02 * sqrt(3) * s;
`pos_embed` the usual table of sines and cosines. Computed in float64, rounded once.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

MASK = (1 << 64) - 1
ROWS = 125  # patches of 16 frames in a segment of 2000


def uniform(name: str, seed: int, count: int) -> np.ndarray:
    key = 0xCBF29CE484222325
    for byte in name.encode():
        key = ((key ^ byte) * 0x100000001B3) & MASK
    with np.errstate(over="ignore"):
        z = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z += np.uint64(key ^ seed)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return (z >> np.uint64(40)).astype(np.float64) * 2.0**-23 - 1.0


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


def positions(dim: int) -> np.ndarray:
    omega = 1.0 / 10000 ** (np.arange(dim // 2) / (dim / 2.0))
    angle = np.arange(ROWS)[:, None] * omega[None, :]
    return np.vstack([np.zeros(dim), np.hstack([np.sin(angle), np.cos(angle)])])


def tensor(name: str, shape: tuple[int, ...], seed: int, gain: float) -> np.ndarray:
    if name == "pos_embed":
        value = positions(shape[2]).reshape(shape)
    else:
        value = uniform(name, seed, math.prod(shape)).reshape(shape)
        if name == "cls_token":
            value *= 0.02 * math.sqrt(3.0)
        elif len(shape) > 1:
            fan = shape[0] + math.prod(shape[1:])
            value *= (gain if name.endswith("in_proj_weight") else 1.0) * math.sqrt(6.0 / fan)
        elif name.endswith("bias"):
            value *= 0.05
        else:
            value = 1.0 + 0.1 * value
    return value.astype("<f4")


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
