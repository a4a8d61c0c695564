"""Where the library puts embeddings, and what callers get of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from echo_gpu._signals.tensors import from_array
from echo_gpu.errors import UsageError
from echo_gpu.results import Embedding

from .library import OUTPUT, Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from echo_gpu._signals.signals import Signals

Level = Literal["utterance", "segment", "both"]
_LEVELS = ("utterance", "segment", "both")
_BATCHES = range(1, 65_537)


def require_level(level: str) -> None:
    """Raise `UsageError` if there is no such level."""
    if level not in _LEVELS:
        raise UsageError(f"level={level!r} is none. Pass 'utterance', 'segment' or 'both'.")


def require_batch(batch_size: int) -> None:
    """Raise `UsageError` where so many segments cannot go to the device together."""
    if isinstance(batch_size, bool) or not isinstance(batch_size, int | np.integer):
        raise UsageError(
            f"batch_size={batch_size!r} is not an integer. Pass 1 to 65536, such as 64."
        )
    if batch_size not in _BATCHES:
        raise UsageError(f"a batch of {batch_size} segments; take 1 to 65536.")


def address(array: NDArray[Any]) -> int:
    """Give the place of an array's first element; null if it has none."""
    return int(array.__array_interface__["data"][0]) if array.size else 0


class Outputs:
    """Arrays of the right shapes for what the library computes.

    Parameters
    ----------
    shapes
        One a signal.
    level
        Which embeddings are wanted.
    width
        The one width of all, for which utterances lie in one array ``[n, width]``; None for an
        array each.
    """

    def __init__(self, shapes: Sequence[Shape], level: Level, width: int | None) -> None:
        self._level = level
        self._table = None
        self._utterances: list[NDArray[np.float32]] = []
        self._segments: list[NDArray[np.float32]] = []
        if level != "segment":
            if width is None:
                self._utterances = [np.empty(shape.width, np.float32) for shape in shapes]
            else:
                self._table = np.empty((len(shapes), width), np.float32)
                self._utterances = list(self._table)
        if level != "utterance":
            self._segments = [np.empty((shape.rows, shape.width), np.float32) for shape in shapes]
        self.native = np.zeros(len(shapes), OUTPUT)
        self.native["utterance"] = [address(array) for array in self._utterances] or 0
        self.native["segments"] = [address(array) for array in self._segments] or 0

    def results(self, given: Signals) -> Any:
        """Give what the caller gets: of one signal one result, of several an array or a list."""

        def wrapped(array: NDArray[np.float32]) -> Any:
            return from_array(array) if given.is_torch else array

        if self._level == "utterance" and not given.is_one and self._table is not None:
            return wrapped(self._table)
        utterances = [wrapped(array) for array in self._utterances]
        segments = [wrapped(array) for array in self._segments]
        if self._level == "both":
            pairs = zip(utterances, segments, strict=True)
            results = [Embedding(utterance, rows) for utterance, rows in pairs]
        else:
            results = utterances or segments
        return results[0] if given.is_one else results
