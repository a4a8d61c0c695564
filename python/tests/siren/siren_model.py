"""A checkpoint of ECHO-small made from a seed: the sizes that SIREN's ECHO extractor asks for.

It is untrained. `python siren_model.py FILE` writes it as safetensors.
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH, LAYERS = 384, 12
BAND, SHIFT, POSITIONS = 32, 16, 125


def _shapes() -> dict[str, tuple[int, ...]]:
    shapes = {
        "cls_token": (1, 1, WIDTH),
        "pos_embed": (1, POSITIONS + 1, WIDTH),
        "patch_embed.proj.weight": (WIDTH, 1, BAND, SHIFT),
        "patch_embed.proj.bias": (WIDTH,),
        "norm.weight": (WIDTH,),
        "norm.bias": (WIDTH,),
    }
    layer = {
        "self_attn.in_proj_weight": (3 * WIDTH, WIDTH),
        "self_attn.in_proj_bias": (3 * WIDTH,),
        "self_attn.out_proj.weight": (WIDTH, WIDTH),
        "self_attn.out_proj.bias": (WIDTH,),
        "linear1.weight": (4 * WIDTH, WIDTH),
        "linear1.bias": (4 * WIDTH,),
        "linear2.weight": (WIDTH, 4 * WIDTH),
        "linear2.bias": (WIDTH,),
        "norm1.weight": (WIDTH,),
        "norm1.bias": (WIDTH,),
        "norm2.weight": (WIDTH,),
        "norm2.bias": (WIDTH,),
    }
    for index in range(LAYERS):
        shapes |= {f"encoder.layers.{index}.{name}": shape for name, shape in layer.items()}
    return shapes


def _positions() -> NDArray[np.float64]:
    """Gives the fixed table of sines and cosines; the row of the CLS token is zero."""
    omega = 10000.0 ** (-np.arange(WIDTH // 2) / (WIDTH / 2))
    angle = np.arange(POSITIONS)[:, None] * omega
    return np.vstack([np.zeros((1, WIDTH)), np.hstack([np.sin(angle), np.cos(angle)])])


def tensors() -> dict[str, NDArray[np.float32]]:
    """Gives the checkpoint: names, shapes and layouts of the published ones."""
    random = np.random.RandomState(2508)
    made = {}
    for name, shape in _shapes().items():
        uniform = random.uniform(-1, 1, shape)
        if name == "pos_embed":
            value = _positions()[None]
        elif name == "cls_token":
            value = 0.035 * uniform
        elif len(shape) > 1:
            value = uniform * math.sqrt(6 / (shape[0] + math.prod(shape[1:])))
        else:
            value = 0.05 * uniform if name.endswith("bias") else 1 + 0.1 * uniform
        made[name] = value.astype("<f4")
    return made


def write_model(path: Path) -> None:
    """Writes the checkpoint as safetensors."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made, header, end = tensors(), {}, 0
    for name, value in made.items():
        header[name] = {
            "dtype": "F32",
            "shape": value.shape,
            "data_offsets": [end, end + value.nbytes],
        }
        end += value.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for value in made.values():
            file.write(value.tobytes())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    write_model(parser.parse_args().file)
