"""Checkpoints of PyTorch as models that echo-gpu reads.

Upstream publishes checkpoints on Zenodo, https://zenodo.org/records/16935787, as files of
torch.save, and loads ``checkpoint["encoder"]`` if there is such a member, else the checkpoint
itself. Source: github.com/yucongzh/ECHO, README.md and models/ECHO/audioMAE_band_upgrade.py.

Loading them runs no code: what needs that is refused.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._formats import safetensors as _safetensors
from ._formats.atomic import flush, flush_folder
from ._models.encoder_tensors import Selection, select, summary
from ._models.torch_file import Content, load
from .errors import EchoError, ModelError, UsageError

if TYPE_CHECKING:
    import os

    import numpy as np

__all__ = ["Conversion", "convert", "convert_with_report"]

# The width of an attention head in every published configuration.
_HEAD_WIDTH = 64
# Bytes that are hashed at a time.
_PIECE = 1 << 20


@dataclass(frozen=True)
class Conversion:
    """What a conversion made.

    Attributes
    ----------
    path : pathlib.Path
        The folder with model.safetensors and config.json.
    tensors : int
        The encoder's tensors.
    left_out : list of str
        The checkpoint's other tensors: the decoder, what an optimiser keeps.
    rounded : list of str
        Tensors of float64 whose values float32 does not have.
    """

    path: Path
    tensors: int
    left_out: list[str]
    rounded: list[str]


def convert(
    checkpoint: str | os.PathLike[str],
    output: str | os.PathLike[str] | None = None,
    *,
    part: str | None = None,
    num_heads: int | None = None,
) -> Path:
    """Make a model folder of a checkpoint of upstream's training code.

    The folder has model.safetensors (float32, upstream's names) and config.json, which says the
    number of heads and where the weights come from. It appears whole or not at all. What is no part
    of the encoder, such as the decoder, is left out; config.json has the number.

    Parameters
    ----------
    checkpoint
        A file of ``torch.save`` (.pth, .pt): a state dict, or a dictionary that holds one.
    output
        The folder to make; by default beside the checkpoint, with its name without the ending. It
        must not exist, or be empty.
    part
        Which encoder, where the checkpoint has several, such as ``"teacher"``: what stands before
        ``cls_token``. Without it upstream's, ``"encoder"``, if there is one.
    num_heads
        Attention heads; by default what the checkpoint says, else D / 64.

    Returns
    -------
    pathlib.Path
        The folder: ``Echo.from_pretrained(path)``.

    Raises
    ------
    ImportError
        If torch is not installed.
    InputError
        If there is no such file.
    ModelError
        If it cannot be read, would run code, or lacks tensors of the encoder: they are named.
    UsageError
        If it has several encoders, or says several numbers of heads; if torch is older than
        2.6, which could be made to run code.
    EchoError
        Of kind ``"create"`` or ``"write"``, if the folder cannot be made.

    Warns
    -----
    UserWarning
        If float64 values are rounded to float32.
    """
    return convert_with_report(checkpoint, output, part=part, num_heads=num_heads).path


def convert_with_report(
    checkpoint: str | os.PathLike[str],
    output: str | os.PathLike[str] | None = None,
    *,
    part: str | None = None,
    num_heads: int | None = None,
) -> Conversion:
    """Do what `convert` does, and say what was left out.

    Parameters and errors are those of `convert`.

    Returns
    -------
    Conversion
        The folder, and what became of the checkpoint's tensors.
    """
    source = Path(checkpoint)
    target = Path(output) if output is not None else source.with_suffix("")
    _require_free(target, source)
    content = load(source)
    selection = select(str(source), content.tensors, part)
    heads = _heads(source, selection.width, content, num_heads)
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    rounded: list[str] = []
    for name, tensor in selection.tensors.items():
        arrays[name], is_exact = _as_float32(source, name, tensor)
        if not is_exact:
            rounded.append(name)
    if rounded:
        warnings.warn(
            f"{source}: {len(rounded)} tensors of float64 are rounded to float32: "
            f"{summary(rounded)}",
            stacklevel=3,
        )
    configuration = _configuration(source, selection, heads, len(rounded))
    _write(target, arrays, configuration)
    return Conversion(target, len(arrays), selection.left_out, rounded)


def _require_free(target: Path, source: Path) -> None:
    remedy = "Name another folder, or remove it."
    if target == source:
        remedy = "Name a folder to write."
    if target.is_dir() and not any(target.iterdir()):
        return
    if target.exists() or target.is_symlink():
        raise EchoError(f"{target}: is there already. {remedy}", code=73, kind="create")


def _heads(source: Path, width: int, content: Content, given: int | None) -> int:
    said = sorted(content.heads)
    if given is None and len(said) > 1:
        numbers = " and ".join(map(str, said))
        raise UsageError(f"{source}: says {numbers} attention heads. Give one: num_heads=...")
    heads = given if given is not None else said[0] if said else None
    if heads is None:
        if width % _HEAD_WIDTH:
            what = (
                f"does not say the number of attention heads, and width {width} is not a multiple"
            )
            raise UsageError(f"{source}: {what} of {_HEAD_WIDTH}. Give it: num_heads=...")
        return width // _HEAD_WIDTH
    if heads < 1 or width % heads:
        raise UsageError(
            f"{source}: {heads} heads do not divide width {width}. Give the right number: "
            "num_heads=..."
        )
    return heads


def _as_float32(source: Path, name: str, tensor: Any) -> tuple[np.ndarray[Any, Any], bool]:
    """Give a tensor as float32, and whether it has exactly the same values."""
    import torch  # noqa: PLC0415

    kinds = (torch.float32, torch.float16, torch.bfloat16, torch.float64)
    if tensor.dtype not in kinds or tensor.layout != torch.strided:
        raise ModelError(
            f'{source}: tensor "{name}" is {tensor.dtype}, {tensor.layout}, which no encoder has. '
            "Save it as float32."
        )
    narrow = tensor.detach().to(torch.float32).contiguous()
    if not bool(torch.isfinite(narrow).all()):
        raise ModelError(
            f'{source}: tensor "{name}" has values that are not finite in float32. '
            "Use a checkpoint of before the training diverged."
        )
    is_exact = tensor.dtype != torch.float64 or bool((narrow.double() == tensor).all())
    return narrow.numpy(), is_exact


def _configuration(
    source: Path, selection: Selection, heads: int, rounded_count: int
) -> dict[str, Any]:
    """Describe the encoder in the words of upstream's constructor."""
    with source.open("rb") as file:
        digest = hashlib.sha256()
        while piece := file.read(_PIECE):
            digest.update(piece)
    return {
        "spec_len": 2000,
        "band_width": 32,
        "shift_size": 16,
        "in_chans": 1,
        "embed_dim": selection.width,
        "encoder_depth": selection.layers,
        "num_heads": heads,
        "mlp_ratio": selection.hidden / selection.width,
        "freq_pos_emb_dim": selection.width,
        "converted_from": {
            "file": source.name,
            "sha256": digest.hexdigest(),
            "tensors_left_out": len(selection.left_out),
            "tensors_rounded": rounded_count,
        },
    }


def _write(target: Path, arrays: dict[str, Any], configuration: dict[str, Any]) -> None:
    """Write the folder under a temporary name, and give it its own."""
    temporary = target.absolute().with_name(f".{target.name[:200]}.{secrets.token_hex(4)}.tmp")
    try:
        temporary.mkdir()
        with (temporary / "model.safetensors").open("wb") as file:
            _safetensors.write(file, arrays.items())
            flush(file)
        with (temporary / "config.json").open("w", encoding="utf-8") as text:
            json.dump(configuration, text, indent=2)
            text.write("\n")
            flush(text)
        temporary.rename(target.absolute())
        flush_folder(target.absolute().parent)
    except OSError as error:
        reason = error.strerror or str(error)
        raise EchoError(
            f"{target}: cannot write: {reason}. Check that {target.parent} is there, may be "
            "written to and has room.",
            code=73,
            kind="create",
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
