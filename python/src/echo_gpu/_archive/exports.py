"""An archive as a table of pandas, polars, Arrow, Parquet or Hugging Face datasets."""

from __future__ import annotations

import abc
from typing import TYPE_CHECKING, cast

from echo_gpu._packages import missing_package

from .arrow import Frame, import_pyarrow

if TYPE_CHECKING:
    import os
    from pathlib import Path

    import datasets
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from .rows import Level


class Exports(abc.ABC):
    """What `Archive` can become.

    Every table has the same columns: ``id``, ``channel``, ``sample_rate``, ``width``, at segment
    level ``segment`` (the row's number) and ``start`` (seconds), ``embedding`` (a list of float32),
    then where it comes from: ``path``, ``samples``, ``frames``, ``note``, ``columns``,
    ``overrides`` (JSON), ``device``, ``driver``, ``tiles``, ``attempt``, ``bytes``, ``modified``,
    ``run``, and of the run ``weights`` (SHA-256), ``model``, ``precision``, ``version``,
    ``trained``. Then the user's own fields: one whose name is one of these is called
    ``field_NAME``, and one whose values have several types, or are lists or objects, is text with
    JSON in it.
    """

    @abc.abstractmethod
    def _frame(self, level: Level, width: int | None) -> Frame:
        """Describe the archive, or its items of a width, as a table."""

    def to_arrow(self, *, level: Level = "utterance", width: int | None = None) -> pa.Table:
        """Give the archive as an Arrow table, in memory.

        Parameters
        ----------
        level
            ``"utterance"``: a row for each item. ``"segment"``: a row for each of its segment rows.
        width
            Only items of this width; None for all.

        Returns
        -------
        pyarrow.Table
            Columns as `Exports` lists them.

        Raises
        ------
        ImportError
            If pyarrow is not installed.
        UsageError
            If the archive has no such level or width.
        EchoError
            Of kind ``"data"``, if a file is missing or damaged.
        """
        from echo_gpu.parquet import ROW_GROUP  # noqa: PLC0415

        table = self._frame(level, width)
        batches = list(table.batches(ROW_GROUP))
        return import_pyarrow().Table.from_batches(batches, table.schema)

    def to_pandas(self, *, level: Level = "utterance", width: int | None = None) -> pd.DataFrame:
        """Give the archive as a pandas DataFrame; ``embedding`` holds a numpy array in each row.

        Parameters and errors are those of `to_arrow`; pandas has to be installed, too.

        Returns
        -------
        pandas.DataFrame
            Columns as `Exports` lists them. ``numpy.stack(frame["embedding"])`` is one array where
            there is one width.
        """
        try:
            import pandas  # noqa: F401, ICN001, PLC0415
        except ImportError:
            raise missing_package("pandas", "parquet", "pandas") from None
        return cast("pd.DataFrame", self.to_arrow(level=level, width=width).to_pandas())

    def to_polars(self, *, level: Level = "utterance", width: int | None = None) -> pl.DataFrame:
        """Give the archive as a polars DataFrame; ``embedding`` is a list column of Float32.

        Parameters and errors are those of `to_arrow`; polars has to be installed, too.

        Returns
        -------
        polars.DataFrame
            Columns as `Exports` lists them.
        """
        try:
            import polars  # noqa: ICN001, PLC0415
        except ImportError:
            raise missing_package("polars", "parquet", "polars") from None
        return cast("pl.DataFrame", polars.from_arrow(self.to_arrow(level=level, width=width)))

    def to_dataset(
        self, *, level: Level = "utterance", width: int | None = None
    ) -> datasets.Dataset:
        """Give the archive as a Hugging Face dataset, in memory.

        For an archive that does not fit in memory: `to_parquet`, then
        ``datasets.Dataset.from_parquet``.

        Parameters and errors are those of `to_arrow`; datasets has to be installed, too.

        Returns
        -------
        datasets.Dataset
            Columns as `Exports` lists them.
        """
        try:
            import datasets  # noqa: PLC0415
        except ImportError:
            raise missing_package("datasets", "parquet", "datasets") from None
        return datasets.Dataset(
            datasets.table.InMemoryTable(self.to_arrow(level=level, width=width))
        )

    def to_parquet(
        self,
        path: str | os.PathLike[str],
        *,
        level: Level = "utterance",
        width: int | None = None,
        batch: int = 4096,
    ) -> Path:
        """Write the archive as a Parquet file; see `echo_gpu.parquet.write`.

        Parameters
        ----------
        path
            The file to write; it appears whole or not at all.
        level, width
            As for `to_arrow`.
        batch
            Rows of a row group: what is in memory at a time.

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        ImportError, UsageError, EchoError
            As `to_arrow`; also of kinds ``"create"`` and ``"write"``, where the file cannot be
            written.
        """
        from echo_gpu import parquet  # noqa: PLC0415

        return parquet.write(self._frame(level, width), path, batch=batch)
