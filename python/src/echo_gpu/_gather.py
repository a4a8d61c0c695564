"""Rows of many tables, put in the order of an archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ._atomic import appearing
from ._recording import segment_starts
from ._refusal import damaged
from .errors import UsageError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator
    from pathlib import Path

    from ._columns import Columns
    from ._tables import Tables

Array = np.ndarray[Any, np.dtype[Any]]

LEVELS = ("utterance", "segment")
# Values that are copied at a time: 64 MiB of float32.
_BLOCK = 1 << 24


class Gatherer:
    """Finds and copies the rows of items.

    Parameters
    ----------
    folder
        The archive's folder.
    columns
        Where the rows are.
    tables
        The files.
    """

    def __init__(self, folder: Path, columns: Columns, tables: Tables) -> None:
        self._folder = folder
        self._columns = columns
        self._tables = tables

    def has(self, level: str) -> bool:
        """Whether some item has embeddings of this level."""
        return bool((self._columns[f"{level}_file"] >= 0).any())

    def require(self, indices: Array, level: str) -> None:
        """Refuse items without embeddings of this level.

        Raises
        ------
        UsageError
            Where there are such, or there is no such level.
        """
        if level not in LEVELS:
            raise UsageError(f"level {level!r} is none. Use 'utterance' or 'segment'.")
        lacking = indices[self._columns[f"{level}_file"][indices] < 0]
        if lacking.size:
            first = self._columns.ids[int(lacking[0])]
            raise UsageError(
                f"{self._folder}: {lacking.size} of {indices.size} recordings have no {level} "
                f"embeddings, {first} among them. They were extracted with another --level."
            )

    def bounds(self, indices: Array, level: str) -> tuple[Array, Array]:
        """Give the first row of each item in its file, and the row after its last."""
        if level == "segment":
            return self._columns["segment_first"][indices], self._columns["segment_end"][indices]
        first = np.maximum(self._columns["utterance_row"][indices], 0)
        return first, first + 1

    def counts(self, indices: Array, level: str) -> Array:
        """Give the number of rows of each item."""
        first, end = self.bounds(indices, level)
        return end - first

    def rows_of(self, index: int, level: str) -> Array:
        """Map the rows of one item.

        Raises
        ------
        UsageError
            Where it has none of this level.
        EchoError
            Of kind ``"data"``, where the file is missing or damaged.
        """
        one = np.array([index])
        self.require(one, level)
        first, end = (int(bound[0]) for bound in self.bounds(one, level))
        return self._open(index, level, end)[first:end]

    def starts(self, index: int) -> Array:
        """Give the seconds at which the segment rows of an item begin.

        Raises
        ------
        EchoError
            Of kind ``"data"``, where it has another number of rows than its frames make.
        """
        frames, rate = (int(self._columns[name][index]) for name in ("frames", "sample_rate"))
        starts = segment_starts(frames, rate)
        count = int(self.counts(np.array([index]), "segment")[0])
        if starts.size != count:
            what = f"{self._columns.ids[index]} has {count} segment rows, and {frames} frames"
            raise damaged(self._folder, what, f"They make {starts.size} rows: extract it again.")
        return starts

    def table(
        self, indices: Array, level: str, width: int, into: str | os.PathLike[str] | None
    ) -> Array:
        """Give the rows of items of one width as one array; see `Archive.table`."""
        self.require(indices, level)
        files = np.unique(self._columns[f"{level}_file"][indices])
        first, end = self.bounds(indices, level)
        if files.size == 1 and into is None and bool((first[1:] == end[:-1]).all()):
            return self._open(int(indices[0]), level, int(end.max()))[int(first[0]) : int(end[-1])]
        shape = (int((end - first).sum()), width)
        dtype = self._dtype(indices, level)
        if into is None:
            result: Array = np.empty(shape, dtype)
            self._fill(result, indices, level)
            return result
        with appearing(into) as temporary:
            target = np.lib.format.open_memmap(temporary, "w+", dtype, shape)
            self._fill(target, indices, level)
            target.flush()
            del target
        return np.lib.format.open_memmap(into, "r")

    def _fill(self, target: Array, indices: Array, level: str) -> None:
        done = 0
        for owners, rows in self.windows(indices, level, max(1, _BLOCK // target.shape[1])):
            self.copy(target[done : done + owners.size], owners, rows, level)
            done += owners.size

    def _dtype(self, indices: Array, level: str) -> np.dtype[Any]:
        """Give the type of every file, or float32 where they differ."""
        if self._columns["utterance_row"].size and self._is_by_recording(indices, level):
            return np.dtype("<f4")
        _, example = np.unique(self._columns[f"{level}_file"][indices], return_index=True)
        types = {self._open(int(indices[place]), level, 0).dtype for place in example}
        return types.pop() if len(types) == 1 else np.dtype("<f4")

    def _is_by_recording(self, indices: Array, level: str) -> bool:
        """Whether each item has files of its own: those are float32, and too many to open twice."""
        return np.unique(self._columns[f"{level}_file"][indices]).size == indices.size > 1

    def windows(self, indices: Array, level: str, size: int) -> Iterator[tuple[Array, Array]]:
        """Cut the rows of items into pieces.

        Yields
        ------
        owners, rows
            The item of each row, and the row's place in that item's file; at most ``size`` of them.
        """
        first, end = self.bounds(indices, level)
        total = np.concatenate([[0], np.cumsum(end - first)])
        for start in range(0, int(total[-1]), size):
            flat = np.arange(start, min(start + size, int(total[-1])))
            place = np.searchsorted(total, flat, side="right") - 1
            yield indices[place], first[place] + flat - total[place]

    def copy(self, target: Array, owners: Array, rows: Array, level: str) -> None:
        """Copy rows of one width into ``target``, ``[len(rows), width]``."""
        file = self._columns[f"{level}_file"][owners]
        for number in np.unique(file):
            where = np.flatnonzero(file == number)
            chosen = rows[where]
            table = self._open(int(owners[where[0]]), level, int(chosen.max()) + 1)
            low, high = int(chosen[0]), int(chosen[-1]) + 1
            if where.size == high - low and bool((np.diff(chosen) == 1).all()):
                source = table[low:high]
            else:
                source = table[chosen]
            if where.size == owners.size:
                target[:] = source
            else:
                target[where] = source

    def _open(self, index: int, level: str, rows: int) -> Array:
        name = self._columns.files[int(self._columns[f"{level}_file"][index])]
        return self._tables.open(name, level, int(self._columns["width"][index]), rows)
