"""The columns that embedding adds to a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from echo_gpu.errors import EchoError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from numpy.typing import NDArray

    from echo_gpu.results import Row


def _field(name: str) -> Callable[[Row], Any]:
    return lambda row: row.fields.get(name) if row.status == "ok" else None


_RATE = (
    " Where it is the rate of files that do not say it themselves, name it in "
    "option_columns=['sample_rate']."
)

# Arrow's lists count their elements in 32 bits; a column of more is made of several chunks.
MOST_ELEMENTS = 2**31 - 1

_VECTOR = pa.list_(pa.float32())
_BEFORE: dict[str, tuple[pa.DataType, Callable[[Row], Any]]] = {
    "channel": (pa.int32(), lambda row: row.channel),
    "sample_rate": (pa.int32(), lambda row: row.sample_rate),
    "samples": (pa.int64(), lambda row: row.fields.get("samples")),
    "status": (pa.string(), lambda row: row.status),
    "code": (pa.string(), lambda row: row.code),
    "reason": (pa.string(), lambda row: row.reason),
    "note": (pa.string(), lambda row: row.note),
    "width": (pa.int32(), lambda row: row.width if row.status == "ok" else None),
}
# What made it, by the names that the Parquet files of archives have.
PROVENANCE = ("device", "driver", "tiles", "weights", "precision", "version")
_AFTER: dict[str, tuple[pa.DataType, Callable[[Row], Any]]] = {
    name: (pa.string(), _field(name)) for name in PROVENANCE
}
_SCALARS = _BEFORE | _AFTER


@dataclass(frozen=True)
class OutputColumns:
    """Which columns are added, and how they are called.

    Parameters
    ----------
    level : {"utterance", "segment", "both"}
        Adds ``embedding``, a list of float32 for each row, ``segments``, a list of lists, or both.
    prefix : str
        Stands before each name.
    """

    level: str
    prefix: str = ""

    def fields(self) -> dict[str, pa.DataType]:
        """Give the columns in order, with their types."""
        vectors = {}
        if self.level != "segment":
            vectors["embedding"] = _VECTOR
        if self.level != "utterance":
            vectors["segments"] = pa.list_(_VECTOR)
        kinds = {name: kind for name, (kind, _) in _BEFORE.items()} | vectors
        return kinds | {name: kind for name, (kind, _) in _AFTER.items()}

    def schema(self, table: pa.Schema, replaced: Collection[str] = ()) -> pa.Schema:
        """Give the schema of a table with these columns.

        Parameters
        ----------
        table : Schema
            The table before.
        replaced : collection of str
            Columns of it that go where one of these has their name.

        Raises
        ------
        UsageError
            If a column would be there twice.
        """
        added = {self.prefix + name: kind for name, kind in self.fields().items()}
        twice = [name for name in table.names if name in added and name not in replaced]
        if twice:
            some = ", ".join(repr(name) for name in twice)
            raise UsageError(
                f"The table has {some} already, which embedding adds. Rename what is there, drop "
                "it, or give the new columns a prefix: prefix='echo_'."
                + (_RATE if "sample_rate" in twice else "")
            )
        kept = [field for field in table if field.name not in added]
        return pa.schema(
            [*kept, *(pa.field(name, kind) for name, kind in added.items())],
            metadata=table.metadata,
        )

    def pandas_integers(self) -> dict[str, str]:
        """Give the types of pandas for those columns of integers that may lack some."""
        names = {pa.int32(): "Int32", pa.int64(): "Int64"}
        return {
            self.prefix + name: names[kind] for name, kind in self.fields().items() if kind in names
        }

    def join(self, table: pa.Table, rows: OutputRows, replaced: Collection[str] = ()) -> pa.Table:
        """Put the columns of rows beside those of the table that they came from.

        A row of the table that gave several stands beside each of them.
        """
        schema = self.schema(table.schema, replaced)
        if rows.inputs != list(range(table.num_rows)):
            table = table.take(pa.array(rows.inputs, pa.int64()))
        added = rows.columns(self)
        columns = [added[name] if name in added else table.column(name) for name in schema.names]
        return pa.table(columns, schema=schema)


@dataclass
class OutputRows:
    """Rows of a table as they come, in the order of their inputs."""

    inputs: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def add(self, row: Row) -> None:
        """Take the next row."""
        self.inputs.append(row.input)
        self.rows.append(row)

    def columns(self, wanted: OutputColumns) -> dict[str, pa.ChunkedArray]:
        """Make columns of the rows, by their names."""
        columns: dict[str, pa.ChunkedArray] = {}
        for name, kind in wanted.fields().items():
            if name in _SCALARS:
                chunks = [pa.array([_SCALARS[name][1](row) for row in self.rows], kind)]
            elif name == "embedding":
                chunks = list(_vectors([row.utterance for row in self.rows]))
            else:
                chunks = list(_matrices([row.segments for row in self.rows]))
            columns[wanted.prefix + name] = pa.chunked_array(chunks, type=kind)
        return columns


def _vectors(arrays: list[NDArray[np.float32] | None]) -> Iterator[pa.Array]:
    for part in _parts(arrays):
        yield _lists([0 if a is None else a.shape[0] for a in part], _joined(part), part)


def _matrices(arrays: list[NDArray[np.float32] | None]) -> Iterator[pa.Array]:
    for part in _parts(arrays):
        widths = [a.shape[1] for a in part if a is not None for _ in range(a.shape[0])]
        yield _lists(
            [0 if a is None else a.shape[0] for a in part], _lists(widths, _joined(part)), part
        )


def _joined(arrays: list[NDArray[np.float32] | None]) -> pa.Array:
    flat = [array.reshape(-1) for array in arrays if array is not None]
    return pa.array(np.concatenate(flat) if flat else np.zeros(0, np.float32))


def _lists(
    lengths: list[int], values: pa.Array, rows: list[NDArray[np.float32] | None] | None = None
) -> pa.Array:
    """Cut values into lists; those of rows that have no array are null."""
    offsets = np.zeros(len(lengths) + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    mask = None if rows is None else pa.array([row is None for row in rows], pa.bool_())
    return pa.ListArray.from_arrays(pa.array(offsets), values, mask=mask)


def _parts(
    arrays: list[NDArray[np.float32] | None],
) -> Iterator[list[NDArray[np.float32] | None]]:
    """Cut rows into parts that a list of Arrow can hold."""
    part: list[NDArray[np.float32] | None] = []
    count = 0
    for array in arrays:
        size = 0 if array is None else array.size
        if size > MOST_ELEMENTS:
            raise EchoError(
                f"The embeddings of one recording have {size:,} elements, and a list of Arrow has "
                f"at most {MOST_ELEMENTS:,}. Cut the recording (columns start and end), or use "
                "level='utterance'.",
                code=65,
                kind="data",
            )
        if part and count + size > MOST_ELEMENTS:
            yield part
            part, count = [], 0
        part.append(array)
        count += size
    if part:
        yield part
