"""The extractor that SIREN calls."""

from __future__ import annotations

import importlib
import logging
import os
from typing import TYPE_CHECKING, Union

import numpy as np

from echo_gpu.encoder import Echo
from echo_gpu.errors import EchoError, SignalError, UsageError

from .gather import Gatherer
from .reading import is_table, read_channels
from .stop import Guard

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch
    from numpy.typing import NDArray

    from echo_gpu.results import Row

__all__ = ["FeatureExtractor"]

_log = logging.getLogger("echo_gpu.siren")

_STRATEGIES = ("concatenate", "mean", "first", "last")

# What a thread of SIREN asks for: a recording at a rate, or the channels of one.
_File = tuple[str, int]
_Channels = tuple[str, "NDArray[np.float32]", int]
_Answer = Union["NDArray[np.float32]", SignalError]


class FeatureExtractor:
    """Embeds what SIREN evaluates: utterance embeddings, the signals read as SIREN reads them.

    It is configured by ``$ECHO_GPU_MODEL``, whatever `Echo.from_pretrained` takes, and
    ``$ECHO_GPU_DEVICE``, by default ``auto``. Every method may be called from any thread.

    Parameters
    ----------
    multi_channel_strategy : {"concatenate", "mean", "first", "last"}
        What becomes of the channels of a ``.csv`` file. Sound is averaged to one channel whatever
        this is, as SIREN does.

    Attributes
    ----------
    expected_channels : int
        Into how many pieces SIREN's fault sets cut a vector, 8, as with SIREN's own ECHO extractor:
        also that of a recording of one channel (see docs/siren.md).

    Raises
    ------
    UsageError
        ``$ECHO_GPU_MODEL`` is not set, or the strategy is none of the four.
    ModelError, DeviceError
        As of `Echo.from_pretrained`.
    SystemExit
        In place of an exception where SIREN would go on without what failed, here and below.
    """

    expected_channels = 8

    def __init__(self, multi_channel_strategy: str = "concatenate") -> None:
        self._guard = Guard()
        with self._guard.watch():
            if multi_channel_strategy not in _STRATEGIES:
                known = ", ".join(_STRATEGIES)
                raise UsageError(f"{multi_channel_strategy}: no such strategy; use {known}.")
            self.multi_channel_strategy = multi_channel_strategy
            self._echo = _open()
            self._files = Gatherer(self._embed_files)
            self._tables = Gatherer(self._embed_tables)
            _declare(type(self))

    # ---- What SIREN calls ----

    def extract_features(self, audio_path: str, sample_rate: int = 16000) -> torch.Tensor:
        """Embed a recording. Calls of several threads are computed together.

        Parameters
        ----------
        audio_path : str
            The recording: ``.csv``, ``.mat``, or sound.
        sample_rate : int
            Hz: the rate of a ``.csv`` or ``.mat`` file. Sound of another rate is resampled to it.

        Returns
        -------
        Tensor of float32, shape ``[N*D]``, or ``[channels*N*D]`` with ``concatenate``
            The utterance embedding. It does not depend on what is computed with it.

        Raises
        ------
        SignalError
            It cannot be embedded. There are no zeros in its place.
        """
        with self._guard.watch():
            if is_table(audio_path):
                channels = self._chosen(read_channels(audio_path))
                vector = self._tables.ask((audio_path, channels, sample_rate))
            else:
                vector = self._files.ask((audio_path, sample_rate))
            return _tensor(vector)

    def extract_features_batch(
        self, audio_paths: Sequence[str], sample_rate: int = 16000
    ) -> list[torch.Tensor]:
        """Embed many recordings, read and computed natively, in batches.

        Parameters
        ----------
        audio_paths : sequence of str
            The recordings.
        sample_rate : int
            Hz, as for `extract_features`.

        Returns
        -------
        list of Tensor of float32, shape ``[N*D]``
            Their utterance embeddings, in their order.

        Raises
        ------
        SignalError
            One cannot be embedded; it is named.
        """
        if any(is_table(path) for path in audio_paths):
            return [self.extract_features(path, sample_rate) for path in audio_paths]
        with self._guard.watch():
            rows = self._echo.iter_files(
                recordings=_recordings(audio_paths),
                on_error="row",
                resample=sample_rate,
                progress=True,
            )
            return [_tensor(_vector(row)) for row in rows]

    @property
    def feature_dim(self) -> int:
        """Elements of what a recording of 16 kHz and `expected_channels` channels gives."""
        return self.get_feature_dim_for_sample_rate(16000)

    def get_feature_dim_for_sample_rate(self, sample_rate: int) -> int:
        """Give the elements of what a recording of `expected_channels` channels gives."""
        pieces = self.expected_channels if self.multi_channel_strategy == "concatenate" else 1
        return self._echo.width(sample_rate) * pieces

    # ---- Batches ----

    def _embed_files(self, requests: list[_File]) -> list[_Answer]:
        answers: dict[int, _Answer] = {}
        for rate in {rate for _, rate in requests}:
            indices = [index for index, request in enumerate(requests) if request[1] == rate]
            rows = self._echo.embed_files(
                recordings=_recordings([requests[index][0] for index in indices]),
                on_error="row",
                resample=rate,
            )
            answers |= zip(indices, map(_answer, rows), strict=True)
        return [answers[index] for index in range(len(requests))]

    def _embed_tables(self, requests: list[_Channels]) -> list[_Answer]:
        if not requests:
            return []
        owners = [owner for owner, (_, channels, _) in enumerate(requests) for _ in channels]
        signals = [signal for _, channels, _ in requests for signal in channels]
        try:
            vectors = self._echo.embed(signals, [requests[owner][2] for owner in owners])
        except SignalError as error:
            if error.index is None:
                raise
            # One that cannot be embedded must not touch those that happen to be beside it.
            culprit = owners[error.index]
            others = self._embed_tables(requests[:culprit] + requests[culprit + 1 :])
            path = requests[culprit][0]
            failure = SignalError(f"{path}: {error}", code=error.code, kind=error.kind)
            return [*others[:culprit], failure, *others[culprit:]]
        return [
            np.concatenate(
                [vector for vector, its in zip(vectors, owners, strict=True) if its == owner]
            )
            for owner in range(len(requests))
        ]

    def _chosen(self, channels: NDArray[np.float32]) -> NDArray[np.float32]:
        if self.multi_channel_strategy == "mean":
            return np.asarray(channels.mean(axis=0, keepdims=True), dtype=np.float32)
        if self.multi_channel_strategy == "first":
            return channels[:1]
        return channels[-1:] if self.multi_channel_strategy == "last" else channels


