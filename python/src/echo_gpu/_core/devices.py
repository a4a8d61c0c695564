"""The devices that there are."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .library import check, library, take_json

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Device:
    """An OpenCL device.

    Attributes
    ----------
    selector : str
        What ``Echo.from_pretrained(device=...)`` takes: ``"0:0"``.
    name : str
        The device's name, as its driver gives it.
    type : str
        ``"gpu"``, ``"cpu"`` or ``"accelerator"``.
    vendor : str
        Who made it.
    platform : str
        The OpenCL platform that has it.
    driver : str
        The driver's version.
    memory : int
        Bytes of its memory.
    is_available : bool
        Whether it can be used now.
    details : Mapping
        Every member that ``echo-gpu devices --json`` prints for it.
    """

    selector: str
    name: str
    type: str
    vendor: str
    platform: str
    driver: str
    memory: int
    is_available: bool
    details: Mapping[str, Any]


def devices() -> list[Device]:
    """List the OpenCL devices. The CPU path, ``device="cpu"``, is always there and is none of them.

    Returns
    -------
    list of Device
        In the order of ``echo-gpu devices``; empty if there is none.

    Raises
    ------
    LibraryError
        If the native library is missing.
    DeviceError
        If OpenCL does not answer.

    Examples
    --------
    >>> import echo_gpu
    >>> [device.name for device in echo_gpu.devices() if device.type == "gpu"]
    ['NVIDIA H100 80GB HBM3']
    """
    text = ctypes.c_void_p()
    check(library().devices(ctypes.byref(text)))
    return [
        Device(
            selector=device["selector"],
            name=device["name"],
            type=device["type"],
            vendor=device["vendor"],
            platform=platform["name"],
            driver=device["driver_version"],
            memory=device["global_memory_byte_count"],
            is_available=device["is_available"],
            details=device,
        )
        for platform in take_json(text)["platforms"]
        for device in platform["devices"]
    ]
