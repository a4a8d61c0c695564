"""Files of torch.save, read without running code."""

from __future__ import annotations

import argparse
import pickle
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from echo_gpu._packages import missing_package
from echo_gpu.errors import InputError, ModelError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

# Names that configurations give the number of heads; those of decoders are others.
_HEADS = ("num_heads", "n_heads", "heads", "num_attention_heads")
# What torch calls a class or function that a pickle asks for.
_GLOBAL = re.compile(r"GLOBAL ([\w.]+)")
# The first release of torch in which `weights_only` holds: before, a file of the old format could
# run code all the same. Source: CVE-2025-32434.
_SAFE = "2.6"
# Deeper is no checkpoint, but a structure that refers to itself.
_DEEPEST = 16


@dataclass
class Content:
    """What a checkpoint holds.

    Attributes
    ----------
    tensors
        All tensors by their full names, parts with dots between them.
    heads
        The numbers of attention heads that its configurations say.
    """

    tensors: dict[str, Any] = field(default_factory=dict)
    heads: set[int] = field(default_factory=set)


def load(path: Path) -> Content:
    """Load a checkpoint to the memory of the host.

    Parameters
    ----------
    path
        A file of ``torch.save``.

    Raises
    ------
    ImportError
        If torch is not installed.
    InputError
        If there is no such file.
    ModelError
        If it cannot be read, or asks for code to be run.
    UsageError
        If torch is so old that the file could run code unasked.
    """
    try:
        import torch  # noqa: PLC0415
    except ImportError:
        raise missing_package("torch", "torch") from None
    if path.is_dir():
        raise InputError(f"{path}: is a folder. Name the checkpoint in it.")
    if not path.is_file():
        raise InputError(f"{path}: there is no such file. Name a file of torch.save.")
    if path.suffix == ".safetensors":
        raise ModelError(f"{path}: is a safetensors file. echo-gpu reads it as it is.")
    if torch.__version__ < _SAFE:  # by number, as `TorchVersion` compares
        raise UsageError(
            f"torch {torch.__version__} can be made to run a checkpoint's code (CVE-2025-32434). "
            "Install torch 2.6 or later."
        )
    # Training scripts put their arguments beside the weights: a bare holder of values.
    with torch.serialization.safe_globals([argparse.Namespace]):
        try:
            loaded = torch.load(path, map_location="cpu", weights_only=True)
        except pickle.UnpicklingError as error:
            raise _refusal(path, str(error)) from None
        except (RuntimeError, OSError, EOFError) as error:
            raise _unreadable(path, str(error)) from None
        except Exception:  # noqa: BLE001  What is none ends in errors of all families.
            raise _unreadable(path, "it is none, or damaged") from None
    content = Content()
    try:
        _collect(loaded, "", content, 0)
    except ValueError as error:
        raise ModelError(f"{path}: {error}. Save the encoder's state dict alone.") from None
    return content


def _collect(value: Any, name: str, content: Content, depth: int) -> None:
    import torch  # noqa: PLC0415

    if isinstance(value, torch.Tensor):
        if value.is_meta:
            raise ValueError(f"{name or 'its tensor'} has no values (PyTorch's device meta)")
        if name in content.tensors:
            raise ValueError(f"two tensors of it would be called {name!r}")
        content.tensors[name] = value
        return
    members = _members(value)
    if members and depth == _DEEPEST:
        raise ValueError(f"{name} lies deeper than {_DEEPEST} levels")
    for key, member in members:
        if key in _HEADS and type(member) is int:
            content.heads.add(member)
        _collect(member, f"{name}.{key}" if name else str(key), content, depth + 1)


def _members(value: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, Mapping):
        return list(value.items())
    if isinstance(value, argparse.Namespace):
        return list(vars(value).items())
    if isinstance(value, (list, tuple)):
        return list(enumerate(value))
    return []


def _refusal(path: Path, text: str) -> ModelError:
    names = _GLOBAL.findall(text)
    if not names:
        return _unreadable(path, text)
    return ModelError(
        f"{path}: asks for {names[0]} when it is loaded, and a checkpoint's code is never run. "
        "Where it was made, save the tensors alone: torch.save(model.state_dict(), ...)."
    )


def _unreadable(path: Path, text: str) -> ModelError:
    reason = " ".join(text.split()) or "it is cut off"
    reason = reason.split(". ")[0].rstrip(".")[:200]
    return ModelError(
        f"{path}: is not a file of torch.save that can be read: {reason}. Get it again."
    )
