"""Writes the recordings that every peer embeds: 10 s, mono, 16-bit WAV, seeded, no two alike."""
import pathlib

import numpy as np
import soundfile

SECONDS = 10


def signal(rate: int, number: int) -> np.ndarray:
    """Harmonics of a shaft that speeds up a little, over noise: int16, `rate` Hz."""
    random = np.random.default_rng([rate, number])
    t = np.arange(SECONDS * rate) / rate
    shaft = random.uniform(20, 60) * t * (1 + 0.01 * t)
    harmonics = sum(0.2 / k * np.sin(2 * np.pi * k * shaft) for k in range(1, 9))
    noise = 0.02 * random.standard_normal(t.size)
    return np.clip((harmonics + noise) * 32768, -32768, 32767).astype(np.int16)


def write(folder: pathlib.Path, rate: int, count: int) -> pathlib.Path:
    """The folder of exactly `count` recordings at `rate` Hz, below `folder`; kept between runs."""
    folder = folder / f"{rate}-{count}"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        path = folder / f"{number:04}.wav"
        if not path.exists():
            partial = path.with_suffix(".partial")
            soundfile.write(partial, signal(rate, number), rate, subtype="PCM_16", format="WAV")
            partial.rename(path)
    return folder
