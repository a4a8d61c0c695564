"""Checkpoints made from a seed, the same bits as the Swift tests' and the golden outputs'.

With key(name) = FNV-1a(name) XOR seed, value i of a tensor is the splitmix64 finaliser of
key + (i + 1) * GOLDEN, its upper 24 bits being a number from -1 to 1. SyntheticWeights.swift has
the same; Tests/Fixtures/synthetic-hashes.txt are its bits.
"""

from __future__ import annotations

import math

import numpy as np

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


def checkpoint(seed, gain=1.0, *, dim=192, depth=12):
    """Give the tensors of a checkpoint by name, float32."""
    return {
        name: _tensor(name, shape, seed, gain).astype(np.float32)
        for name, shape in shapes(dim, depth).items()
    }


def shapes(dim, depth):
    """Give the tensors' shapes by name, as the published checkpoints have them."""
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
        "pos_embed": (1, 126, dim),
        "patch_embed.proj.weight": (dim, 1, 32, 16),
        "patch_embed.proj.bias": (dim,),
        **{
            f"encoder.layers.{index}.{name}": shape
            for index in range(depth)
            for name, shape in layer.items()
        },
        "norm.weight": (dim,),
        "norm.bias": (dim,),
    }


def _tensor(name, shape, seed, gain):
    if name == "pos_embed":
        return _positions(shape[1] - 1, shape[2]).reshape(shape)
    values = _uniform(name, seed, math.prod(shape)).reshape(shape)
    if name == "cls_token":
        return 0.02 * math.sqrt(3) * values
    if len(shape) > 1:
        fans = shape[0] + math.prod(shape[1:])
        scale = gain if name.endswith("in_proj_weight") else 1.0
        return values * (scale * math.sqrt(6 / fans))
    return 0.05 * values if name.endswith("bias") else 1 + 0.1 * values


def _uniform(name, seed, count):
    key = 0xCBF29CE484222325
    for byte in name.encode():
        key = ((key ^ byte) * 0x100000001B3) & MASK
    with np.errstate(over="ignore"):
        z = np.uint64(key ^ seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(GOLDEN)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return (z >> np.uint64(40)).astype(np.float64) * 2.0**-24 * 2 - 1


def _positions(rows, dim):
    omega = 1.0 / 10000 ** (np.arange(dim // 2, dtype=float) / (dim / 2.0))
    angles = np.arange(rows, dtype=np.float64)[:, None] * omega
    table = np.concatenate([np.sin(angles), np.cos(angles)], axis=1)
    return np.concatenate([np.zeros((1, dim)), table])
