"""What an archive keeps of its manifests: columns of numbers.

The rest of a line is read again if somebody asks for it: so a million recordings are columns and
a list of ids, not a million dictionaries.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from .manifest import REMEDY, Chunk, Integers, Line, chunks
from .refusal import damaged, replaced, unreadable

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Failure:
    """A recording that could not be embedded, and has not been since.

    Attributes
    ----------
    id, path : str
        Its name, and where it was read. The id is empty for what was no recording: a folder or
        archive that could not be searched.
    code : str
        Why, as a name that stays the same, such as ``"unreadable"``.
    reason : str
        Why, as a sentence.
    """

    id: str
    path: str
    code: str
    reason: str


@dataclass
class Columns:
    """What is kept of the lines that hold, a value each.

    ``utterance_row`` is -1 if the file is the row itself; a file of -1 is none.
    """

    ids: list[str] = field(default_factory=list)
    numbers: dict[str, Integers] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)

    def __getitem__(self, name: str) -> Integers:
        return self.numbers[name]


@dataclass
class Content:
    """What the manifests of a folder say."""

    columns: Columns
    failures: list[Failure]
    replaced: int


def read_columns(folder: Path, names: list[str], *, appended: bool) -> Content:
    """Read manifests, and keep the lines that hold.

    Parameters
    ----------
    folder
        The folder that they are in.
    names
        Their names, in order.
    appended
        True in a folder of files: lines are added to a manifest, and a last line without an end is
        none. Manifests of parts appear whole.

    Returns
    -------
    Content
        The lines with the highest attempt of their id.

    Raises
    ------
    EchoError
        Of kind ``"data"``, with the file and the line, if one is not what echo-gpu wrote.
    BusyError
        If one went while they were read.
    """
    collector = _Collector()
    for number, name in enumerate(names):
        path = folder / name
        try:
            for chunk in chunks(path, appended=appended):
                collector.add(chunk, number)
        except FileNotFoundError:
            raise replaced(path) from None
        except OSError as error:
            raise unreadable(path, error) from None
    # What compact joined was perhaps read twice: in parts that went, and in the new ones.
    for name in names:
        if not (folder / name).exists():
            raise replaced(folder / name)
    return collector.finished(folder, names)


def read_unsearched(folder: Path) -> list[Failure]:
    """Read what the last run could not search: the entries of ``errors.jsonl`` without an id.

    Raises
    ------
    EchoError
        Of kind ``"data"``, if a list is not what echo-gpu wrote.
    """
    found: list[Failure] = []
    for path in sorted(folder.glob("errors*.jsonl")):
        for chunk in chunks(path, appended=True):
            for line in chunk.lines:
                texts = [str(line.get(name, "")) for name in ("id", "path", "code", "reason")]
                if not texts[0]:
                    found.append(Failure(*texts))
    return found


class _WrongMember(Exception):  # noqa: N818
    """A member that is not there or not of its type."""


def _members(chunk: list[Line], name: str) -> list[Any]:
    try:
        return list(map(itemgetter(name), chunk))
    except KeyError:
        raise _WrongMember(name) from None


def _texts(chunk: list[Line], name: str) -> list[str]:
    column = _members(chunk, name)
    if set(map(type, column)) - {str}:
        raise _WrongMember(name)
    return column


def _integers(values: list[Any], name: str, least: int = 0) -> Integers:
    if set(map(type, values)) - {int}:
        raise _WrongMember(name)
    try:
        column = np.array(values, dtype=np.int64)
    except OverflowError:
        raise _WrongMember(name) from None
    if column.size and int(column.min()) < least:
        raise _WrongMember(name)
    return column


def _optional(rows: list[Line], name: str) -> Integers:
    """Give integers, -1 if a row has none."""
    values = [line.get(name) for line in rows]
    if -1 in values:
        raise _WrongMember(name)
    return _integers([-1 if value is None else value for value in values], name, -1)


def _have_fields(rows: list[Line]) -> Integers:
    """Say which rows have fields of their user's."""
    if {type(line["fields"]) for line in rows if "fields" in line} - {dict}:
        raise _WrongMember("fields")
    return np.array(["fields" in line for line in rows], dtype=np.int64)


