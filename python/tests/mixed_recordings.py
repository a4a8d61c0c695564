"""Small recordings for tests of tables: good ones, and some that cannot be embedded."""

from __future__ import annotations

import wave
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

RATES = (16_000, 8_000, 12_000)


def hum(samples: int, seed: int) -> np.ndarray:
    """Make a hum in noise, float32 within ±1."""
    noise = np.random.default_rng(seed).standard_normal(samples)
    tone = np.sin(np.arange(samples) * (0.02 + 0.01 * seed))
    return (0.3 * tone + 0.05 * noise).astype(np.float32)


def write_wave(path: Path, channels: list[np.ndarray], rate: int) -> Path:
    """Write signals side by side as 16-bit samples."""
    frames = np.round(np.stack(channels, axis=1) * 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(frames.tobytes())
    return path


def write_recordings(folder: Path) -> list[Path]:
    """Write five good recordings, one of them in stereo, and three that cannot be embedded."""
    paths = [
        write_wave(folder / f"hum {seed}.wav", [hum(4000 + 400 * seed, seed)], RATES[seed % 3])
        for seed in range(4)
    ]
    stereo = [hum(5000, 8), hum(5000, 9)]
    paths.insert(2, write_wave(folder / "stereo é.wav", stereo, 16_000))
    paths.insert(1, write_wave(folder / "short.wav", [hum(30, 5)], 16_000))
    (folder / "broken.wav").write_bytes(b"RIFF and nothing else")
    return [*paths, folder / "broken.wav", folder / "gone.wav"]
