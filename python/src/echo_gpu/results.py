"""What embedding gives: plain values without a device behind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Embedding", "Row"]


class Embedding(NamedTuple):
    """Both embeddings of one signal, as ``level="both"`` gives them.

    Attributes
    ----------
    utterance : ndarray or Tensor of float32, shape ``[N*D]``
        The whole signal: the embeddings of its N frequency bands, low to high, side by side.
    segments : ndarray or Tensor of float32, shape ``[T, N*D]``
        One row for every 16 frames (160 ms).
    """

    utterance: Any
    segments: Any


@dataclass(frozen=True, eq=False)
class Row:
    """One recording of a file (with ``channels="each"`` one channel of it), or why it failed.

    Attributes
    ----------
    id : str
        Its name: the file's, below a folder with its path in there, or what a list says.
    path : str
        Where it was read.
    channel : int or None
        The channel, from 0, with ``channels="each"``; else None.
    sample_rate : int or None
        Hz; None if it failed.
    status : {"ok", "failed"}
        Whether it was embedded.
    code : str or None
        Why it failed, as a word that stays the same, such as ``"too-short"``; else None.
    reason : str or None
        Why it failed, as a sentence; else None.
    note : str or None
        What is unusual about it, such as a file that was cut off; None if nothing is.
    width : int
        N*D; 0 if it failed.
    utterance : ndarray of float32, shape ``[width]``, or None
        The recording; None if it failed, or ``level="segment"``.
    segments : ndarray of float32, shape ``[T, width]``, or None
        One row for every 160 ms; None if it failed, or ``level="utterance"``.
    input : int
        Which of the given paths (or recordings, or lines of the list) it belongs to, from 0.
    fields : Mapping
        Every member of its line of a manifest (see docs/output-layout.md), such as ``samples``,
        ``frames``, ``device`` and the list's own columns under ``fields``.
    """

    id: str
    path: str
    channel: int | None
    sample_rate: int | None
    status: Literal["ok", "failed"]
    code: str | None
    reason: str | None
    note: str | None
    width: int
    utterance: NDArray[np.float32] | None = field(repr=False)
    segments: NDArray[np.float32] | None = field(repr=False)
    input: int
    fields: Mapping[str, Any] = field(repr=False)