def _bounds(rows: list[Line]) -> tuple[Integers, Integers]:
    """Give the first segment row of each row, and the one after its last; 0 if it has none."""
    name = "segment_rows"
    pairs = [line.get(name, (0, 0)) for line in rows]
    if set(map(type, pairs)) - {list, tuple} or set(map(len, pairs)) - {2}:
        raise _WrongMember(name)
    first, end = (_integers([pair[side] for pair in pairs], name) for side in (0, 1))
    if (end < first).any():
        raise _WrongMember(name)
    return first, end


class _Numbering:
    """Gives texts numbers in the order in which they come."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def add(self, texts: list[Any]) -> Integers:
        numbers = self.numbers
        for text in dict.fromkeys(texts):
            numbers.setdefault(text, len(numbers))
        return np.fromiter(map(numbers.__getitem__, texts), np.int64, len(texts))


class _Collector:
    """Columns of lines, and what is known of their ids."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.columns: dict[str, list[Integers]] = {}
        self.failures: list[tuple[int, Failure]] = []
        self.last: dict[str, int] = {}
        self.files = _Numbering()
        self.runs = _Numbering()

    def add(self, chunk: Chunk, manifest: int) -> None:
        try:
            self._add(chunk, manifest)
        except _WrongMember as error:
            raise self._blame(chunk, str(error)) from None

    @staticmethod
    def _blame(chunk: Chunk, name: str) -> Exception:
        """Name the line: each is taken alone, until one is refused."""
        for number, line in enumerate(chunk.lines, chunk.first):
            alone = Chunk(chunk.path, number, [line], [0], [0])
            try:
                _Collector()._add(alone, 0)  # noqa: SLF001
            except _WrongMember as error:
                what = f'line {number}: "{error}" is not there or not of its type'
                return damaged(chunk.path, f"is not what echo-gpu wrote: {what}", REMEDY)
        return damaged(chunk.path, f'is not what echo-gpu wrote: "{name}" is wrong', REMEDY)

    def _add(self, chunk: Chunk, manifest: int) -> None:
        ids = _texts(chunk.lines, "id")
        attempts = _integers(_members(chunk.lines, "attempt"), "attempt", 1)
        last = self.last
        for name, attempt in zip(ids, attempts.tolist(), strict=True):
            if last.get(name, 0) < attempt:
                last[name] = attempt
        status = np.array(_texts(chunk.lines, "status"))
        good, failed = status == "ok", status == "failed"
        if not (good | failed).all():
            raise _WrongMember("status")
        for index in np.flatnonzero(failed).tolist():
            self._add_failure(chunk.lines[index], int(attempts[index]))
        self._add_embedded(chunk, manifest, good, attempts)
        self.ids += ids if good.all() else list(itertools.compress(ids, good))

    def _add_failure(self, line: Line, attempt: int) -> None:
        texts = [_texts([line], name)[0] for name in ("id", "path", "code", "reason")]
        self.failures.append((attempt, Failure(*texts)))

    def _add_embedded(
        self, chunk: Chunk, manifest: int, good: np.ndarray[Any, Any], attempts: Integers
    ) -> None:
        rows = chunk.lines if good.all() else list(itertools.compress(chunk.lines, good))
        columns = {
            "manifest": np.full(len(rows), manifest, dtype=np.int64),
            "offset": np.array(chunk.offsets, dtype=np.int64)[good],
            "length": np.array(chunk.lengths, dtype=np.int64)[good],
            "attempt": attempts[good],
            "channel": _optional(rows, "channel"),
            "utterance_file": self._files(rows, "utterance_file"),
            "utterance_row": _optional(rows, "utterance_row"),
            "segment_file": self._files(rows, "segment_file"),
            "run": self.runs.add(_texts(rows, "run")),
            "has_fields": _have_fields(rows),
        }
        for name in ("sample_rate", "frames", "width"):
            columns[name] = _integers(_members(rows, name), name, 1)
        columns["segment_first"], columns["segment_end"] = _bounds(rows)
        for name, column in columns.items():
            kept: Integers = column.astype(np.int32 if name in _NARROW else np.int64)
            self.columns.setdefault(name, []).append(kept)

    def _files(self, rows: list[Line], name: str) -> Integers:
        """Give the number of the file of each row; -1 if it has none of that level."""
        have = np.array([name in line for line in rows], dtype=bool)
        texts = _texts(list(itertools.compress(rows, have)), name)
        if any(not _is_below(text) for text in set(texts)):
            raise _WrongMember(name)
        numbers = np.full(len(rows), -1, dtype=np.int64)
        numbers[have] = self.files.add(texts)
        return numbers

    def finished(self, folder: Path, names: list[str]) -> Content:
        """Leave out what a later run put right."""
        columns = Columns(
            self.ids,
            {name: np.concatenate(parts) for name, parts in self.columns.items()},
            list(self.files.numbers),
            list(self.runs.numbers),
        )
        if not columns.numbers:
            empty: Integers = np.zeros(0, dtype=np.int64)
            columns.numbers = dict.fromkeys(_COLUMNS, empty)
        last = self.last
        highest = np.fromiter(map(last.__getitem__, self.ids), np.int64, len(self.ids))
        holds = columns.numbers.pop("attempt") == highest
        if not holds.all():
            columns.ids = list(itertools.compress(self.ids, holds))
            columns.numbers = {name: c[holds] for name, c in columns.numbers.items()}
        _require_unique(columns, folder, names)
        _require_own_files(columns, folder, names)
        failures = [failure for attempt, failure in self.failures if last[failure.id] == attempt]
        return Content(columns, failures, int((~holds).sum()))


