"""Measures `echo_gpu.read` and what follows, on synthetic archives.

    python Benchmarks/archives.py [RECORDINGS]    # 1,000,000 by default, in a temporary folder

Prints CPU and wall time, and the highest memory of the process so far.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import echo_gpu

PART = 1024
SETTINGS = {"layout": "parts", "results": 2, "weights_sha256": "0" * 64, "level": "utterance"}


def make(folder, count, width):
    """Write a folder as `echo-gpu extract --layout parts` does, with noise for embeddings."""
    folder.mkdir()
    (folder / "run.json").write_text(json.dumps({"settings": SETTINGS, "information": {}}))
    noise = np.random.default_rng(0).standard_normal((PART, width), dtype=np.float32)
    for part in range(-(-count // PART)):
        rows = min(PART, count - part * PART)
        table = f"utterance-{width}-{part:06}.npy"
        np.save(folder / table, noise[:rows])
        lines = [line(part * PART + row, row, table, width) for row in range(rows)]
        (folder / f"manifest-{part:06}.jsonl").write_text("".join(lines))
    return folder


def line(number, row, table, width):
    name = f"machine/{number % 97:02}/recording-{number:08}.wav"
    entry = {
        "id": name,
        "path": f"/data/set/{name}",
        "status": "ok",
        "channel": None,
        "sample_rate": 16000,
        "samples": 160000,
        "frames": 998,
        "width": width,
        "utterance_file": table,
        "utterance_row": row,
        "device": "NVIDIA H100",
        "driver": "570.1",
        "bytes": 320044,
        "modified": 1795864196812940879 + number,
        "attempt": 1,
        "run": "0" * 12,
        "fields": {"machine": "fan", "load": number % 7},
    }
    return json.dumps(entry, separators=(",", ":")) + "\n"


def clock(name, action):
    cpu, wall = time.process_time(), time.perf_counter()
    result = action()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{name:32} {cpu:7.2f} s CPU {wall:7.2f} s wall {peak:6} MB")
    return result


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        wide = make(folder / "wide", 20_000, 1344)
        archive = clock("read 20,000 of 1,344", lambda: echo_gpu.read(wide))
        clock("table", archive.table)
        clock("to_parquet, pyarrow's import", lambda: archive.to_parquet(folder / "x.parquet"))
        clock("to_parquet", lambda: archive.to_parquet(folder / "x.parquet"))
        many = make(folder / "many", count, 8)
        archive = clock(f"read {count:,}", lambda: echo_gpu.read(many))
        clock("the first by its id", lambda: archive[archive.ids[-1]])
        clock("each in turn", lambda: sum(1 for _ in archive))


if __name__ == "__main__":
    main()
