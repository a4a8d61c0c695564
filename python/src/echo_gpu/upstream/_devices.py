"""What ``to()`` means: PyTorch's names of devices and types, and echo-gpu's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from echo_gpu.errors import UsageError

from ._opening import PRECISIONS


@dataclass(frozen=True)
class Move:
    """What a call of ``.to()`` asks for; None if it says nothing.

    Attributes
    ----------
    device
        For echo-gpu: ``"cpu"``, ``"gpu"``, or a name that PyTorch does not know.
    tensors
        For PyTorch: where the parameters go.
    dtype
        Their type.
    """

    device: str | None
    tensors: torch.device | None
    dtype: torch.dtype | None


def read_move(arguments: tuple[Any, ...], named: dict[str, Any]) -> Move:
    """Read the arguments of ``.to()``, in any of the ways that PyTorch takes them.

    Raises
    ------
    UsageError
        If they ask for a type or device that is not supported.
    """
    device: Any = named.get("device")
    dtype: Any = named.get("dtype")
    other: Any = named.get("tensor", named.get("other"))
    for value in (other, *arguments):
        if isinstance(value, torch.Tensor):
            device, dtype = value.device, value.dtype
        elif isinstance(value, torch.dtype):
            dtype = value
        elif isinstance(value, (str, int, torch.device)) and not isinstance(value, bool):
            device = value
    if dtype is not None and dtype not in PRECISIONS:
        raise UsageError(
            f"{str(dtype).removeprefix('torch.')} is not supported: echo-gpu computes in float32, "
            "or in float16 on a GPU."
        )
    name, tensors = (None, None) if device is None else _device(device)
    return Move(name, tensors, dtype)


def _device(device: str | int | torch.device) -> tuple[str, torch.device | None]:
    """Give echo-gpu's name of a device, and where PyTorch's tensors go (None: they stay)."""
    if isinstance(device, int):
        device = torch.device("cuda", device)
    if isinstance(device, str):
        try:
            device = torch.device(device)
        except RuntimeError:
            # None of PyTorch's: "gpu", "0:1", or part of a name. Echo refuses what is not ours.
            return str(device), None
    if device.type == "cpu":
        return "cpu", device
    if device.type != "cuda":
        return str(device), None
    if device.index:
        raise UsageError(
            f"{device} says which of CUDA's devices; echo-gpu counts otherwise. "
            'Pass one of echo_gpu.devices(), such as .to("0:1"), or .to("cuda") for the best GPU.'
        )
    return "gpu", device if torch.cuda.is_available() else None
