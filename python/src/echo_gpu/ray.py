"""Recordings of a Ray dataset embedded, a model an actor.

>>> import ray, echo_gpu.ray
>>> recordings = ray.data.from_items([{"path": "/data/a.wav"}, {"path": "/data/b.flac"}])
>>> embeddings = echo_gpu.ray.extract(recordings, model="yucongzh/echo-tiny-0828")
>>> embeddings.write_parquet("/data/embeddings")
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Literal

from ._packages import missing_package

try:
    import pyarrow as pa
    import ray
    import ray.data
except ImportError as error:
    raise missing_package(error.name or "Ray Data", "ray") from error

from ._ray.cluster import require_resources
from ._ray.gpus import devices_of_worker
from .embedder import Embedder
from .errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ray.data import Dataset
    from typing_extensions import Unpack

    from ._core.reading import Reading

__all__ = ["extract"]


def extract(
    dataset: Dataset,
    *,
    model: str | os.PathLike[str],
    level: Literal["utterance", "segment", "both"] = "utterance",
    channels: str | int = "mean",
    batch_size: int = 64,
    num_workers: int | tuple[int, int] = 1,
    gpus_per_worker: float = 1,
    cpus_per_worker: float = 0.25,
    on_error: Literal["row", "raise"] = "row",
    wait_for_resources: bool = False,
    source: Literal["path", "bytes", "signal"] | None = None,
    path_column: str = "path",
    bytes_column: str = "bytes",
    signal_column: str = "signal",
    sample_rate_column: str = "sample_rate",
    option_columns: Sequence[str] = (),
    prefix: str = "",
    folder: str | None = None,
    device: str | Sequence[str] = "auto",
    precision: Literal["fp32", "fp16"] = "fp32",
    revision: str = "main",
    cache_dir: str | os.PathLike[str] | None = None,
    local_files_only: bool = False,
    **reading: Unpack[Reading],
) -> Dataset:
    """Embed the recordings of a dataset; docs/ray.md has it step by step.

    Every row gives a row with all its columns and the embedding beside them. What fails is a row
    too, with ``status`` "failed", ``code`` and ``reason``. As everywhere in Ray Data nothing runs
    before the dataset is used, and rows come in no certain order; each stays beside its columns.

    Parameters
    ----------
    dataset : ray.data.Dataset
        Its rows are paths of files (column ``path``), files (``bytes``, as
        `ray.data.read_binary_files` reads them) or signals (``signal`` and ``sample_rate``).
    model : str or path
        As for `Echo.from_pretrained`. A folder must be there on every node.
    level, channels, source, path_column, bytes_column, signal_column, sample_rate_column, \
option_columns, prefix, precision, revision, cache_dir, local_files_only, **reading
        As for `echo_gpu.embedder.Embedder`.
    batch_size : int
        Rows that a worker takes at once, and segments of up to 20 s that go to its device together.
    num_workers : int or (int, int)
        Actors, each with a model; or the least and the most of them, between which Ray chooses.
    gpus_per_worker : float
        GPUs of each; 0 on machines without. A fraction, such as 0.5, lets workers share one.
    cpus_per_worker : float
        CPUs that Ray counts for each. Reading and writing the dataset needs one that no worker
        holds: where workers hold all of them, Ray Data waits for ever.
    on_error : {"row", "raise"}
        Whether a recording that fails is a row, or ends the run.
    wait_for_resources : bool
        True if the cluster adds machines when they are asked for (autoscaling): what is missing
        now is then no error.
    folder : str, optional
        Where relative paths start; by default the working folder of this process.
    device : str or sequence of str
        "auto" takes the GPUs that Ray gave the worker, or without any the best device. Others are
        taken as they are, in each worker.

    Returns
    -------
    ray.data.Dataset
        The dataset with the columns that `echo_gpu.embedder.Embedder` adds.

    Raises
    ------
    UsageError
        If a setting is wrong, if the columns do not fit, or if the cluster does not have what
        the workers need.
    ray.exceptions.RayError
        When the dataset is used: where a recording fails and ``on_error`` is "raise", where the
        model cannot be opened, or a device fails. Its text has the sentence of the `EchoError`.
    """
    if not isinstance(dataset, ray.data.Dataset):
        raise UsageError(
            f"extract takes a ray.data.Dataset, and got a {type(dataset).__name__}. Make one: "
            "ray.data.from_items([{'path': '/data/a.wav'}])."
        )
    pool = _pool(num_workers)
    settings: dict[str, Any] = {
        "model": model,
        "level": level,
        "channels": channels,
        "batch_size": batch_size,
        "on_error": on_error,
        "source": source,
        "path_column": path_column,
        "bytes_column": bytes_column,
        "signal_column": signal_column,
        "sample_rate_column": sample_rate_column,
        "option_columns": option_columns,
        "prefix": prefix,
        "folder": os.getcwd() if folder is None else folder,  # noqa: PTH109 - as the user sees it
        "device": device,
        "precision": precision,
        "revision": revision,
        "cache_dir": cache_dir,
        "local_files_only": local_files_only,
        **reading,
    }
    _check_columns(dataset, Embedder(**settings))
    if not wait_for_resources:
        require_resources(pool.min_size, gpus_per_worker, cpus_per_worker)
    return dataset.map_batches(
        _Worker,
        fn_constructor_kwargs={"gpus": gpus_per_worker, "settings": settings},
        batch_size=batch_size,
        batch_format="pyarrow",
        compute=pool,
        num_cpus=cpus_per_worker,
        num_gpus=gpus_per_worker,
        # With "each", which a column of options may say too, a row gives several. Else a limit()
        # that follows may go first, so that no more is embedded than it leaves.
        udf_modifying_row_count=channels == "each" or bool(option_columns),
    )


class _Worker:
    """An actor: an `Embedder` on the GPUs that Ray gave it."""

    def __init__(self, gpus: float, settings: dict[str, Any]) -> None:
        if gpus and settings["device"] == "auto":
            settings = settings | {"device": devices_of_worker()}
        self._embedder = Embedder(**settings)
        # Now, so that a model or device that is not there ends the run before it reads anything.
        self._embedder.open()

    def __call__(self, table: pa.Table) -> pa.Table:
        return self._embedder(table)


def _pool(num_workers: int | tuple[int, int]) -> ray.data.ActorPoolStrategy:
    """Make the pool of actors.

    Raises
    ------
    UsageError
        If that is no number of workers.
    """
    bounds = num_workers if isinstance(num_workers, tuple) else (num_workers, num_workers)
    is_number = all(isinstance(n, int) and not isinstance(n, bool) for n in bounds)
    if len(bounds) != 2 or not is_number or not 1 <= bounds[0] <= bounds[1]:  # noqa: PLR2004
        raise UsageError(
            f"num_workers is {num_workers!r}, and must be a whole number from 1, or the least and "
            "the most: (1, 4)."
        )
    return ray.data.ActorPoolStrategy(min_size=bounds[0], max_size=bounds[1])


def _check_columns(dataset: Dataset, embedder: Embedder) -> None:
    """Check the columns now, where the dataset knows them without reading anything.

    Raises
    ------
    UsageError
        If they do not fit the settings.
    """
    schema = dataset.schema(fetch_if_missing=False)
    if schema is not None and isinstance(schema.base_schema, pa.Schema):
        embedder.schema(schema.base_schema)
