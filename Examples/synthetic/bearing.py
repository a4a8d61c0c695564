"""A machine with four bearings, recorded once a day for 60 days: one of them degrades.

``2024-03-01.wav`` and on: a channel for each bearing, 2 s at 16 kHz. A channel has the shaft (five
harmonics, as loud as the load), and noise. The third one (channel 2) has besides, from 5 April
(day 35) on, impulses of the outer race, 3.58 a turn, each a little early or late, through a resonance
that rings for a millisecond: at first a tenth of the noise's RMS (-20 dB), growing by e in 6 days, so
as loud as the noise after 14. Load (10 %) and speed (0.5 %) vary from day to day, for all alike.
"""

from __future__ import annotations

import datetime as dt
import wave
from typing import TYPE_CHECKING

import numpy as np
from machines import generator

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

DAYS = 60
ONSET = 35  # the first day with the fault, from 0
ILL = 2  # the channel of the bearing that degrades

_RATE = 16000  # Hz
_SECONDS = 2
_NOISE = 0.02  # RMS; the fault of the last day must not clip
_GROWTH = 6.0  # days in which the fault grows by e
_RESONANCES = (3100.0, 2600.0, 3400.0, 2900.0)  # Hz


def ratio(day: int) -> float:
    """Give the RMS of the impulses over that of the noise; 0 before the fault."""
    return 0.0 if day < ONSET else 0.1 * float(np.exp((day - ONSET) / _GROWTH))


def _impulses(
    random: np.random.RandomState, turns: float, resonance: float
) -> NDArray[np.float64]:
    """Make impulses through a resonance, of RMS 1; `turns` are the shaft's, in Hz."""
    train = np.zeros(_SECONDS * _RATE)
    period = _RATE / (3.58 * turns)
    place = period * random.uniform()
    while place < len(train):
        train[int(place)] += 1 + 0.1 * random.standard_normal()
        place += period * max(0.5, 1 + 0.01 * random.standard_normal())
    time = np.arange(_RATE // 100) / _RATE
    ringing = np.exp(-800 * time) * np.sin(2 * np.pi * resonance * time)
    signal = np.convolve(train, ringing)[: len(train)]
    return signal / np.sqrt(np.mean(signal**2))


def recording(day: int, seed: int = 0) -> NDArray[np.float64]:
    """Make a day's recording, ``[samples, channels]``."""
    random = generator("bearing", seed, day)
    load = max(0.1, 1 + 0.1 * random.standard_normal())
    turns = 25 * (1 + 0.005 * random.standard_normal())
    time = np.arange(_SECONDS * _RATE) / _RATE
    channels = []
    for channel, resonance in enumerate(_RESONANCES):
        signal = _NOISE * random.standard_normal(len(time))
        for harmonic in range(1, 6):
            phase = random.uniform(0, 2 * np.pi)
            tone = np.sin(2 * np.pi * turns * harmonic * time + phase)
            signal += load * 0.8 * _NOISE / harmonic * tone
        if channel == ILL and ratio(day) > 0:
            signal += _NOISE * ratio(day) * _impulses(random, turns, resonance)
        channels.append(signal)
    return np.stack(channels, axis=1)


def write(folder: Path, seed: int = 0) -> None:
    """Write all days, 16 bits a sample."""
    folder.mkdir(parents=True, exist_ok=True)
    for day in range(DAYS):
        name = dt.date(2024, 3, 1) + dt.timedelta(days=day)
        samples = np.rint(np.clip(recording(day, seed), -1, 1) * 32767).astype("<i2")
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setnchannels(samples.shape[1])
            file.setsampwidth(2)
            file.setframerate(_RATE)
            file.writeframes(samples.tobytes())
