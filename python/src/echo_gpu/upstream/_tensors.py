"""Tensors in: what can be embedded as it is, and what would mean something else."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from echo_gpu.errors import SignalError, UsageError

from ._sizes import FRAMES

Floats = np.ndarray[Any, np.dtype[np.float32]]

# Types of which every value is a float32.
_EXACT = (torch.float32, torch.float16, torch.bfloat16)


def samples_of(audio: torch.Tensor) -> Floats:
    """Give the samples ``[n]`` of a tensor ``[n]`` or ``[1, n]``.

    Raises
    ------
    SignalError
        If it has several channels, or values that float32 does not have.
    """
    _require_floats(audio, "audio_signal")
    if audio.ndim == 1:
        return _array(audio)
    if audio.ndim == 2 and audio.shape[0] == 1:  # noqa: PLR2004
        return _array(audio[0])
    raise SignalError(
        f"audio_signal has the shape {list(audio.shape)}: one channel is [1, samples] or "
        "[samples]. Upstream takes one mean from all channels, and cannot embed the result. "
        "Pass one channel at a time, or a list of signals to echo_gpu.Echo.embed()."
    )


def spectrogram_of(spectrogram: torch.Tensor) -> Floats:
    """Give the values ``[bins, frames]`` of a spectrogram of at most 2000 frames.

    Raises
    ------
    SignalError
        If it has another rank, more frames, or values that float32 does not have.
    """
    _require_floats(spectrogram, "spectrogram")
    if spectrogram.ndim != 2:  # noqa: PLR2004
        raise SignalError(
            f"spectrogram has the shape {list(spectrogram.shape)}: pass [bins, frames], "
            "as preprocess_audio_to_spectrogram() gives it."
        )
    if spectrogram.shape[1] > FRAMES:
        raise SignalError(
            f"spectrogram has {spectrogram.shape[1]} frames, and extract_features() takes up "
            f"to {FRAMES}, as upstream's. Cut it, or call extract_features_from_audio()."
        )
    return _array(spectrogram)


def _require_floats(tensor: torch.Tensor, name: str) -> None:
    if not isinstance(tensor, torch.Tensor):
        raise UsageError(
            f"{name} is {type(tensor).__name__}: pass a tensor, torch.from_numpy(array). "
            "echo_gpu.Echo.embed() takes arrays."
        )
    if tensor.dtype not in _EXACT:
        kind = str(tensor.dtype).removeprefix("torch.")
        remedy = (
            "Call .float() where it may be rounded."
            if tensor.is_floating_point()
            else ("Call .float(), and divide 16-bit samples by 32768: full scale is -1 to 1.")
        )
        raise SignalError(f"{name} is {kind}, and the encoder computes in float32. {remedy}")
    if tensor.requires_grad and torch.is_grad_enabled():
        raise UsageError(
            f"{name} asks for a gradient (requires_grad), which echo-gpu does not compute. "
            f"Pass {name}.detach(), or call it under torch.no_grad()."
        )


def _array(tensor: torch.Tensor) -> Floats:
    array: Floats = tensor.detach().to("cpu", torch.float32).contiguous().numpy()
    return array
