"""Output folders of ``echo-gpu extract``, of either layout.

>>> archive = echo_gpu.read("embeddings")
>>> x = archive.table(1344)                # float32 [n, 1344]; row i is archive.ids_of(1344)[i]
>>> archive["a.wav"].fields["machine"]
>>> archive.to_parquet("embeddings.parquet")

docs/output-layout.md describes the folders; this reads them by its rules. Rows that a later run
replaced are left out and counted in `Archive.replaced`.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ._archive.arrow import Frame
from ._archive.columns import Columns, Content, Failure, read_columns, read_unsearched
from ._archive.exports import Exports
from ._archive.leftovers import note_of_leftovers
from ._archive.manifest import find
from ._archive.recording import Recording, segment_starts
from ._archive.refusal import damaged, refuse_address, unreadable
from ._archive.rows import Level, Rows
from ._archive.runs import Run, note_of_mixture, read_runs
from .errors import InputError, UsageError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping

__all__ = ["Archive", "Failure", "Recording", "Run", "read", "segment_starts"]

Array = np.ndarray[Any, np.dtype[Any]]

# Lines that iteration reads at a time.
_CHUNK = 1024


def read(folder: str | os.PathLike[str]) -> Archive:
    """Read an output folder of ``echo-gpu extract``.

    Manifests are read now, tables when they are used. A folder that a run writes to at the moment
    is read as far as it is committed. Tables whose manifest is not there are left out, with a
    warning. Embeddings of several models or settings, which are not comparable, give a warning.

    Parameters
    ----------
    folder
        The folder, of either layout.

    Returns
    -------
    Archive
        What it holds.

    Raises
    ------
    InputError
        If there is no such folder.
    UsageError
        If it is an address on the network.
    EchoError
        Of kind ``"data"`` (65): it is not ours, or a manifest is damaged.
    """
    refuse_address(folder)
    path = Path(folder)
    try:
        names = find(path)
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such folder. Check the path.") from None
    except OSError as error:
        raise unreadable(path, error) from None
    run, runs = read_runs(path)
    if run is None:
        what = "is not an output folder of echo-gpu extract: it has no run.json"
        if names:
            what = f"has {names[0]} and no run.json"
        raise damaged(path, what, "Name such a folder, or copy the whole of it.")
    content = read_columns(path, names, appended=run.layout == "files")
    if run.layout == "parts" and (note := note_of_leftovers(path, names)):
        warnings.warn(note, stacklevel=2)
    made = np.bincount(content.columns["run"], minlength=len(content.columns.runs))
    counts = dict(zip(content.columns.runs, made.tolist(), strict=True))
    if note := note_of_mixture(path, runs, counts):
        warnings.warn(note, stacklevel=2)
    return Archive(path, run, runs, names, content)


class Archive(Exports):
    """What an output folder holds: an item for each recording, or each channel of it.

    Items are in the order of the manifests. `read` makes it.

    Attributes
    ----------
    folder : pathlib.Path
        The folder.
    run : Run
        What ``run.json`` says. `Archive.settings` is short for ``run.settings``.
    runs : dict
        All runs by what lines call them, `Recording.run`.
    failures : list of Failure
        The recordings that failed and have not been embedded since.
    replaced : int
        Rows that are left out because a later run put them right.
    """

    def __init__(
        self, folder: Path, run: Run, runs: dict[str, Run], names: list[str], content: Content
    ) -> None:
        self.folder = folder
        self.run = run
        self.runs = runs
        self.failures: list[Failure] = content.failures
        self.replaced: int = content.replaced
        self._columns: Columns = content.columns
        self._rows = Rows(folder, names, content.columns)
        self._places: dict[str, list[int]] | None = None

    # ---- What there is ----

    @property
    def settings(self) -> Mapping[str, Any]:
        """Everything that changes an embedding or its file."""
        return self.run.settings

    @property
    def ids(self) -> list[str]:
        """The name of each item; with ``--channels each`` a name comes once for each channel."""
        return self._columns.ids

    @property
    def channels(self) -> list[int | None]:
        """The channel of each item; None if channels were not embedded one by one."""
        return [None if channel < 0 else channel for channel in self._columns["channel"].tolist()]

    @property
    def widths(self) -> tuple[int, ...]:
        """The widths of embeddings, ascending: recordings of one sample rate have one width."""
        return tuple(int(width) for width in np.unique(self._columns["width"]))

    @property
    def levels(self) -> tuple[Level, ...]:
        """Which embeddings there are: ``"utterance"``, ``"segment"`` or both."""
        levels: tuple[Level, ...] = ("utterance", "segment")
        return tuple(name for name in levels if self._rows.has(name))

    @property
    def unsearched(self) -> list[Failure]:
        """What the last run could not search for recordings, such as a damaged tar file."""
        return read_unsearched(self.folder)

    def __len__(self) -> int:
        return len(self._columns.ids)

    def __repr__(self) -> str:
        widths = ", ".join(map(str, self.widths)) or "none"
        return (
            f"<Archive {str(self.folder)!r}: {len(self)} embedded, {len(self.failures)} failed, "
            f"{self.replaced} replaced; widths {widths}>"
        )

    # ---- One by one ----

    def __iter__(self) -> Iterator[Recording]:
        for first in range(0, len(self), _CHUNK):
            indices = np.arange(first, min(first + _CHUNK, len(self)))
            for index, line in zip(indices.tolist(), self._rows.lines_of(indices), strict=True):
                yield self._recording(index, line)

    def __contains__(self, key: object) -> bool:
        if isinstance(key, tuple):
            return len(key) == 2 and key[1] in self._channels_of(key[0])  # noqa: PLR2004
        return bool(self._channels_of(key))

    def __getitem__(self, key: str | int | tuple[str, int]) -> Recording:
        """Give a recording by its id, its id and channel, or its place.

        Raises
        ------
        KeyError
            If no such recording is embedded.
        IndexError
            If there are fewer.
        UsageError
            If the id stands for several channels.
        """
        index = self._place(key)
        return self._recording(index, self._rows.lines_of(np.array([index]))[0])

    def _place(self, key: str | int | tuple[str, int]) -> int:
        if isinstance(key, (int, np.integer)):
            index = int(key) + len(self) if key < 0 else int(key)
            if not 0 <= index < len(self):
                raise IndexError(f"{key}: {self.folder} has {len(self)} recordings")
            return index
        name, channel = key if isinstance(key, tuple) else (key, None)
        found = self._channels_of(name)
        if channel is None and len(found) > 1:
            choices = ", ".join(f"[{name!r}, {number}]" for number in found)
            raise UsageError(f"{name} stands for {len(found)} channels. Name one: {choices}")
        if channel is None and found:
            return next(iter(found.values()))
        if channel in found:
            return found[channel]
        raise KeyError(self._absence(name, channel, list(found)))

    def _absence(self, name: str, channel: int | None, found: list[int | None]) -> str:
        if found and found != [None]:
            return f"{name} has channels {', '.join(map(str, found))}, not {channel}"
        if found:
            return f"{name} has no channels of its own: use [{name!r}]"
        for failure in self.failures:
            if failure.id == name:
                return f"{name} could not be embedded: {failure.reason}"
        return f"{name} is not in {self.folder}"

    def _channels_of(self, name: object) -> dict[int | None, int]:
        if self._places is None:
            self._places = {}
            for index, key in enumerate(self.ids):
                self._places.setdefault(key, []).append(index)
        channel = self._columns["channel"]
        return {
            None if channel[index] < 0 else int(channel[index]): index
            for index in self._places.get(name, [])  # type: ignore[call-overload]
        }

    def _recording(self, index: int, line: dict[str, Any]) -> Recording:
        return Recording(
            index, line["id"], line["path"], line.get("channel"), line["sample_rate"],
            line["samples"], line["frames"], line["width"], line.get("note"), line.get("columns"),
            line.get("device"), line.get("driver"), line.get("tiles"), line["run"], line["attempt"],
            line.get("bytes"), line.get("modified"), line.get("overrides", {}),
            line.get("fields", {}), self._rows.rows_of,
        )  # fmt: skip

    # ---- As tables ----

    def _frame(self, level: Level, width: int | None) -> Frame:
        indices = np.arange(len(self)) if width is None else self.indices_of(width)
        left_out = {"failed": len(self.failures), "replaced": self.replaced}
        return Frame(self._rows, self.run, self.runs, left_out, level, indices)

    def indices_of(self, width: int | None = None) -> Array:
        """Give the places of the items of a width, ascending.

        Parameters
        ----------
        width
            The width; None if there is only one.

        Returns
        -------
        numpy.ndarray
            int64 ``[n]``: places in `Archive.ids`.

        Raises
        ------
        ValueError
            If there is no such width, or None is given and there are several.
        """
        return np.flatnonzero(self._columns["width"] == self._only_width(width))

    def ids_of(self, width: int | None = None) -> list[str]:
        """Give the ids of the items of a width: those of the rows of ``table(width)``."""
        return [self.ids[index] for index in self.indices_of(width).tolist()]

    def table(
        self,
        width: int | None = None,
        level: Level = "utterance",
        *,
        into: str | os.PathLike[str] | None = None,
    ) -> Array:
        """Give all embeddings of a width as one array.

        If they lie in one file, in order and without gaps, the result maps that file, is
        read-only, and takes no memory. Else it is a copy in memory, or in the file ``into``.

        Parameters
        ----------
        width
            The width; None if there is only one.
        level
            ``"utterance"``: a row for each item. ``"segment"``: the rows of each item, one after
            the other; `segments` says which row is whose.
        into
            An .npy file for the copy, for what does not fit in memory. The result maps it.

        Returns
        -------
        numpy.ndarray
            ``[n, width]``, rows in the order of ``ids_of(width)``: float16 where every file is,
            else float32.

        Raises
        ------
        ValueError
            If there is no such width, or None is given and there are several.
        UsageError
            If the archive was written without that level.
        EchoError
            Of kind ``"data"``, if a file is missing or damaged, with its name.
        """
        chosen = self._only_width(width)
        indices = self.indices_of(chosen)
        return self._rows.table(indices, level, chosen, into)

    def segments(self, width: int | None = None) -> tuple[Array, Array, Array]:
        """Give all segment embeddings of a width, and which is whose.

        Parameters
        ----------
        width
            The width; None if there is only one.

        Returns
        -------
        values : numpy.ndarray
            ``[rows, width]``: ``table(width, "segment")``.
        items : numpy.ndarray
            int64 ``[rows]``: each row's place in `Archive.ids`.
        starts : numpy.ndarray
            float64 ``[rows]``: seconds from the start of what was embedded, see `segment_starts`.

        Raises
        ------
        ValueError, UsageError, EchoError
            As `table` does.
        """
        values = self.table(width, "segment")
        indices = self.indices_of(width)
        counts = self._rows.counts(indices, "segment")
        parts = [self._rows.starts(index) for index in indices.tolist()]
        starts = np.concatenate(parts) if parts else np.zeros(0)
        return values, np.repeat(indices, counts), starts

    def _only_width(self, width: int | None) -> int:
        widths = self.widths
        if width in widths:
            return int(width)
        have = ", ".join(map(str, widths)) or "none"
        if width is None and len(widths) == 1:
            return widths[0]
        if width is None and widths:
            raise UsageError(
                f"{self.folder} has embeddings of widths {have}, which make no one array. Name one."
            )
        raise UsageError(f"{self.folder} has no embeddings of width {width}; its widths: {have}.")
