"""One recording of an archive."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

Array = np.ndarray[Any, np.dtype[Any]]

# Frames of a segment, and of a row of it. Source: arXiv 2508.14689 and its code.
_SEGMENT_FRAMES = 2000
_ROW_FRAMES = 16


@dataclass(frozen=True)
class Recording:
    """A recording, or one channel of it, and its embeddings.

    Attributes
    ----------
    index : int
        Its place in the archive, from 0: that of `Archive.ids`.
    id : str
        Its name.
    path : str
        Where it was read.
    channel : int or None
        The channel, from 0, where each was embedded; else None.
    sample_rate : int
        Hz, as it was embedded.
    samples, frames : int
        Of each channel: samples, and STFT frames, 10 ms apart.
    width : int
        Columns of its embeddings: N*D.
    note : str or None
        What is unusual about it, such as a file that was cut off.
    columns : list of str or None
        Of a text file with several columns those that were used.
    device, driver, tiles : str or None
        What computed it.
    run : str
        The settings that it was made with: a key of `Archive.runs`.
    attempt : int
        Which try at this id it is, from 1.
    bytes, modified : int or None
        The file's size, and when it was changed: nanoseconds since 1970.
    overrides, fields : dict
        What the list of inputs said of it: settings of its own, and other columns.
    """

    index: int
    id: str
    path: str
    channel: int | None
    sample_rate: int
    samples: int
    frames: int
    width: int
    note: str | None
    columns: list[str] | None
    device: str | None
    driver: str | None
    tiles: str | None
    run: str
    attempt: int
    bytes: int | None
    modified: int | None
    overrides: dict[str, Any]
    fields: dict[str, Any]
    _rows: Callable[[int, str], Array] = field(repr=False, compare=False)

    def __reduce__(self) -> tuple[Any, ...]:
        """Refuse to be pickled: the whole archive would travel with each recording."""
        raise TypeError(
            "a Recording is a view of its Archive: send its id and arrays, or the Archive"
        )

    @property
    def utterance(self) -> Array:
        """The utterance embedding ``[width]``, read-only: a row of the file, mapped.

        Raises
        ------
        UsageError
            If the archive has no utterance embeddings.
        EchoError
            Of kind ``"data"``, if the file is missing or damaged.
        """
        row: Array = self._rows(self.index, "utterance")[0]
        return row

    @property
    def segments(self) -> Array:
        """The segment embeddings ``[T, width]``, read-only: rows of the file, mapped.

        Raises
        ------
        UsageError
            If the archive has no segment embeddings.
        EchoError
            Of kind ``"data"``, if the file is missing or damaged.
        """
        return self._rows(self.index, "segment")

    @property
    def segment_starts(self) -> Array:
        """When each segment row begins: float64 ``[T]``, seconds."""
        return segment_starts(self.frames, self.sample_rate)


def segment_starts(frames: int, sample_rate: int) -> Array:
    """Give the time at which each row of the segment embeddings begins.

    A row stands for 16 frames, 160 ms. A signal of more than 2000 frames is cut into pieces of
    2000; the last piece is the last 2000 frames, which overlap the piece before it, and so do their
    rows.

    Parameters
    ----------
    frames
        STFT frames of the signal.
    sample_rate
        Hz.

    Returns
    -------
    numpy.ndarray
        float64 ``[T]``: seconds from the start of what was embedded.
    """
    hop = int(0.01 * sample_rate) / sample_rate
    first = np.arange(0, min(frames, _SEGMENT_FRAMES), _ROW_FRAMES)
    pieces = list(range(0, frames - _SEGMENT_FRAMES + 1, _SEGMENT_FRAMES)) or [0]
    if frames > _SEGMENT_FRAMES and frames % _SEGMENT_FRAMES:
        pieces.append(frames - _SEGMENT_FRAMES)
    starts: Array = np.concatenate([piece + first for piece in pieces]) * hop
    return starts
