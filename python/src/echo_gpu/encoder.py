"""The encoder: signals and recordings in, embeddings out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from types import TracebackType

    import numpy as np
    from numpy.typing import NDArray

    from .results import Row

__all__ = ["Echo"]

Level = Literal["utterance", "segment", "both"]
Progress = "bool | Callable[[int, int], object] | None"


class Echo:
    """The signatures; the work follows."""

    @classmethod
    def from_pretrained(
        cls,
        name_or_path: str | os.PathLike[str],
        *,
        revision: str = "main",
        cache_dir: str | os.PathLike[str] | None = None,
        local_files_only: bool = False,
        token: str | bool | None = None,
        device: str | Sequence[str] = "auto",
        precision: Literal["fp32", "fp16"] = "fp32",
    ) -> Echo:
        raise NotImplementedError

    model: str
    embedding_width: int
    layer_count: int
    head_count: int
    precision: str
    device: str
    is_trained: bool
    description: Mapping[str, Any]

    def width(self, sample_rate: int) -> int:
        raise NotImplementedError

    def rows(self, samples: int, sample_rate: int) -> int:
        raise NotImplementedError

    def embed(
        self,
        signals: Any,
        sample_rate: int | Sequence[int],
        *,
        level: Level = "utterance",
        batch_size: int = 64,
        progress: Any = None,
    ) -> Any:
        raise NotImplementedError

    def embed_files(
        self,
        paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None = None,
        *,
        recordings: Iterable[Mapping[str, Any]] | None = None,
        manifest: str | os.PathLike[str] | None = None,
        level: Level = "utterance",
        batch_size: int = 64,
        channels: str | int = "mean",
        on_error: Literal["raise", "row"] = "raise",
        progress: Any = None,
        **reading: Any,
    ) -> list[Row]:
        raise NotImplementedError

    def iter_files(
        self,
        paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None = None,
        *,
        recordings: Iterable[Mapping[str, Any]] | None = None,
        manifest: str | os.PathLike[str] | None = None,
        level: Level = "utterance",
        batch_size: int = 64,
        channels: str | int = "mean",
        on_error: Literal["raise", "row"] = "raise",
        progress: Any = None,
        **reading: Any,
    ) -> Iterator[Row]:
        raise NotImplementedError

    def spectrogram(self, signal: Any, sample_rate: int) -> NDArray[np.float32]:
        raise NotImplementedError

    def embed_spectrograms(
        self,
        spectrograms: Any,
        sample_rate: int | Sequence[int],
        *,
        level: Level = "utterance",
        batch_size: int = 64,
        progress: Any = None,
    ) -> Any:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Echo:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
