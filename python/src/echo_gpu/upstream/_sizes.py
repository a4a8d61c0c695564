"""The constructor's arguments: which encoders can be computed, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from torch import nn

from echo_gpu.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

# What the encoder is made for, in every published configuration (docs/architecture.md).
FRAMES, BINS, SHIFT, CHANNELS = 2000, 32, 16, 1
# Width of an attention head if nothing says otherwise.
HEAD_WIDTH = 64
# Patches of a full segment.
PATCHES = FRAMES // SHIFT
# What echo-gpu's final norm adds to a variance: the default of torch.nn.LayerNorm.
EPSILON = 1e-5

NormLayer = Callable[[int], nn.Module]


@dataclass(frozen=True)
class Sizes:
    """The sizes of an encoder: D, layers, heads, width of the MLP, and the final norm's epsilon."""

    width: int
    layers: int
    heads: int
    hidden: int
    epsilon: float


def check(given: Mapping[str, Any]) -> Sizes:
    """Check the constructor's arguments.

    Parameters
    ----------
    given
        The arguments by upstream's names.

    Returns
    -------
    Sizes
        What they ask for.

    Raises
    ------
    UsageError
        If they ask for something that echo-gpu does not compute, with the value.
    """
    _fixed(given, "spec_len", FRAMES)
    _fixed(given, "band_width", BINS)
    _fixed(given, "shift_size", SHIFT)
    _fixed(given, "in_chans", CHANNELS)
    width, layers, heads = (
        _count(given, name) for name in ("embed_dim", "encoder_depth", "num_heads")
    )
    if width % heads:
        raise UsageError(f"num_heads={heads} does not divide embed_dim={width}.")
    if given["freq_pos_emb_dim"] != width:
        raise UsageError(
            f"freq_pos_emb_dim={given['freq_pos_emb_dim']!r} is not embed_dim={width}. It is "
            f"added to tokens of that width: pass freq_pos_emb_dim={width}."
        )
    hidden = int(width * given["mlp_ratio"])
    if hidden < 1:
        raise UsageError(f"mlp_ratio={given['mlp_ratio']!r} gives an MLP of width {hidden}.")
    return Sizes(width, layers, heads, hidden, _epsilon(given["norm_layer"], width))


def _fixed(given: Mapping[str, Any], name: str, value: int) -> None:
    if given[name] != value:
        raise UsageError(
            f"{name}={given[name]!r} is not supported: ECHO's encoders have {name}={value}, and "
            f"echo-gpu computes no other. Pass {name}={value}, as upstream's model card does."
        )


def _count(given: Mapping[str, Any], name: str) -> int:
    value = given[name]
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise UsageError(f"{name}={value!r} is not a whole number above 0.")
    return value


def _epsilon(norm_layer: NormLayer, width: int) -> float:
    norm = norm_layer(width)
    if not isinstance(norm, nn.LayerNorm) or norm.weight is None or norm.bias is None:
        raise UsageError(
            f"norm_layer gives {type(norm).__name__}: the final norm is a torch.nn.LayerNorm "
            "with weight and bias. Pass that class, or a function that makes one with another eps."
        )
    if not norm.eps > 0:
        raise UsageError(f"norm_layer gives eps={norm.eps!r}: it must be above 0.")
    return float(norm.eps)
