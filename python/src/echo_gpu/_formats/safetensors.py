"""The safetensors format: 8 bytes of length, a header in JSON, then the values.

Source: https://huggingface.co/docs/safetensors. It is small enough to be read and written with
numpy alone, so that neither tables of embeddings nor checkpoints need another package.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# Longer headers are refused by the format's own reader too.
LONGEST_HEADER = 100_000_000
DTYPES: dict[str, np.dtype[Any]] = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2")}


class MalformedError(ValueError):
    """The file is not in the format; the text says why."""


@dataclass(frozen=True)
class Tensor:
    """Where the values of a tensor lie: ``offset`` bytes after the start of the file."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    offset: int


def read_header(path: Path) -> dict[str, Tensor]:
    """Read the header of a file.

    Parameters
    ----------
    path
        A safetensors file.

    Returns
    -------
    dict
        The float32 and float16 tensors by name.

    Raises
    ------
    MalformedError
        If the file breaks the format, is shorter than its header says, or has values of another
        type.
    OSError
        If it cannot be read.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        length = struct.unpack("<Q", file.read(8))[0] if size >= 8 else size  # noqa: PLR2004
        start = 8 + length
        if length > LONGEST_HEADER or start > size:
            raise MalformedError(f"the header of {length} bytes does not fit a file of {size}")
        header = _object(file.read(length))
    header.pop("__metadata__", None)
    return {name: _tensor(name, entry, start, size) for name, entry in header.items()}


def _object(text: bytes) -> dict[str, Any]:
    try:
        header = json.loads(text)
    except ValueError as error:
        raise MalformedError(f"the header is no JSON: {error}") from None
    if not isinstance(header, dict):
        raise MalformedError("the header is no JSON object")
    return header


def _tensor(name: str, entry: Any, start: int, size: int) -> Tensor:
    try:
        dtype: np.dtype[Any] = DTYPES[entry["dtype"]]
        shape = tuple(int(extent) for extent in entry["shape"])
        begin, end = (int(bound) for bound in entry["data_offsets"])
    except (KeyError, TypeError, ValueError):
        raise MalformedError(
            f"tensor {name!r} is not float32 or float16, or not described"
        ) from None
    elements = 1
    for extent in shape:
        elements *= extent
    if min(shape, default=0) < 0 or begin < 0 or end - begin != elements * dtype.itemsize:
        raise MalformedError(f"tensor {name!r} has {end - begin} bytes for shape {list(shape)}")
    if start + end > size:
        raise MalformedError(f"tensor {name!r} ends at byte {start + end} of a file of {size}")
    return Tensor(dtype, shape, start + begin)


def write(file: BinaryIO, tensors: Iterable[tuple[str, np.ndarray[Any, Any]]]) -> None:
    """Write float32 tensors, in the order given.

    Parameters
    ----------
    file
        Where to write, at its start.
    tensors
        Names, and float32 arrays in C order.
    """
    named = list(tensors)
    header: dict[str, Any] = {}
    offset = 0
    for name, array in named:
        end = offset + array.nbytes
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    # Values begin at a multiple of 64, so that they can be mapped.
    text += b" " * (-(8 + len(text)) % 64)
    file.write(struct.pack("<Q", len(text)) + text)
    for _, array in named:
        file.write(np.ascontiguousarray(array, dtype="<f4").data)
