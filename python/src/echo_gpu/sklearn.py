"""Embeddings as a step of scikit-learn: `EchoTransformer` in a pipeline.

>>> from sklearn.neighbors import KNeighborsClassifier
>>> from sklearn.pipeline import make_pipeline
>>> from echo_gpu.sklearn import EchoTransformer
>>> classifier = make_pipeline(EchoTransformer("yucongzh/echo-tiny-0828"), KNeighborsClassifier())
>>> classifier.fit(["a.wav", "b.wav"], ["good", "worn"])        # doctest: +SKIP
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import numpy as np

from ._packages import missing_package
from ._sklearn_inputs import Recordings, Signals, read_inputs
from .encoder import Echo
from .errors import UsageError

try:
    from sklearn.base import BaseEstimator, TransformerMixin
    from sklearn.utils.validation import check_is_fitted
except ImportError as error:
    raise missing_package("scikit-learn", "sklearn") from error

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from typing_extensions import Self

    from ._sklearn_inputs import Floats

__all__ = ["EchoTransformer"]


class EchoTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # they have no types
    """Embeds signals or files: a row of a table for each.

    It learns nothing: `fit` opens the model and finds out the width of its rows, which follows from
    the sample rate.

    Parameters
    ----------
    model : str or path
        As `echo_gpu.Echo.from_pretrained` takes it. There is no default: ``"demo"`` is untrained.
    sample_rate : int, optional
        Hz. Of signals: needed. Of files: only of those that do not say it themselves.
    device : str or sequence of str
        As `Echo` takes it.
    precision : {"fp32", "fp16"}
        As `Echo` takes it.
    batch_size : int
        Segments of up to 20 s that are computed together. Embeddings do not depend on it.
    channels : {"mean", "first", "concatenate"}
        What is made of files with several channels. ``"each"`` is refused: it gives several rows.
    reading : mapping, optional
        Other options of how files are read, as `Echo.embed_files` takes them, such as
        ``{"resample": 16000}`` or ``{"mat_key": "bearing.gs"}``.
    revision, cache_dir, local_files_only
        As `Echo.from_pretrained` takes them. There is no token, since scikit-learn prints and
        pickles parameters: set ``HF_TOKEN`` for a model of the hub that needs one.

    Attributes
    ----------
    width_ : int
        Columns of the result: N*D.
    embedding_width_ : int
        D: columns of one band of frequency.

    Notes
    -----
    X is one of: an array ``[n_signals, samples]``; a sequence of arrays ``[samples]`` of any
    lengths; a sequence of paths (str or PathLike, also a pandas column). scikit-learn's splitters
    take all three. What cannot be embedded is an error that names it: a table has a row for each,
    and no row may be invented.

    Instances are picklable: another process opens the model again. Those with the same model and
    device share one encoder while it is in use, also their clones.

    One row a signal is what scikit-learn works with, so this gives utterance embeddings. Segment
    embeddings come from ``Echo.embed(level="segment")``.
    """

    def __init__(
        self,
        model: str | os.PathLike[str],
        *,
        sample_rate: int | None = None,
        device: str | Sequence[str] = "auto",
        precision: str = "fp32",
        batch_size: int = 64,
        channels: str = "mean",
        reading: Mapping[str, Any] | None = None,
        revision: str = "main",
        cache_dir: str | os.PathLike[str] | None = None,
        local_files_only: bool = False,
    ) -> None:
        self.model = model
        self.sample_rate = sample_rate
        self.device = device
        self.precision = precision
        self.batch_size = batch_size
        self.channels = channels
        self.reading = reading
        self.revision = revision
        self.cache_dir = cache_dir
        self.local_files_only = local_files_only

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: N803  (scikit-learn's name)
        """Open the model and find out the width of a row.

        Parameters
        ----------
        X
            What is to be embedded, see Notes. Of files only the first is embedded.
        y
            Of no effect.

        Returns
        -------
        EchoTransformer
            Itself.

        Raises
        ------
        ValueError
            If X is empty, or neither signals nor paths; `SignalError` if it cannot be
            embedded.
        ModelError, DeviceError
            If the model or the device is not there.
        """
        del y
        inputs = self._read(X)
        self._learn(inputs.first() if isinstance(inputs, Recordings) else inputs)
        return self

    def fit_transform(self, X: Any, y: Any = None, **fit_params: Any) -> Floats:  # noqa: N803
        """Do both at once, so that no file is read twice. See `fit` and `transform`."""
        del y
        if fit_params:
            raise UsageError(f"fit() takes no {', '.join(fit_params)}.")
        inputs = self._read(X)
        rows = self._embed(inputs)
        self.embedding_width_ = self._encoder().embedding_width
        self.width_ = rows.shape[1]
        return rows

    def transform(self, X: Any) -> Floats:  # noqa: N803
        """Embed signals or files.

        Parameters
        ----------
        X
            See Notes.

        Returns
        -------
        ndarray of float32, shape ``[n, width_]``
            A row for each, in their order.

        Raises
        ------
        ValueError
            If rows have several widths, or another than `fit` saw, with the sample rates that
            make them; `SignalError` where one cannot be embedded.
        sklearn.exceptions.NotFittedError
            Before `fit`.
        """
        check_is_fitted(self, "width_")
        rows = self._embed(self._read(X))
        if rows.shape[1] != self.width_:
            raise UsageError(
                f"Rows have the width {rows.shape[1]}, and fit() saw {self.width_}. The width "
                "follows from the sample rate: fit and transform at the same one."
            )
        return rows

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray[Any, Any]:
        """Name the columns: ``echo_b03_d017`` is value 17 of band 3, bands from low to high.

        Parameters
        ----------
        input_features
            Of no effect.

        Returns
        -------
        ndarray of object, shape ``[width_]``
            The names.
        """
        del input_features
        check_is_fitted(self, "width_")
        bands = range(self.width_ // self.embedding_width_)
        names = [f"echo_b{b:02}_d{d:03}" for b in bands for d in range(self.embedding_width_)]
        return np.asarray(names, dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.transformer_tags.preserves_dtype = []
        # X may be a list of arrays or of paths, which scikit-learn's own checks do not know.
        tags.no_validation = True
        return tags

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        state.pop("_shared", None)
        return state

    def _read(self, inputs: Any) -> Signals | Recordings:
        return read_inputs(
            inputs,
            sample_rate=self.sample_rate,
            channels=self.channels,
            reading=self.reading,
            batch_size=self.batch_size,
        )

    def _learn(self, inputs: Signals | Recordings) -> None:
        encoder = self._encoder()
        self.width_ = inputs.width(encoder)
        self.embedding_width_ = encoder.embedding_width

    def _embed(self, inputs: Signals | Recordings) -> Floats:
        return inputs.embed(self._encoder())

    def _encoder(self) -> Echo:
        settings = {
            name: getattr(self, name)
            for name in (
                "model",
                "device",
                "precision",
                "revision",
                "cache_dir",
                "local_files_only",
            )
        }
        key = repr(sorted((name, _plain(value)) for name, value in settings.items()))
        shared: tuple[str, Echo] | None = self.__dict__.get("_shared")
        if shared is None or shared[0] != key:
            # Kept, so that it stays open as long as this does.
            self._shared = shared = (key, _open(key, settings))
        return shared[1]


_encoders: WeakValueDictionary[str, Echo] = WeakValueDictionary()
_lock = threading.Lock()


def _open(key: str, settings: dict[str, Any]) -> Echo:
    """Give the encoder that is open with these settings, or open it."""
    with _lock:
        encoder = _encoders.get(key)
        if encoder is None:
            settings = dict(settings)
            encoder = Echo.from_pretrained(settings.pop("model"), **settings)
            _encoders[key] = encoder
        return encoder


def _plain(value: Any) -> Any:
    return os.fspath(value) if isinstance(value, os.PathLike) else value
