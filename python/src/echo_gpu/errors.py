"""What can go wrong, as exceptions.

Every error of this package is an `EchoError`. Its text is the sentence that the command
``echo-gpu`` prints: it names the value and what to do. `EchoError.kind` is a word that stays the
same, `EchoError.code` is the status that the command exits with.

Most of them are also one of Python's own exceptions, so that ``except ValueError`` catches a signal
that cannot be embedded, ``except OSError`` a model that is not there, and ``except RuntimeError`` a
device that failed.
"""

from __future__ import annotations

__all__ = [
    "BusyError",
    "DeviceError",
    "EchoError",
    "ForkError",
    "InputError",
    "LibraryError",
    "ModelError",
    "SignalError",
    "StoppedError",
    "UntrainedWarning",
    "UsageError",
]


class EchoError(Exception):
    """What echo-gpu could not do, and why.

    Also raised by itself if none of the classes below says more: the system gives no memory,
    thread or descriptor (kind ``"system"``), or a file cannot be made or written (``"create"``,
    ``"write"``).

    Parameters
    ----------
    message : str
        The sentence: the value and the remedy.
    code : int, optional
        The status that the command exits with for this; the class's own by default.
    kind : str, optional
        Why, as one word that stays the same; the class's own by default.

    Attributes
    ----------
    code : int
        The status that the command exits with for this (`echo-gpu help` lists them).
    kind : str
        Why, as one word that stays the same.
    """

    code: int = 71
    kind: str = "system"

    def __init__(self, message: str, *, code: int | None = None, kind: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code
        if kind is not None:
            self.kind = kind


class SignalError(EchoError, ValueError):
    """A signal or a recording that cannot be embedded: too short, not finite, of a wrong type.

    Parameters
    ----------
    message : str
        The sentence: the value and the remedy.
    code, kind
        As for `EchoError`.
    index : int, optional
        Which signal of the call it was.
    failure_code : str, optional
        Why a recording failed: its `Row.code`.

    Attributes
    ----------
    index : int or None
        Which signal of the call it was, from 0; None if it was no single one.
    failure_code : str or None
        Why a recording of a file failed, as a word that stays the same, such as ``"too-short"``
        (`Row.code`, and ``code`` in manifests); None if it is no recording of a file.
    """

    code = 65
    kind = "signal"

    def __init__(
        self,
        message: str,
        *,
        code: int | None = None,
        kind: str | None = None,
        index: int | None = None,
        failure_code: str | None = None,
    ) -> None:
        super().__init__(message, code=code, kind=kind)
        self.index = index
        self.failure_code = failure_code


class UsageError(EchoError, ValueError):
    """A call whose arguments are wrong or do not fit together: an unknown level, a batch of 0."""

    code = 64
    kind = "usage"


class InputError(EchoError, FileNotFoundError):
    """An input that does not exist: a list of recordings, a folder."""

    code = 66
    kind = "input"


class DeviceError(EchoError, RuntimeError):
    """A device that is missing, or that failed."""

    code = 69
    kind = "device"


class ModelError(EchoError, OSError):
    """A checkpoint that cannot be used (kind ``"model"``), or is not on the hub (``"hub"``)."""

    code = 78
    kind = "model"


class BusyError(EchoError):
    """Another process or thread uses what was asked for."""

    code = 4
    kind = "busy"


class ForkError(EchoError):
    """An encoder that was opened before ``fork``, used in the forked process.

    Start processes with ``spawn`` or ``forkserver``:
    ``multiprocessing.get_context("spawn")``.
    """

    code = 71
    kind = "fork"


class StoppedError(EchoError):
    """A call that was told to stop: the interpreter ends while another thread embeds."""

    code = 75
    kind = "stopped"


class LibraryError(EchoError, ImportError):
    """The native library is missing, is of another version, or does not load."""

    code = 71
    kind = "library"


class UntrainedWarning(UserWarning):
    """The weights were never trained: the embeddings mean nothing."""
