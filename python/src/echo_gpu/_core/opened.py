"""An encoder's life: opened, described, closed, and opened again in another process."""

from __future__ import annotations

import operator
import threading
import warnings
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from echo_gpu._signals import signals as _signals
from echo_gpu.errors import UntrainedWarning

from . import embedding as _embedding
from .handle import closed_error
from .source import Source, device_names, text_of

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from typing_extensions import Self

    from .handle import Handle


class OpenedEncoder:
    """What `Echo` has apart from embedding."""

    def __init__(
        self,
        source: Source | None = None,
        handle: Handle | None = None,
        weights_sha256: str | None = None,
    ) -> None:
        """Make one of its parts; users call `from_pretrained`.

        Without a handle it is opened when it is first used, and has to find these weights.
        """
        if not isinstance(source, Source):
            raise TypeError("an Echo is opened by Echo.from_pretrained(name_or_path)")
        self._source = source
        self._handle = handle
        self._description: dict[str, Any] = (
            source.describe(handle) if handle else {"weights_sha256": weights_sha256}
        )
        self._is_closed = False
        self._lock = threading.Lock()

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
    ) -> Self:
        """Load a model and open a device.

        Parameters
        ----------
        name_or_path : str or PathLike
            ``ORG/NAME`` of the Hugging Face hub, such as ``"yucongzh/echo-tiny-0828"``; a folder
            with ``model.safetensors`` (and perhaps ``config.json``); such a file; or ``"demo"``,
            weights made from a seed, to try things without a download. They are untrained, and
            their embeddings mean nothing: `UntrainedWarning`. What exists as a path is that path.
        revision : str
            Of the hub: a branch, a tag or a commit.
        cache_dir : str or PathLike, optional
            The cache of the hub; that of ``huggingface_hub`` by default.
        local_files_only : bool
            Whether to take models of the hub from the cache alone.
        token : str or bool, optional
            For models of the hub that need one. It is not pickled.
        device : str or sequence of str
            ``"auto"`` takes the best OpenCL device, or the CPU path if there is none; ``"cpu"``
            is the CPU path; ``"gpu"``, ``"all"``, ``"PLATFORM:DEVICE"`` or part of a device's name
            (`echo_gpu.devices` lists them). Several share the work.
        precision : {"fp32", "fp16"}
            How weights and activations are stored; ``"fp16"`` is for GPUs.

        Returns
        -------
        Echo
            Ready to embed.

        Raises
        ------
        ModelError
            If the model is not available, or cannot be used.
        DeviceError
            If a device is not there, or fails. A device that was named is never replaced.
        LibraryError
            If the native library is missing.

        Examples
        --------
        >>> echo = Echo.from_pretrained("demo", device="cpu")
        >>> echo.embedding_width
        192
        """
        source = Source(
            name=text_of(name_or_path, "the model"),
            revision=revision,
            cache_dir=None if cache_dir is None else text_of(cache_dir, "cache_dir", is_path=True),
            local_files_only=local_files_only,
            devices=device_names(device),
            precision=precision,
        )
        handle = source.open(token)
        echo = cls(source, handle)
        if not echo.is_trained:
            warnings.warn(
                f"{echo.model}: the weights are untrained, and the embeddings mean nothing. Pass a "
                "trained model, such as 'yucongzh/echo-tiny-0828'.",
                UntrainedWarning,
                stacklevel=2,
            )
        return echo

    # ---- What it is ----

    @property
    def description(self) -> Mapping[str, Any]:
        """Everything that is known of it.

        ``version``, ``model``, ``weights_sha256``, ``trained``, ``embedding_width``,
        ``layer_count``, ``head_count``, ``precision``, ``device``, ``device_reason``, ``driver``;
        of OpenCL devices also ``tiles``.
        """
        if self._handle is None:
            self._opened()
        return MappingProxyType(self._description)

    @property
    def model(self) -> str:
        """The model's name."""
        return str(self.description["model"])

    @property
    def embedding_width(self) -> int:
        """D: the values of one frequency band, 192 for echo-tiny and 384 for echo-small."""
        return int(self.description["embedding_width"])

    @property
    def layer_count(self) -> int:
        """Layers of the transformer."""
        return int(self.description["layer_count"])

    @property
    def head_count(self) -> int:
        """Attention heads of a layer."""
        return int(self.description["head_count"])

    @property
    def precision(self) -> str:
        """How weights and activations are stored: ``"fp32"`` or ``"fp16"``."""
        return str(self.description["precision"])

    @property
    def device(self) -> str:
        """What it runs on."""
        return str(self.description["device"])

    @property
    def is_trained(self) -> bool:
        """Whether the weights were trained; False for ``"demo"``."""
        return bool(self.description["trained"])

    def width(self, sample_rate: int) -> int:
        """Give N*D, the width of embeddings, at a sample rate.

        Parameters
        ----------
        sample_rate : int
            Hz.

        Returns
        -------
        int
            Values of an utterance embedding, columns of the segment embeddings.

        Raises
        ------
        SignalError
            If signals of that rate cannot be embedded.

        Examples
        --------
        >>> Echo.from_pretrained("demo").width(48000)
        3648
        """
        return _embedding.width_of_rate(self._opened(), _signals.whole_rate(sample_rate))

    def rows(self, samples: int, sample_rate: int) -> int:
        """Give T, how many segment embeddings a signal gives.

        Parameters
        ----------
        samples : int
            Its length.
        sample_rate : int
            Hz.

        Returns
        -------
        int
            Rows of the segment embeddings, one for every 16 frames (160 ms).

        Raises
        ------
        SignalError
            If such a signal cannot be embedded: it is shorter than a window of 25 ms.

        Examples
        --------
        >>> Echo.from_pretrained("demo").rows(32000, 16000)
        13
        """
        count, rate = operator.index(samples), _signals.whole_rate(sample_rate)
        shape = _embedding.shape_of(self._opened(), _embedding.SIGNALS, count, rate)
        return int(shape.rows)

    # ---- Its end, and its copies ----

    def close(self) -> None:
        """Give the device's memory back. Calls of other threads come to their end first.

        What embeds is an error afterwards; what describes it stays. A second time does nothing.
        """
        with self._lock:
            self._is_closed = True
            if self._handle is not None:
                self._handle.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        source = self._source
        state = "closed" if self._is_closed else f"device={self._description.get('device')!r}"
        return f"Echo({source.name!r}, precision={source.precision!r}, {state})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._source, None, self._description["weights_sha256"])

    def _opened(self) -> Handle:
        """Give the library's encoder; a copy opens it now."""
        if self._handle is not None:
            return self._handle
        with self._lock:
            if self._is_closed:
                raise closed_error()
            if self._handle is None:
                handle = self._source.reopen(self._description["weights_sha256"])
                self._description, self._handle = self._source.describe(handle), handle
            return self._handle
