"""Recordings of a table embedded: one class for Ray, Spark, Dask and plain Arrow.

`Embedder` takes an Arrow table and gives it back with the embeddings beside its columns. It holds
settings alone, so it is pickled like any value and sent to workers; each process opens the model at
its first table, once for all embedders with the same model and device.

>>> import pyarrow as pa
>>> from echo_gpu.embedder import Embedder
>>> embedder = Embedder("yucongzh/echo-tiny-0828")
>>> embedder(pa.table({"path": ["engine.flac", "gone.wav"]}))["status"].to_pylist()
['ok', 'failed']
"""

from __future__ import annotations

from echo_gpu._packages import missing_package

try:
    import pyarrow as pa  # noqa: F401
except ImportError as error:
    raise missing_package("pyarrow", "parquet") from error

from ._embedder import Embedder

__all__ = ["Embedder"]
