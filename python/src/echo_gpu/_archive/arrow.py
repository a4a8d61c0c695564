"""Archives as Arrow tables: the columns, and batches of them.

The embedding is a ``list<float32>``, which every reader of Parquet and Arrow knows, whatever the
widths.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from echo_gpu._packages import missing_package

from .fields import FieldKinds, as_column, column_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from .rows import Level, Rows
    from .runs import Run

Array = np.ndarray[Any, np.dtype[Any]]

# Columns of a line as its manifest has them: name, Arrow's type.
_LINE = {
    "path": "string", "samples": "int64", "frames": "int64", "note": "string",
    "columns": "strings", "overrides": "json", "device": "string", "driver": "string",
    "tiles": "string", "attempt": "int32", "bytes": "int64", "modified": "int64", "run": "string",
}  # fmt: skip
# Columns of the run that a line was made with: name, where its record has it.
_RUN = {
    "weights": ("settings", "weights_sha256"),
    "model": ("information", "model"),
    "precision": ("settings", "precision"),
    "version": ("information", "version"),
}
# Lines that are read at a time to learn the types of fields.
_LINES = 4096
# Columns of a few different values each: their dictionaries are small.
REPEATED = ("device", "driver", "tiles", "run", *_RUN)


def import_pyarrow() -> Any:
    """Import pyarrow.

    Raises
    ------
    ImportError
        If it is not installed: with the command that installs it.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415
    except ImportError:
        raise missing_package("pyarrow", "parquet") from None
    return pa


@dataclass
class Frame:
    """An archive, or a width of it, as a table that is made batch by batch.

    Attributes
    ----------
    rows
        The archive's rows.
    run, runs
        The run of the folder, and all runs by what lines call them.
    left_out
        What the table has not, and how many of it.
    level
        ``"utterance"``: a row for each item; ``"segment"``: a row for each of its segment rows.
    indices
        The items.

    Raises
    ------
    ImportError
        If pyarrow is not installed.
    UsageError
        If the items have no such level.
    """

    rows: Rows
    run: Run
    runs: dict[str, Run]
    left_out: dict[str, int]
    level: Level
    indices: Array

    def __post_init__(self) -> None:
        self._arrow = import_pyarrow()
        self.rows.require(self.indices, self.level)
        self._kinds = self._field_kinds()
        self.schema = self._schema()

    def __len__(self) -> int:
        return int(self.rows.counts(self.indices, self.level).sum())

    def batches(self, size: int) -> Iterator[pa.RecordBatch]:
        """Make the table, at most ``size`` rows at a time.

        Raises
        ------
        EchoError
            Of kind ``"data"``, if a table is missing or damaged.
        """
        for owners, rows in self.rows.windows(self.indices, self.level, size):
            yield self._batch(owners, rows)

    # ---- Columns ----

    def _field_kinds(self) -> dict[str, str]:
        kinds = FieldKinds()
        having = self.indices[self.rows.columns["has_fields"][self.indices] > 0]
        for first in range(0, having.size, _LINES):
            for line in self.rows.lines_of(having[first : first + _LINES]):
                kinds.add(line["fields"])
        return kinds.finished()

    def _schema(self) -> pa.Schema:
        arrow = self._arrow
        types = {
            "string": arrow.string(), "json": arrow.string(), "text": arrow.string(),
            "strings": arrow.list_(arrow.string()), "boolean": arrow.bool_(),
            "int32": arrow.int32(), "int64": arrow.int64(), "integer": arrow.int64(),
            "number": arrow.float64(),
        }  # fmt: skip
        columns = {"id": "string", "channel": "int32", "sample_rate": "int32", "width": "int32"}
        if self.level == "segment":
            columns |= {"segment": "int32", "start": "number"}
        ours = list(columns)
        fields = [(name, types[kind]) for name, kind in columns.items()]
        fields.append(("embedding", arrow.list_(arrow.float32())))
        fields += [(name, types[kind]) for name, kind in _LINE.items()]
        fields += [(name, arrow.string()) for name in _RUN] + [("trained", arrow.bool_())]
        taken = [*ours, *(name for name, _ in fields)]
        self._names = column_names(self._kinds, taken)
        fields += [(self._names[name], types[kind]) for name, kind in self._kinds.items()]
        notes = {"settings": self.run.settings, "information": self.run.information}
        metadata = {
            "echo_gpu.run": json.dumps(notes),
            "echo_gpu.left_out": json.dumps(self.left_out),
        }
        return arrow.schema(fields, metadata)

    def _batch(self, owners: Array, rows: Array) -> pa.RecordBatch:
        items, place = np.unique(owners, return_inverse=True)
        arrow, columns = self._arrow, self.rows.columns
        made: dict[str, pa.Array] = {
            name: arrow.array(columns[name][owners].astype(np.int32))
            for name in ("sample_rate", "width")
        }
        channel = columns["channel"][owners]
        made["channel"] = arrow.array(channel.astype(np.int32), mask=channel < 0)
        if self.level == "segment":
            segment = rows - self.rows.bounds(owners, "segment")[0]
            made["segment"] = arrow.array(segment.astype(np.int32))
            made["start"] = arrow.array(self._starts(items, place, segment))
        made["embedding"] = self._embeddings(owners, rows)
        described = self._described(items)
        for field in self.schema:
            if field.name not in made:
                column = arrow.array(described[field.name], field.type)
                made[field.name] = column if items.size == owners.size else column.take(place)
        return arrow.record_batch([made[field.name] for field in self.schema], schema=self.schema)

    def _starts(self, items: Array, place: Array, segment: Array) -> Array:
        each = [self.rows.starts(item) for item in items.tolist()]
        begin = np.concatenate([[0], np.cumsum([starts.size for starts in each])])
        starts: Array = np.concatenate(each)[begin[place] + segment]
        return starts

    def _described(self, items: Array) -> dict[str, list[Any]]:
        """Columns of what lines and their runs say, a value for each item."""
        lines = self.rows.lines_of(items)
        columns: dict[str, list[Any]] = {"id": [line["id"] for line in lines]}
        for name, kind in _LINE.items():
            values = [line.get(name) for line in lines]
            columns[name] = as_column(values, "text") if kind == "json" else values
        runs = [self.runs.get(line["run"]) for line in lines]
        for name, (part, member) in _RUN.items():
            columns[name] = [run and getattr(run, part).get(member) for run in runs]
        columns["trained"] = [run and run.information.get("trained") for run in runs]
        for name, kind in self._kinds.items():
            values = [line.get("fields", {}).get(name) for line in lines]
            columns[self._names[name]] = as_column(values, kind)
        return columns

    def _embeddings(self, owners: Array, rows: Array) -> pa.Array:
        widths = self.rows.columns["width"][owners]
        offsets = np.concatenate([[0], np.cumsum(widths)])
        values = np.empty(int(offsets[-1]), np.float32)
        kinds = np.unique(widths)
        for width in kinds.tolist():
            if kinds.size == 1:
                self.rows.copy(values.reshape(-1, width), owners, rows, self.level)
                break
            which = np.flatnonzero(widths == width)
            block = np.empty((which.size, width), np.float32)
            self.rows.copy(block, owners[which], rows[which], self.level)
            values[offsets[which][:, None] + np.arange(width)] = block
        arrow = self._arrow
        return arrow.ListArray.from_arrays(arrow.array(offsets, arrow.int32()), arrow.array(values))
