"""Embeddings of machine sound and vibration: the ECHO signal encoder on OpenCL devices and CPUs.

>>> import echo_gpu, numpy
>>> echo = echo_gpu.Echo.from_pretrained("yucongzh/echo-tiny-0828")
>>> echo.embed(numpy.random.randn(32000) / 10, 16000).shape
(1344,)

What is here is loaded when it is first used, so that ``import echo_gpu`` takes no time.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from ._core.devices import Device, devices
    from .archive import Archive, read
    from .checkpoint import convert
    from .encoder import Echo
    from .errors import (
        BusyError,
        DeviceError,
        EchoError,
        ForkError,
        InputError,
        LibraryError,
        ModelError,
        SignalError,
        StoppedError,
        UntrainedWarning,
        UsageError,
    )
    from .results import Embedding, Row

__all__ = [
    "Archive",
    "BusyError",
    "Device",
    "DeviceError",
    "Echo",
    "EchoError",
    "Embedding",
    "ForkError",
    "InputError",
    "LibraryError",
    "ModelError",
    "Row",
    "SignalError",
    "StoppedError",
    "UntrainedWarning",
    "UsageError",
    "__version__",
    "convert",
    "devices",
    "read",
]

_MODULES = {
    ".errors": (
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
    ),
    ".encoder": ("Echo",),
    ".results": ("Embedding", "Row"),
    ".archive": ("Archive", "read"),
    ".checkpoint": ("convert",),
    "._core.devices": ("Device", "devices"),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}


if not TYPE_CHECKING:  # else type checkers would take every name for one of ours

    def __getattr__(name: str) -> Any:
        """Load what is asked for from the module that has it."""
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(_HOME[name], __name__), name)
        globals()[name] = value  # from now on without this function
        return value


def __dir__() -> list[str]:
    return __all__