_COLUMNS = (
    "manifest", "offset", "length", "attempt", "channel", "sample_rate", "frames", "width",
    "utterance_file", "utterance_row", "segment_file", "segment_first", "segment_end", "run",
    "has_fields",
)  # fmt: skip
_NARROW = {"manifest", "length", "attempt", "channel", "utterance_file", "segment_file", "run"}


def _is_below(name: str) -> bool:
    """Whether a path stays in its folder."""
    parts = name.split("/")
    return "\0" not in name and not any(part in ("", ".", "..") for part in parts)


def _require_own_files(columns: Columns, folder: Path, names: list[str]) -> None:
    """Refuse a line without a row number whose file others have rows in."""
    file, row = columns["utterance_file"], columns["utterance_row"]
    lines_of = np.bincount(file[file >= 0], minlength=1)
    is_wrong = (file >= 0) & (row < 0) & (lines_of[file] > 1)
    if is_wrong.any():
        index = int(np.flatnonzero(is_wrong)[0])
        what = (
            f'names no "utterance_row" for {columns.ids[index]}, and others have rows in '
            f"{columns.files[int(file[index])]} too"
        )
        raise damaged(folder / names[int(columns["manifest"][index])], what, REMEDY)


def _require_unique(columns: Columns, folder: Path, names: list[str]) -> None:
    channels = columns["channel"]
    keys: list[Any] = columns.ids
    if channels.size and int(channels.max()) >= 0:
        keys = list(zip(columns.ids, channels.tolist(), strict=True))
    if len(set(keys)) == len(keys):
        return
    seen: dict[Any, int] = {}
    for index, key in enumerate(keys):
        if key in seen:
            first, second = (names[int(columns["manifest"][i])] for i in (seen[key], index))
            raise damaged(
                folder,
                f"{columns.ids[index]} is there twice, in {first} and in {second}",
                "Two folders were perhaps copied into one: keep them apart.",
            )
        seen[key] = index
