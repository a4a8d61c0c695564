"""Writes oracle/: what model.md's float64 oracle makes of recordings at the edges of what is supported.

    python3 make_oracle.py path/to/folder/of/oracle.py/and/synthetic.py

Recordings are not stored: the tests generate them by the same integers (OracleCase.swift). index.json
lists the cases, NAME.utterance.npy and NAME.segment.npy hold the outputs, float64 rounded to float32.
The segments of wide outputs are left out. float32Loss is how far the outputs move where the spectrogram,
and nothing else, is computed by PyTorch in float32 as upstream does. Needs numpy, scipy and torch.
"""
import json
import pathlib
import sys

import numpy as np
import torch

sys.path.insert(0, sys.argv[1])
import oracle  # noqa: E402
import synthetic  # noqa: E402

OUTPUT = pathlib.Path(__file__).parent / "oracle"
TINY = {"dim": 192, "depth": 12, "heads": 3}
NARROW = {"dim": 64, "depth": 2, "heads": 1}
ONE_LAYER = {"dim": 64, "depth": 1, "heads": 1}
WIDE = {"dim": 768, "depth": 1, "heads": 12}

# name, signal, Hz, frames, extra samples that fill no frame, channels, configuration, stores segments
CASES = [
    ("lowest-rate", "noise", 1000, 25, 3, 1, TINY, True),
    ("odd-window", "noise", 11025, 20, 50, 1, TINY, True),
    ("odd-large-factor", "impulses", 22050, 16, 0, 1, TINY, True),
    ("prime-window", "noise", 97656, 3, 10, 1, TINY, False),
    ("highest-rate", "noise", 192000, 2, 0, 1, TINY, False),
    ("silence", "silence", 16000, 20, 0, 1, TINY, True),
    ("constant", "constant", 16000, 5, 0, 1, TINY, True),
    ("offset", "offset", 8000, 17, 0, 1, TINY, True),
    ("clipping", "square", 16000, 17, 1, 1, TINY, True),
    ("stereo", "noise", 8000, 15, 7, 2, TINY, True),
    ("exactly-2000-frames", "noise", 1000, 2000, 0, 1, NARROW, True),
    ("exactly-2001-frames", "noise", 1000, 2001, 0, 1, NARROW, True),
    ("exactly-4000-frames", "noise", 2000, 4000, 0, 1, NARROW, True),
    ("2001-frames-tiny", "noise", 1000, 2001, 9, 1, TINY, False),
    ("one-layer", "square", 44100, 5, 0, 1, ONE_LAYER, True),
    ("wide", "noise", 4000, 33, 0, 1, WIDE, True),
]


def noise(seed: int, count: int) -> np.ndarray:
    """16 random bits a sample, -32768 to 32767: the top of a splitmix64 counter."""
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(synthetic.GOLDEN)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(48)).astype(np.int64) - 32768


def signal(kind: str, seed: int, count: int) -> np.ndarray:
    """int16 values of one channel."""
    index = np.arange(count)
    if kind == "noise":
        return noise(seed, count) >> 2
    if kind == "silence":
        return np.zeros(count, np.int64)
    if kind == "constant":
        return np.full(count, 13107)
    if kind == "offset":
        return 13107 + (noise(seed, count) >> 9)
    if kind == "impulses":
        return (noise(seed, count) >> 12) + np.where(index % 113 == 0, 22938, 0)
    if kind == "square":
        return np.where(index // 37 % 2 == 0, 32767, -32768)
    raise ValueError(kind)


def float32_spectrogram(x: np.ndarray, rate: int) -> np.ndarray:
    """[frames, bins], as upstream computes it."""
    window, hop = int(0.025 * float(rate)), int(0.01 * float(rate))
    x = torch.from_numpy(x.astype(np.float32))
    x = x - x.mean()
    s = torch.stft(x, window, hop, window=torch.hann_window(window), center=False, return_complex=True)
    s = (torch.log(s.abs() + 1e-9) + 5.874158) / (5.223174 * 2)
    return s.T.numpy().astype(np.float64)


def main() -> None:
    spectrogram = oracle.spectrogram
    OUTPUT.mkdir(exist_ok=True)
    index = []
    for seed, (name, kind, rate, frames, extra, channels, config, stores) in enumerate(CASES, 1):
        window, hop = int(0.025 * float(rate)), int(0.01 * float(rate))
        samples = (frames - 1) * hop + window + extra
        x = np.stack([signal(kind, 100 * seed + c, samples) for c in range(channels)]) / 32768.0
        weights = synthetic.checkpoint(seed, 1.0, dim=config["dim"], depth=config["depth"])
        s, u, r = oracle.features(x.mean(0), rate, weights, config["heads"])
        oracle.spectrogram = float32_spectrogram
        _, u32, r32 = oracle.features(x.mean(0), rate, weights, config["heads"])
        oracle.spectrogram = spectrogram
        assert len(s) == frames, (name, len(s))
        np.save(OUTPUT / f"{name}.utterance.npy", u.astype(np.float32))
        if stores:
            np.save(OUTPUT / f"{name}.segment.npy", r.astype(np.float32))
        index.append({
            "name": name, "signal": kind, "seed": seed, "rate": rate, "frames": frames,
            "samples": samples, "channels": channels, "config": config,
            "segmentShape": list(r.shape), "storesSegment": stores,
            "float32Loss": {"utterance": abs(u32 - u).max(), "segment": abs(r32 - r).max()},
        })
        print(name, u.shape, r.shape)
    (OUTPUT / "index.json").write_text(json.dumps(index, indent=1) + "\n")


main()
