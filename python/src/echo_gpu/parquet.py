"""Archives as Parquet files, for everything that reads those."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._archive.arrow import REPEATED
from ._formats.atomic import appearing
from .errors import UsageError

if TYPE_CHECKING:
    import os

    import pyarrow as pa

    from ._archive.arrow import Frame

# Rows of a row group: 22 MB of embeddings of width 1344.
ROW_GROUP = 4096
# Offsets of a list are 32 bits: so many rows of the widest embedding fit.
LARGEST_GROUP = 1 << 15


def write(table: Frame, path: str | os.PathLike[str], *, batch: int = ROW_GROUP) -> Path:
    """Write a table as a Parquet file, a row group at a time; see `Archive.to_parquet`.

    Values are as they are, to the bit: not compressed, since embeddings do not compress, and
    without dictionaries of floats.

    Parameters
    ----------
    table
        The table.
    path
        The file to write; one that is there is replaced. It appears whole or not at all.
    batch
        Rows of a row group.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    UsageError
        If ``batch`` is no number of rows.
    EchoError
        If a file of the archive is damaged (kind ``"data"``), or the Parquet file cannot be
        written (``"create"``, ``"write"``).
    """
    if not 1 <= batch <= LARGEST_GROUP:
        raise UsageError(f"batch {batch} is not 1 to {LARGEST_GROUP} rows. Use {ROW_GROUP}.")
    import pyarrow.parquet as pq  # noqa: PLC0415

    with (
        appearing(path) as temporary,
        pq.ParquetWriter(temporary, table.schema, **_options(table.schema)) as writer,
    ):
        for rows in table.batches(batch):
            writer.write_batch(rows, row_group_size=batch)
    return Path(path)


def _options(schema: pa.Schema) -> dict[str, Any]:
    """Choose how columns are stored, by their paths in the file."""
    lists = {"embedding", "columns"}
    leaves = [
        f"{field.name}.list.element" if field.name in lists else field.name for field in schema
    ]
    embedding = "embedding.list.element"
    return {
        "use_dictionary": [leaf for leaf in leaves if leaf in REPEATED],
        "compression": {leaf: "none" if leaf == embedding else "zstd" for leaf in leaves},
        "write_statistics": [leaf for leaf in leaves if leaf != embedding],
    }
