"""The encoder: signals and recordings in, embeddings out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

from ._core import embedding as _embedding
from ._core import files as _files
from ._core import reading as _reading
from ._core.opened import OpenedEncoder
from ._signals import signals as _signals
from ._signals.tensors import from_array
from .errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor
    from typing_extensions import Unpack

    from ._core.outputs import Level
    from ._core.progress import Progress
    from ._core.reading import PathText, Reading
    from .results import Embedding, Row

    Array = NDArray[np.float32]

__all__ = ["Echo"]


class Echo(OpenedEncoder):
    """The ECHO encoder on a device. `Echo.from_pretrained` opens one.

    Any number of threads may use one at the same time. Embeddings do not depend on what is embedded
    together, and are bit-identical to those of the command ``echo-gpu`` on the same device.

    It can be pickled: the copy opens the same model on the same device when it is first used, and
    refuses other weights. A process that ``fork`` made cannot use its parent's: start processes
    with ``spawn`` or ``forkserver``.

    ``with Echo.from_pretrained(...) as echo:`` closes it at the end; otherwise `close` does, or the
    end of the last reference to it.

    Notes
    -----
    N*D, the width of an embedding, follows from the sample rate: N bands of 32 bins of 40 Hz (7 at
    16 kHz, 19 at 48 kHz), D values each (192 for echo-tiny, 384 for echo-small). Source: "ECHO:
    Frequency-aware Hierarchical Encoding for Variable-length Signals", arXiv 2508.14689.

    What the library has to say is logged as ``"echo_gpu"``.

    Examples
    --------
    >>> import numpy
    >>> echo = Echo.from_pretrained("demo")
    >>> echo.embed(numpy.random.randn(32000) / 10, 16000).shape
    (1344,)
    """

    # ---- Signals ----

    @overload
    def embed(
        self,
        signals: Tensor | Sequence[Tensor],
        sample_rate: int,
        *,
        level: Literal["utterance"] = ...,
        batch_size: int = ...,
        progress: Progress = ...,
    ) -> Tensor: ...
    @overload
    def embed(
        self,
        signals: NDArray[Any] | Sequence[NDArray[Any]],
        sample_rate: int,
        *,
        level: Literal["utterance"] = ...,
        batch_size: int = ...,
        progress: Progress = ...,
    ) -> Array: ...
    @overload
    def embed(
        self,
        signals: Sequence[NDArray[Any]],
        sample_rate: int | Sequence[int],
        *,
        level: Literal["segment"],
        batch_size: int = ...,
        progress: Progress = ...,
    ) -> list[Array]: ...
    @overload
    def embed(
        self,
        signals: Sequence[NDArray[Any]] | Sequence[Tensor],
        sample_rate: int | Sequence[int],
        *,
        level: Literal["both"],
        batch_size: int = ...,
        progress: Progress = ...,
    ) -> list[Embedding]: ...
    @overload
    def embed(
        self,
        signals: Any,
        sample_rate: int | Sequence[int],
        *,
        level: Level = ...,
        batch_size: int = ...,
        progress: Progress = ...,
    ) -> Any: ...
    def embed(
        self,
        signals: Any,
        sample_rate: int | Sequence[int],
        *,
        level: Level = "utterance",
        batch_size: int = 64,
        progress: Progress = None,
    ) -> Any:
        """Embed one signal, or several of any lengths and sample rates.

        Parameters
        ----------
        signals : array, or sequence of arrays
            One signal, ``[samples]``; or several: a list of such arrays, or one array
            ``[signals, samples]``. Full scale is -1 to 1. float32 without gaps is taken without a
            copy, float16 exactly, float64 rounded; integers of 8 to 32 bits are fractions of the
            full scale, as in recordings, and those of 64 bits counts, as they are (as the command
            reads ``.npy``). Tensors of PyTorch give tensors; those of other devices are copied, and
            gradients are not followed.
        sample_rate : int, or sequence of int
            Hz: one for all, or one for each.
        level : {"utterance", "segment", "both"}
            Which embeddings: of the whole signal, of every 160 ms, or an `Embedding` of both.
        batch_size : int
            Segments of up to 2000 frames (20 s) that go to the device together, 1 to 65536. The
            embeddings do not depend on it.
        progress : bool or callable, optional
            True shows a bar (with tqdm, else lines on standard error); a callable gets
            ``(done, total)`` signals, on the thread that called; what it raises ends the call.

        Returns
        -------
        ndarray or Tensor of float32, or Embedding, or list
            Of one signal ``[N*D]`` for ``"utterance"``, ``[T, N*D]`` for ``"segment"``, an
            `Embedding` for ``"both"``. Of several signals a list of these; for ``"utterance"`` with
            one sample rate for all one array, ``[signals, N*D]``. On the CPU.

        Raises
        ------
        SignalError
            If a signal cannot be embedded; ``index`` says which. None is embedded then.
        DeviceError
            If the device fails.

        Examples
        --------
        >>> import numpy
        >>> echo = Echo.from_pretrained("demo")
        >>> clips = numpy.random.randn(3, 16000) / 10
        >>> echo.embed(clips, 16000).shape
        (3, 1344)
        >>> both = echo.embed(clips[0], 16000, level="both")
        >>> both.utterance.shape, both.segments.shape
        ((1344,), (7, 1344))
        """
        given = _signals.signals(signals, sample_rate)
        return _embedding.embed(
            self._opened(), _embedding.SIGNALS, given, level, batch_size, progress
        )

    def spectrogram(self, signal: Any, sample_rate: int, *, progress: Progress = None) -> Any:
        """Give the normalised log spectrogram of a signal, upstream's first step.

        ``(ln(|X| + 1e-9) + 5.874158) / (5.223174 * 2)`` with periodic Hann windows of 25 ms, 10 ms
        apart, of the signal without its mean; computed on the device.

        Parameters
        ----------
        signal : array
            ``[samples]``, as for `embed`.
        sample_rate : int
            Hz.
        progress : bool or callable, optional
            As for `embed`.

        Returns
        -------
        ndarray or Tensor of float32, shape ``[bins, frames]``
            A row for each of the 40 Hz up to half the sample rate, a column for each 10 ms.

        Raises
        ------
        SignalError
            If the signal is shorter than a window, or not finite.
        DeviceError
            If the device fails.

        Examples
        --------
        >>> import numpy
        >>> Echo.from_pretrained("demo").spectrogram(numpy.random.randn(32000), 16000).shape
        (201, 198)
        """
        given = _signals.signals(signal, sample_rate)
        if not given.is_one:
            raise UsageError(
                f"a list of signals, {len(given.arrays)} long, for one spectrogram. Pass one "
                "signal, [samples], at a time."
            )
        values = _embedding.spectrogram(self._opened(), given, progress)
        return from_array(values) if given.is_torch else values

    def embed_spectrograms(
        self,
        spectrograms: Any,
        sample_rate: int | Sequence[int],
        *,
        level: Level = "utterance",
        batch_size: int = 64,
        progress: Progress = None,
    ) -> Any:
        """Embed spectrograms as `spectrogram` gives them, upstream's second step.

        Parameters
        ----------
        spectrograms : array, or sequence of arrays
            One, ``[bins, frames]``; or several: a list of such, or ``[n, bins, frames]``.
        sample_rate : int, or sequence of int
            Hz, of the signals that they were made of: it says which frequencies the bins are.
        level, batch_size, progress
            As for `embed`.

        Returns
        -------
        ndarray or Tensor of float32, or Embedding, or list
            As of `embed`.

        Raises
        ------
        SignalError
            If the bins are not those of the sample rate, or a value is not finite.
        DeviceError
            If the device fails.

        Examples
        --------
        >>> import numpy
        >>> echo = Echo.from_pretrained("demo")
        >>> spectrogram = echo.spectrogram(numpy.random.randn(32000) / 10, 16000)
        >>> echo.embed_spectrograms(spectrogram, 16000).shape
        (1344,)
        """
        given = _signals.spectrograms(spectrograms, sample_rate)
        return _embedding.embed(
            self._opened(), _embedding.SPECTROGRAMS, given, level, batch_size, progress
        )

    # ---- Files ----

    def embed_files(
        self,
        paths: PathText | Sequence[PathText] | None = None,
        *,
        recordings: Iterable[Mapping[str, Any]] | None = None,
        manifest: PathText | None = None,
        level: Level = "utterance",
        batch_size: int = 64,
        channels: str | int = "mean",
        on_error: Literal["raise", "row"] = "raise",
        progress: Progress = None,
        **reading: Unpack[Reading],
    ) -> list[Row]:
        """Embed recordings of files, decoded natively.

        Parameters
        ----------
        paths : str, PathLike or sequence of them, optional
            Recordings, folders that are searched for them, quoted patterns, and tar files, as the
            command takes them. Each gives its rows in this order; one that is named twice gives
            them twice.
        recordings : iterable of mappings, optional
            In place of paths: what a line of a list says, ``{"path": ..., "id": ...,
            "sample_rate": ..., "start": ..., "end": ...}``; other members are carried through.
        manifest : str or PathLike, optional
            In place of paths: such a list as a file, JSON Lines or CSV.
        level, batch_size
            As for `embed`.
        channels : str or int
            ``"mean"`` averages channels and embeds the average; ``"first"``, ``"last"`` or a number
            takes one; ``"each"`` gives a row for each; ``"concatenate"`` lays their embeddings side
            by side.
        on_error : {"raise", "row"}
            Whether a recording that cannot be embedded ends the call with an error, once all were
            tried, or gives a row with ``status="failed"``, ``code`` and ``reason``.
        progress : bool or callable, optional
            As for `embed`, in recordings.
        **reading
            How files are read, as the options of ``echo-gpu extract``: ``sample_rate``
            (of files that do not say it themselves),
            ``resample``, ``csv_columns``, ``csv_time``, ``csv_rate``, ``csv_delimiter``,
            ``csv_decimal``, ``csv_skip``, ``text``, ``mat_key``, ``mat_rate``, ``npz_key``,
            ``npz_rate``, ``tdms_key``, ``time_axis``, ``integer_scale``, ``raw``, ``ffmpeg``.

        Returns
        -------
        list of Row
            A row for each recording (for each channel with ``"each"``), in order.

        Raises
        ------
        SignalError
            With ``on_error="raise"``: for the first recording that failed.
        InputError
            If a list is not there, or folders have no recordings. A path that is not there is
            a recording that failed.
        DeviceError
            If the device fails.

        Examples
        --------
        >>> rows = echo.embed_files(["a.wav", "b.flac"], on_error="row")
        >>> [row.utterance.shape for row in rows if row.status == "ok"]
        [(1344,), (3648,)]
        """
        request = _reading.request(
            paths,
            recordings,
            manifest,
            level=level,
            batch_size=batch_size,
            channels=channels,
            reading=reading,
        )
        _files.require_on_error(on_error)
        rows = list(_files.iterate(self._opened(), request, progress))
        failed = [row for row in rows if row.status == "failed"]
        if failed and on_error == "raise":
            raise _files.failure(failed[0], len(failed) - 1)
        return rows

    def iter_files(
        self,
        paths: PathText | Sequence[PathText] | None = None,
        *,
        recordings: Iterable[Mapping[str, Any]] | None = None,
        manifest: PathText | None = None,
        level: Level = "utterance",
        batch_size: int = 64,
        channels: str | int = "mean",
        on_error: Literal["raise", "row"] = "raise",
        progress: Progress = None,
        **reading: Unpack[Reading],
    ) -> Iterator[Row]:
        """Embed recordings of files, and give row by row what `embed_files` gives at once.

        The library works ahead while the caller has a row, by a limited amount of memory. Closing
        the iterator, or dropping it, stops it.

        Parameters
        ----------
        paths, recordings, manifest, level, batch_size, channels, progress, **reading
            As for `embed_files`.
        on_error : {"raise", "row"}
            As for `embed_files`, but the first recording that failed is raised at its turn.

        Yields
        ------
        Row
            In order.

        Raises
        ------
        SignalError, InputError, DeviceError
            As `embed_files`.

        Examples
        --------
        >>> for row in echo.iter_files("recordings/", on_error="row"):
        ...     print(row.id, row.status)
        """
        request = _reading.request(
            paths,
            recordings,
            manifest,
            level=level,
            batch_size=batch_size,
            channels=channels,
            reading=reading,
        )
        _files.require_on_error(on_error)
        return _files.iterate(self._opened(), request, progress, raises=on_error == "raise")