def _open() -> Echo:
    model = os.environ.get("ECHO_GPU_MODEL")
    if not model:
        raise UsageError(
            "ECHO_GPU_MODEL is not set: set it to a model, such as yucongzh/echo-small-0824 "
            "or a folder with model.safetensors."
        )
    try:
        return Echo.from_pretrained(model, device=os.environ.get("ECHO_GPU_DEVICE") or "auto")
    except ImportError as error:
        # SIREN takes an ImportError for an extractor that does not exist, and says so.
        raise EchoError(str(error), kind="library") from error


def _declare(extractor: type[FeatureExtractor]) -> None:
    """Make SIREN's ``isinstance`` accept the class, without what its base class does.

    That base answers an exception by zeros, which are then cached.
    """
    try:
        base = importlib.import_module("siren.core.base_extractor")
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("siren"):
            raise EchoError(f"SIREN cannot be imported: {error}") from error
        return  # Used by itself.
    base.BaseFeatureExtractor.register(extractor)


def _recordings(paths: Sequence[str]) -> list[dict[str, str]]:
    """Name recordings by their place: a path may be asked for twice at the same time."""
    return [{"path": path, "id": str(index)} for index, path in enumerate(paths)]


def _answer(row: Row) -> _Answer:
    if row.utterance is None:
        return SignalError(f"{row.path}: {row.reason}")
    if row.note is not None:
        _log.warning("%s: %s", row.path, row.note)
    return row.utterance


def _vector(row: Row) -> NDArray[np.float32]:
    answer = _answer(row)
    if isinstance(answer, SignalError):
        raise answer
    return answer


def _tensor(vector: NDArray[np.float32]) -> torch.Tensor:
    import torch  # noqa: PLC0415

    return torch.from_numpy(np.array(vector, dtype=np.float32))
