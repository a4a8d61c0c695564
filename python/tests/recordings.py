"""Recordings for tests, written with the standard library."""

from __future__ import annotations

import wave

import numpy as np


def hum(seed, samples=8000, pitch=40):
    """Samples of a machine: harmonics, and noise of the seed."""
    noise = np.random.default_rng(seed).normal(0, 0.02, samples)
    return 0.3 * ((np.arange(samples) % pitch) / pitch - 0.5) + noise


def noise(seed, samples=8000):
    """Samples of a leak."""
    return np.random.default_rng(seed).normal(0, 0.2, samples)


def write(path, samples, sample_rate=16000):
    """Write a WAV file of 16 bits, and give its path."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, sample_rate, 0, "NONE", ""))
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path
