"""Machines that sound like machines, made from a seed, and writers of the files that hold them."""

from __future__ import annotations

import wave
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

# What makes a signal anew where a bin of its spectrogram has next to nothing. The model takes the
# logarithm, and there the rounding of an FFT in single precision becomes as much as 1e-3 of an
# embedding, with PyTorch as well as with us.
RETRIES = [(), *((number,) for number in range(1, 20))]


def generator(*names: object) -> np.random.RandomState:
    """Gives random numbers that depend on the names alone, the same with every version of numpy."""
    # Of a Generator the numbers may change from one version to another; these are frozen.
    return np.random.RandomState(zlib.crc32("/".join(map(str, names)).encode()))


@dataclass(frozen=True)
class Machine:
    """What a machine sounds like. `fault` is 0 for a healthy one; 1 is easy to hear."""

    name: str
    rate: int
    shaft: float = 29.7  # Hz
    resonance: float = 0.21  # of the sample rate
    fault: float = 0.0
    fault_rate: float = 87.3  # Hz, of the impulses

    def signal(self, seconds: float, *names: object) -> NDArray[np.float64]:
        """Makes a recording, full scale being -1 to 1; `names` tell it from the others."""
        random = generator(self.name, *names)
        time = np.arange(int(seconds * self.rate)) / self.rate
        shaft = self.shaft * random.uniform(0.97, 1.03)
        phase = random.uniform(0, 2 * np.pi, 8)
        x = sum(0.2 / k * np.sin(2 * np.pi * shaft * k * time + phase[k - 1]) for k in range(1, 9))
        x = x + 0.1 * (1 + np.sin(2 * np.pi * 3.1 * time)) * np.sin(
            2 * np.pi * self.resonance * self.rate * time
        )
        x = x + random.uniform(0.015, 0.03) * random.standard_normal(len(time))
        strength = self.fault * random.uniform(0.2, 1.0)
        ringing = np.sin(2 * np.pi * 0.34 * self.rate * time) * np.exp(
            -((time * self.fault_rate) % 1.0) * 8
        )
        return np.clip(x + 0.15 * strength * ringing, -1, 1) * random.uniform(0.6, 0.9)


def write_wav(path: Path, signal: NDArray[np.float64], rate: int, bits: int = 16) -> None:
    """Writes one channel as PCM of 16 or 24 bits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = np.rint(np.clip(signal, -1, 1) * (2 ** (bits - 1) - 1)).astype("<i4")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(bits // 8)
        file.setframerate(rate)
        file.writeframes(whole.view(np.uint8).reshape(-1, 4)[:, : bits // 8].tobytes())


def write_mat(path: Path, arrays: dict[str, NDArray[np.float64]]) -> None:
    """Writes columns of doubles as MATLAB level 4, which needs no library to write."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for name, values in arrays.items():
            header = np.array([0, len(values), 1, 0, len(name) + 1], "<i4")
            file.write(header.tobytes() + name.encode() + b"\0" + values.astype("<f8").tobytes())


def least_bin(signal: NDArray[np.float64], rate: int) -> float:
    """Gives the smallest magnitude in the spectrogram that the model makes of it."""
    length, hop = int(0.025 * rate), int(0.01 * rate)
    frames = np.lib.stride_tricks.sliding_window_view(signal - signal.mean(), length)[::hop]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)
    return float(np.abs(np.fft.rfft(frames * window)).min())
