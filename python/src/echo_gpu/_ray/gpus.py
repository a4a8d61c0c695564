"""Which OpenCL devices are the GPUs that Ray gave a worker.

Ray numbers GPUs by their maker's tools, and hides the others from CUDA, HIP or Level Zero with an
environment variable. Does that hide them from OpenCL as well? On paper, since no machine with
several GPUs was at hand: NVIDIA's OpenCL obeys ``CUDA_VISIBLE_DEVICES``, Intel's
``ZE_AFFINITY_MASK``. AMD's does not obey ``HIP_VISIBLE_DEVICES``, which Ray sets, but
``GPU_DEVICE_ORDINAL`` (ROCm's documentation, "GPU isolation"), so that is set here. Then the
devices are counted: where OpenCL shows more GPUs of that maker than Ray gave, those with Ray's
numbers are taken, never just the first one.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import ray

from echo_gpu._core.devices import devices
from echo_gpu.errors import DeviceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from echo_gpu._core.devices import Device

# What Ray sets for a maker's GPUs, and words of which one is in the vendor's name in OpenCL.
_MAKERS = {
    "CUDA_VISIBLE_DEVICES": ("nvidia",),
    "HIP_VISIBLE_DEVICES": ("amd", "advanced micro devices"),
    "ZE_AFFINITY_MASK": ("intel",),
}


def devices_of_worker() -> list[str]:
    """Name the OpenCL devices that are the GPUs of this Ray actor.

    Returns
    -------
    list of str
        ``PLATFORM:DEVICE``, as `Echo.from_pretrained` takes them.

    Raises
    ------
    DeviceError
        If OpenCL does not show them.
    """
    given = [str(number) for number in ray.get_runtime_context().get_accelerator_ids()["GPU"]]
    if "HIP_VISIBLE_DEVICES" in os.environ:
        # Before OpenCL is used for the first time, which then reads it.
        os.environ.setdefault("GPU_DEVICE_ORDINAL", os.environ["HIP_VISIBLE_DEVICES"])
    makers = [words for name, words in _MAKERS.items() if os.environ.get(name)]
    return choose(given, [device for device in devices() if device.type == "gpu"], makers)


def choose(
    given: Sequence[str], gpus: Sequence[Device], makers: Sequence[Sequence[str]]
) -> list[str]:
    """Choose the devices that have the numbers that Ray gave.

    Parameters
    ----------
    given : sequence of str
        The numbers of the GPUs that Ray gave, among all of the machine.
    gpus : sequence of Device
        The GPUs that OpenCL shows.
    makers : sequence of sequences of str
        Words for each maker whose GPUs Ray counts; none if it is not known.

    Raises
    ------
    DeviceError
        If none or several choices are possible.
    """
    ours = [
        gpu
        for gpu in gpus
        if not makers or any(word in gpu.vendor.lower() for words in makers for word in words)
    ]
    if len(ours) == len(given):
        return [gpu.selector for gpu in ours]
    is_one_platform = len({gpu.selector.partition(":")[0] for gpu in ours}) == 1
    if is_one_platform and all(n.isdecimal() and int(n) < len(ours) for n in given):
        return [ours[int(number)].selector for number in given]
    raise DeviceError(_refusal(given, gpus, ours))


def _refusal(given: Sequence[str], gpus: Sequence[Device], ours: Sequence[Device]) -> str:
    numbers = ", ".join(given)
    seen = ", ".join(f"{gpu.selector} ({gpu.name})" for gpu in gpus) or "none"
    if not ours:
        return (
            f"Ray gave this worker GPU {numbers}, and OpenCL shows no such GPU here (GPUs that it "
            f"shows: {seen}). Install the maker's OpenCL driver on the node (`echo-gpu devices` "
            "lists what is there), or say gpus_per_worker=0."
        )
    return (
        f"Ray gave this worker GPU {numbers}, and which of those that OpenCL shows that is, is not "
        f"certain: {seen}. Say it: device='PLATFORM:DEVICE', the same for all workers."
    )
