"""The rows of an archive: where they are, and arrays of many in its order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from echo_gpu._formats.atomic import appearing
from echo_gpu.errors import EchoError, UsageError

from .manifest import lines
from .recording import segment_starts
from .refusal import damaged, replaced
from .tables import Tables

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator
    from pathlib import Path

    from .columns import Columns
    from .manifest import Line

Array = np.ndarray[Any, np.dtype[Any]]
Level = Literal["utterance", "segment"]

LEVELS = ("utterance", "segment")
# Values that are copied at a time: 64 MiB of float32.
_BLOCK = 1 << 24


class Rows:
    """Finds, maps and copies the rows of items, and reads their lines again.

    Parameters
    ----------
    folder
        The archive's folder.
    manifests
        The names of its manifests, in order.
    columns
        What they say.
    """

    def __init__(self, folder: Path, manifests: list[str], columns: Columns) -> None:
        self.columns = columns
        self._folder = folder
        self._manifests = manifests
        self._tables = Tables(folder)

    def __len__(self) -> int:
        return len(self.columns.ids)

    def lines_of(self, indices: Array) -> list[Line]:
        """Read the lines of items again, as the manifests have them.

        Parameters
        ----------
        indices
            Items, ascending.

        Raises
        ------
        BusyError
            If a manifest changed meanwhile.
        """
        manifest = self.columns["manifest"][indices]
        result: list[Line] = []
        for number in np.unique(manifest):
            of_it = indices[manifest == number]
            path = self._folder / self._manifests[int(number)]
            found = lines(path, self.columns["offset"][of_it], self.columns["length"][of_it])
            # Another manifest of this name may have a whole line there, of another recording.
            if [line.get("id") for line in found] != [self.columns.ids[i] for i in of_it.tolist()]:
                raise replaced(path)
            result += found
        return result

    def has(self, level: str) -> bool:
        """Whether some item has embeddings of this level."""
        return bool((self.columns[f"{level}_file"] >= 0).any())

    def require(self, indices: Array, level: str) -> None:
        """Refuse items without embeddings of this level.

        Raises
        ------
        UsageError
            If there are such, or there is no such level.
        """
        if level not in LEVELS:
            raise UsageError(f"level {level!r} is none. Use 'utterance' or 'segment'.")
        lacking = indices[self.columns[f"{level}_file"][indices] < 0]
        if lacking.size:
            first = self.columns.ids[int(lacking[0])]
            raise UsageError(
                f"{self._folder}: {lacking.size} of {indices.size} recordings have no {level} "
                f"embeddings, {first} among them. They were extracted with another --level."
            )

    def bounds(self, indices: Array, level: str) -> tuple[Array, Array]:
        """Give the first row of each item in its file, and the row after its last."""
        if level == "segment":
            return self.columns["segment_first"][indices], self.columns["segment_end"][indices]
        first = np.maximum(self.columns["utterance_row"][indices], 0)
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
            If it has none of this level.
        EchoError
            Of kind ``"data"``, if the file is missing or damaged.
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
            Of kind ``"data"``, if it has another number of rows than its frames make.
        """
        frames, rate = (int(self.columns[name][index]) for name in ("frames", "sample_rate"))
        starts = segment_starts(frames, rate)
        count = int(self.counts(np.array([index]), "segment")[0])
        if starts.size != count:
            what = f"{self.columns.ids[index]} has {count} segment rows, and {frames} frames"
            raise damaged(self._folder, what, f"They make {starts.size} rows: extract it again.")
        return starts

    def table(
        self, indices: Array, level: str, width: int, into: str | os.PathLike[str] | None
    ) -> Array:
        """Give the rows of items of one width as one array; see `Archive.table`."""
        self.require(indices, level)
        files = np.unique(self.columns[f"{level}_file"][indices])
        first, end = self.bounds(indices, level)
        if files.size == 1 and into is None and bool((first[1:] == end[:-1]).all()):
            return self._open(int(indices[0]), level, int(end.max()))[int(first[0]) : int(end[-1])]
        shape = (int((end - first).sum()), width)
        dtype = self._dtype(indices, level)
        if into is None:
            result: Array = np.empty(shape, dtype)
            done = 0
            for owners, rows in self.windows(indices, level, max(1, _BLOCK // width)):
                self.copy(result[done : done + owners.size], owners, rows, level)
                done += owners.size
            return result
        with appearing(into) as temporary, temporary.open("wb") as file:
            # Written, not mapped: a mapping of a disk that is full ends the process.
            header = {"descr": dtype.str, "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(file, header)
            for block in self._blocks(indices, level, width, dtype):
                file.write(block.data)
        mapped: Array = np.lib.format.open_memmap(into, "r")
        return mapped

    def _blocks(
        self, indices: Array, level: str, width: int, dtype: np.dtype[Any]
    ) -> Iterator[Array]:
        """Copy the rows of items, some at a time."""
        for owners, rows in self.windows(indices, level, max(1, _BLOCK // width)):
            block = np.empty((owners.size, width), dtype)
            self.copy(block, owners, rows, level)
            yield block

    def _dtype(self, indices: Array, level: str) -> np.dtype[Any]:
        """Give the type of every file, or float32 where they differ."""
        if self.columns["utterance_row"].size and self._is_by_recording(indices, level):
            return np.dtype("<f4")
        _, example = np.unique(self.columns[f"{level}_file"][indices], return_index=True)
        types = {self._open(int(indices[place]), level, 0).dtype for place in example}
        return types.pop() if len(types) == 1 else np.dtype("<f4")

    def _is_by_recording(self, indices: Array, level: str) -> bool:
        """Whether each item has files of its own: those are float32, and too many to open twice."""
        return np.unique(self.columns[f"{level}_file"][indices]).size == indices.size > 1

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
        file = self.columns[f"{level}_file"][owners]
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
        name = self.columns.files[int(self.columns[f"{level}_file"][index])]
        try:
            table = self._tables.open(name, level, int(self.columns["width"][index]), rows)
        except EchoError:
            manifest = self._folder / self._manifests[int(self.columns["manifest"][index])]
            if manifest.exists():
                raise
            raise replaced(manifest) from None
        if level == "utterance" and self.columns["utterance_row"][index] < 0 and len(table) != 1:
            what = f"has {len(table)} rows, and its manifest does not say which one"
            raise damaged(self._folder / name, what, "Restore it from a copy, or extract it again.")
        return table
