"""A `torch.nn.Module` that `echo_gpu.Echo` computes for: parameters, device, evaluation only."""

from __future__ import annotations

import threading
import warnings
from typing import TYPE_CHECKING, Any, NoReturn

import torch
from torch import nn

from echo_gpu.errors import UsageError

from ._devices import read_move
from ._opening import Opened, marks_of, open_encoder
from ._parameters import add_parameters, missing

if TYPE_CHECKING:
    from typing_extensions import Self

    from echo_gpu.encoder import Echo

    from ._sizes import Sizes


class FeatureModule(nn.Module):
    """Holds an encoder's parameters, and opens it for them.

    It is opened at the first call that needs it, and again where weights or device have changed.

    Parameters
    ----------
    sizes
        The encoder's sizes.
    device
        A device as `echo_gpu.Echo` takes it, which `to()` does not change; None if it chooses.
    """

    def __init__(self, sizes: Sizes, device: str | None) -> None:
        super().__init__()
        self._sizes = sizes
        self._device = device
        self._is_device_fixed = device is not None
        self._opened: Opened | None = None
        self._lock = threading.Lock()
        add_parameters(self, sizes)
        super().train(mode=False)

    def forward(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse: upstream's `forward` is a step of its training, with random bands and masks."""
        raise UsageError(
            "forward() is a step of upstream's training, which echo-gpu does not have. "
            "Call extract_features() or extract_features_from_audio()."
        )

    def to(self, *args: Any, **kwargs: Any) -> Self:
        """Choose device and type, as `torch.nn.Module.to` takes them.

        Parameters
        ----------
        *args, **kwargs
            ``"cpu"`` is echo-gpu's CPU path. ``"cuda"`` is the best GPU, also one that PyTorch
            cannot use. A name that PyTorch does not know is one of echo-gpu's: ``"auto"``,
            ``"gpu"``, ``"0:1"``, part of a device's name. ``torch.float16`` is
            ``precision="fp16"``; outputs stay float32.

        Returns
        -------
        AudioMAEWithBand
            Itself. With weights, the device is opened here, so that one that is not there is an
            error here.

        Raises
        ------
        DeviceError
            If there is no such device.
        UsageError
            If the type is not float32 or float16, or the device is ``cuda:1`` and up.
        """
        move = read_move(args, kwargs)
        if move.device is not None and not self._is_device_fixed:
            self._device = move.device
        super().to(device=move.tensors, dtype=move.dtype)
        if not missing(self):
            self._encoder()
        return self

    def cuda(self, device: int | torch.device | None = None) -> Self:
        """Choose the GPU: ``to("cuda")``."""
        return self.to("cuda" if device is None else device)

    def cpu(self) -> Self:
        """Choose the CPU path: ``to("cpu")``."""
        return self.to("cpu")

    def half(self) -> Self:
        """Compute in float16: ``to(torch.float16)``."""
        return self.to(torch.float16)

    def float(self) -> Self:
        """Compute in float32: ``to(torch.float32)``."""
        return self.to(torch.float32)

    def double(self) -> Self:
        """Refuse float64, as `to()` does."""
        return self.to(torch.float64)

    def bfloat16(self) -> Self:
        """Refuse bfloat16, as `to()` does."""
        return self.to(torch.bfloat16)

    def train(self, mode: bool = True) -> Self:
        """Stay in evaluation mode; warns where `mode` is true.

        A module around this one, with a head that is trained, calls it for all it holds: so it is
        no error.
        """
        if mode:
            warnings.warn(
                "echo-gpu computes features only: AudioMAEWithBand stays in evaluation mode, "
                "without dropout and without gradient.",
                stacklevel=2,
            )
        return super().train(mode=False)

    def _encoder(self) -> Echo:
        """Give the encoder of the weights and the device as they are now."""
        device = self._device or self._device_of_parameters()
        with self._lock:
            marks = marks_of(self)
            if self._opened is None or not self._opened.fits(device, marks):
                # The one before is not closed: another thread may be about to use it. It goes with
                # its last user.
                self._opened = open_encoder(self, self._sizes, device)
            return self._opened.encoder

    def _device_of_parameters(self) -> str:
        """Choose by where `to()` of a module around this one has put the parameters."""
        return "gpu" if next(self.parameters()).is_cuda else "auto"

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what belongs to this process; weights and the choice of a device stay."""
        return {**self.__dict__, "_opened": None, "_lock": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Come back from `__getstate__`; the encoder is opened when it is needed."""
        super().__setstate__(state)  # type: ignore[no-untyped-call]
        self._lock = threading.Lock()
