"""Synthetic ECHO checkpoints: the same weights as `echo-gpu --model demo`, from the same seed.

Value i of a tensor comes from a counter: splitmix64 of (fnv1a64(name) XOR seed), step i + 1; its
top 24 bits give s in [-1, 1). Matrices are scaled as Xavier's, biases are 0.05 s, norms 1 + 0.1 s.
"""
import math

import numpy as np

_MASK = (1 << 64) - 1


def _uniform(name: str, seed: int, count: int) -> np.ndarray:
    """`count` float64 values in [-1, 1) for the tensor `name`."""
    key = 0xCBF29CE484222325
    for byte in name.encode():
        key = ((key ^ byte) * 0x100000001B3) & _MASK
    with np.errstate(over="ignore"):
        z = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z += np.uint64(key ^ seed)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((z ^ (z >> np.uint64(31))) >> np.uint64(40)) * 2.0**-23 - 1.0


def _positions(rows: int, width: int) -> np.ndarray:
    """Row 0 (CLS) is zero; row p + 1 is the sines, then the cosines, of position p."""
    omega = 1.0 / 10000 ** (np.arange(width // 2) / (width / 2))
    angle = np.arange(rows - 1)[:, None] * omega
    return np.vstack([np.zeros(width), np.hstack([np.sin(angle), np.cos(angle)])])


def checkpoint(
    shapes: dict[str, tuple[int, ...]], seed: int, gain: float = 1.0
) -> dict[str, np.ndarray]:
    """A float32 array for every tensor in `shapes`; `gain` scales the attention's projections."""
    tensors: dict[str, np.ndarray] = {}
    for name, shape in shapes.items():
        if name == "pos_embed":
            value = _positions(shape[1], shape[2]).reshape(shape)
        else:
            value = _uniform(name, seed, math.prod(shape)).reshape(shape)
            if name == "cls_token":
                value *= 0.02 * math.sqrt(3.0)
            elif len(shape) > 1:
                fan_out, fan_in = shape[0], math.prod(shape[1:])
                scale = gain if name.endswith("in_proj_weight") else 1.0
                value *= scale * math.sqrt(6.0 / (fan_in + fan_out))
            elif name.endswith("bias"):
                value *= 0.05
            else:
                value = 1.0 + 0.1 * value
        tensors[name] = value.astype(np.float32)
    return tensors
