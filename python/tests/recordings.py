"""Recordings for tests: a machine that hums, and a leak."""

from __future__ import annotations

import numpy as np
from conftest import write_wav


def hum(seed, samples=8000, pitch=40):
    """Samples of a machine: harmonics, and noise of the seed."""
    noise = np.random.default_rng(seed).normal(0, 0.02, samples)
    return 0.3 * ((np.arange(samples) % pitch) / pitch - 0.5) + noise


def leak(seed, samples=8000):
    """Samples of a leak: noise of the seed."""
    return np.random.default_rng(seed).normal(0, 0.2, samples)


def write(path, samples, rate=16000):
    """Write a WAV file, and give its path."""
    return write_wav(path, np.clip(samples, -1, 1) * 32767, rate)
