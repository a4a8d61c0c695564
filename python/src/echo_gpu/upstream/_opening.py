"""From parameters to an open encoder: they are written to a folder, which the library reads."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import nn

from echo_gpu._formats import safetensors as _safetensors
from echo_gpu.encoder import Echo
from echo_gpu.errors import ModelError, UsageError

from ._parameters import missing
from ._sizes import EPSILON, Sizes

Precision = Literal["fp32", "fp16"]
PRECISIONS: dict[torch.dtype, Precision] = {torch.float32: "fp32", torch.float16: "fp16"}
# How many tensors a refusal names.
_NAMED = 4

# What tells whether a parameter is still what it was: itself, how often PyTorch counted a change in
# place, where its values are, and their sum: changes through ``parameter.data`` are not counted.
Mark = tuple[nn.Parameter, int, int, int]


@dataclass(frozen=True)
class Opened:
    """An encoder, and the parameters and device that it was opened with."""

    encoder: Echo
    device: str
    marks: tuple[Mark, ...]

    def fits(self, device: str, marks: tuple[Mark, ...]) -> bool:
        """Whether it is what these parameters on this device would give."""
        return self.device == device and all(
            ours[0] is theirs[0] and ours[1:] == theirs[1:]
            for ours, theirs in zip(self.marks, marks, strict=True)
        )


def marks_of(module: nn.Module) -> tuple[Mark, ...]:
    """Give a mark for each parameter."""
    return tuple(
        (value, value._version, value.data_ptr(), _sum(value))  # noqa: SLF001  (it has no other name)
        for value in module.parameters()
    )


def _sum(parameter: nn.Parameter) -> int:
    """Add up the bits of what can be embedded with: 3 ms for the tiny model's 22 MB."""
    if parameter.dtype not in PRECISIONS:
        return 0
    octets = parameter.detach().cpu().numpy().reshape(-1).view(np.uint8)
    whole = octets.size // 8 * 8
    return int(octets[:whole].view(np.uint64).sum()) + int(octets[whole:].sum())


def open_encoder(module: nn.Module, sizes: Sizes, device: str) -> Opened:
    """Open an encoder with a module's parameters.

    Parameters
    ----------
    module
        What has them, as `add_parameters` makes them.
    sizes
        Their sizes.
    device
        A device, as `Echo` takes it.

    Returns
    -------
    Opened
        The encoder. Nothing is left of the folder that it was read from.

    Raises
    ------
    ModelError
        If some were never loaded.
    UsageError
        If they are neither float32 nor float16.
    DeviceError
        If the device is not there.
    """
    marks = marks_of(module)
    precision = _precision(module)
    _require_loaded(module)
    with tempfile.TemporaryDirectory(prefix="echo-gpu-") as folder:
        _write(Path(folder), module, sizes)
        encoder = Echo.from_pretrained(folder, device=device, precision=precision)
    return Opened(encoder, device, marks)


def _precision(module: nn.Module) -> Precision:
    types = {value.dtype for value in module.parameters()}
    if len(types) == 1 and (precision := PRECISIONS.get(next(iter(types)))):
        return precision
    found = " and ".join(sorted(str(kind).removeprefix("torch.") for kind in types))
    raise UsageError(
        f"The parameters are {found}: echo-gpu computes in float32, or in float16 on a GPU. "
        "Call float() or half()."
    )


def _require_loaded(module: nn.Module) -> None:
    names = missing(module)
    if not names:
        return
    total = sum(1 for _ in module.parameters())
    some = ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")
    raise ModelError(
        f"{len(names)} of {total} tensors have no weights (or NaN in them): {some}. "
        "Call load_state_dict() with a checkpoint that has them, and look at what it returns: with "
        "strict=False it accepts names that do not fit. Random weights are not computed with."
    )


def _write(folder: Path, module: nn.Module, sizes: Sizes) -> None:
    """Write what the library reads: the tensors, and the number of heads, which no shape tells."""
    last = f"encoder.layers.{sizes.layers - 1}.norm2."
    # The library's final norm makes (x - mean) / sqrt(variance + 1e-5) of its input x. Of s times x
    # it makes (x - mean) / sqrt(variance + 1e-5 / s^2): what another epsilon makes of x, where s^2
    # is 1e-5 / epsilon. x is what the last norm2 gives, so s goes into its weight and bias.
    scale = (EPSILON / sizes.epsilon) ** 0.5
    arrays = {
        name: value.detach().to("cpu", torch.float32).numpy()
        for name, value in module.named_parameters()
    }
    if sizes.epsilon != EPSILON:
        for name in (last + "weight", last + "bias"):
            arrays[name] = (arrays[name] * scale).astype(np.float32)
    with (folder / "model.safetensors").open("wb") as file:
        _safetensors.write(file, arrays.items())
    (folder / "config.json").write_text(json.dumps({"num_heads": sizes.heads}), encoding="utf-8")
