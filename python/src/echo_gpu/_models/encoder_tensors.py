"""The tensors of an ECHO encoder, found among those of a training checkpoint."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from echo_gpu.errors import ModelError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# One tensor of each part of the encoder: where most of them are, there is one.
_LANDMARKS = (
    "cls_token",
    "pos_embed",
    "patch_embed.proj.weight",
    "encoder.layers.0.linear1.weight",
    "norm.weight",
)
_LAYER = re.compile(r"encoder\.layers\.(0|[1-9]\d{0,3})\.")
# What upstream loads where a checkpoint has such a member.
_UPSTREAM = "encoder"
_USE = "Use the checkpoint of an ECHO encoder, as upstream publishes it."


@dataclass(frozen=True)
class Selection:
    """An encoder in a checkpoint.

    Attributes
    ----------
    tensors
        Its tensors in upstream's order, by upstream's names.
    width, layers, hidden
        D, the number of layers, the width of the hidden layer of the MLP.
    left_out
        The names of the checkpoint's other tensors.
    """

    tensors: dict[str, Any]
    width: int
    layers: int
    hidden: int
    left_out: list[str]


def select(path: str, tensors: Mapping[str, Any], part: str | None) -> Selection:
    """Find the encoder.

    Parameters
    ----------
    path
        The file, for errors.
    tensors
        All tensors of the checkpoint by their full names, parts with dots between them.
    part
        Which encoder, if there are several: what stands before ``cls_token``, without the dot.

    Raises
    ------
    ModelError
        If there is no encoder, or it lacks tensors or has some of another shape.
    UsageError
        If there are several and none is named, or another is.
    """
    prefix = _prefix(path, tensors, part)
    own = {
        name.removeprefix(prefix): tensor
        for name, tensor in tensors.items()
        if name.startswith(prefix)
    }
    numbers = [int(match.group(1)) for match in map(_LAYER.match, own) if match]
    layers = max(numbers, default=-1) + 1
    width = _extent(own, "cls_token", 2)
    hidden = _extent(own, "encoder.layers.0.linear1.weight", 0)
    expected = dict(shapes(width, layers, hidden))
    missing = [name for name in expected if name not in own]
    if missing:
        what = f"{len(missing)} of {len(expected)} tensors are missing ({summary(missing)})"
        raise ModelError(f"{path}: {what}. {_USE}")
    for name, shape in expected.items():
        found = tuple(own[name].shape)
        if found != shape:
            what = f'tensor "{prefix}{name}" has shape {list(found)}, expected {list(shape)}'
            raise ModelError(f"{path}: {what}. {_USE}")
    used = {prefix + name for name in expected}
    left_out = [name for name in tensors if name not in used]
    return Selection({name: own[name] for name in expected}, width, layers, hidden, left_out)


def shapes(width: int, layers: int, hidden: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Give the names and shapes of an encoder's tensors, in upstream's order.

    Parameters
    ----------
    width
        D.
    layers
        The number of layers; at least one is described.
    hidden
        The width of the hidden layer of the MLP.
    """
    yield "cls_token", (1, 1, width)
    yield "pos_embed", (1, 126, width)
    yield "patch_embed.proj.weight", (width, 1, 32, 16)
    yield "patch_embed.proj.bias", (width,)
    for layer in range(max(layers, 1)):
        start = f"encoder.layers.{layer}."
        yield start + "self_attn.in_proj_weight", (3 * width, width)
        yield start + "self_attn.in_proj_bias", (3 * width,)
        yield start + "self_attn.out_proj.weight", (width, width)
        yield start + "self_attn.out_proj.bias", (width,)
        yield start + "linear1.weight", (hidden, width)
        yield start + "linear1.bias", (hidden,)
        yield start + "linear2.weight", (width, hidden)
        yield start + "linear2.bias", (width,)
        for norm in ("norm1", "norm2"):
            yield f"{start}{norm}.weight", (width,)
            yield f"{start}{norm}.bias", (width,)
    yield "norm.weight", (width,)
    yield "norm.bias", (width,)


def summary(names: list[str], limit: int = 4) -> str:
    """Give the first few of a list that may be long, and how many there are beyond them."""
    rest = len(names) - limit
    return ", ".join(names[:limit]) + (f" and {rest} more" if rest > 0 else "")


def _extent(tensors: Mapping[str, Any], name: str, axis: int) -> int:
    """Give an extent of a tensor; 0 if it has none, which the check of shapes refuses."""
    shape = tensors[name].shape if name in tensors else ()
    return int(shape[axis]) if axis < len(shape) else 0


def _prefix(path: str, tensors: Mapping[str, Any], part: str | None) -> str:
    """Choose what stands before the names of the encoder."""
    found: dict[str, int] = {}
    for name in tensors:
        for landmark in _LANDMARKS:
            if name == landmark or name.endswith("." + landmark):
                prefix = name.removesuffix(landmark)
                found[prefix] = found.get(prefix, 0) + 1
    # More than half of the landmarks: a decoder may have a norm and positions of its own.
    likely = {prefix: count for prefix, count in found.items() if count * 2 > len(_LANDMARKS)}
    whole = [prefix for prefix, count in likely.items() if count == len(_LANDMARKS)]
    choices = whole or list(likely)
    names = {prefix.removesuffix("."): prefix for prefix in choices}
    if part is not None:
        if part not in names:
            have = ", ".join(map(repr, names)) or "none"
            raise UsageError(f"{path}: has no encoder {part!r}. Its encoders: {have}.")
        return names[part]
    if not choices:
        what = f"holds no encoder among {len(tensors)} tensors ({summary(list(tensors))})"
        raise ModelError(f"{path}: {what}. {_USE}")
    if _UPSTREAM + "." in choices:
        return _UPSTREAM + "."
    if len(choices) > 1:
        have = " and ".join(map(repr, names))
        raise UsageError(f"{path}: has {len(choices)} encoders, {have}. Name one: part=...")
    return choices[0]
