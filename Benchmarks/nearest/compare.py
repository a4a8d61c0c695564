"""Exact nearest rows: echo-gpu against faiss's IndexFlatIP, in turns, on one machine.

    pip install -r Benchmarks/nearest/requirements.txt
    swift build -c release --product echo-bench
    python Benchmarks/nearest/compare.py [--rows 100000] [--device cpu] [--device auto] [--turns 7]

Both have their rows in memory, and echo-gpu also takes them straight from the tables of an archive. Prints the median
and the least of the times of each, and checks that both find the same rows.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import faiss
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
PART = 1024
TOP = 10


def embeddings(count: int, width: int, seed: int, spread: float) -> np.ndarray:
    """Rows around 50 centres, as of machines, and these around one: cosines of about 0.9 and more."""
    centres = np.random.default_rng(0)
    centre = centres.standard_normal(width, dtype=np.float32)
    machines = centre + 0.3 * centres.standard_normal((50, width), dtype=np.float32)
    noise = np.random.default_rng(seed)
    rows = machines[noise.integers(0, 50, count)]
    rows += spread * noise.standard_normal((count, width), dtype=np.float32)
    return rows


def write_archive(folder: Path, rows: np.ndarray) -> None:
    """A folder as `echo-gpu extract --layout parts` leaves it, as far as rows are read from it."""
    width = rows.shape[1]
    for part in range(-(-len(rows) // PART)):
        table = f"utterance-{width}-{part:06}.npy"
        some = rows[part * PART : (part + 1) * PART]
        np.save(folder / table, some)
        lines = [
            json.dumps(
                {
                    "id": f"{part}-{row}",
                    "path": f"{part}-{row}",
                    "status": "ok",
                    "channel": None,
                    "sample_rate": 16000,
                    "samples": 160000,
                    "frames": 998,
                    "width": width,
                    "utterance_file": table,
                    "utterance_row": row,
                    "device": "none",
                    "bytes": 1,
                    "modified": 1,
                    "attempt": 1,
                    "run": "0" * 12,
                },
                separators=(",", ":"),
            )
            for row in range(len(some))
        ]
        manifest = folder / f"manifest-{part:06}.jsonl"
        manifest.write_text("".join(text + "\n" for text in lines))


class Ours:
    """echo-bench, which searches when it is told to."""

    def __init__(
        self, device: str, folder: Path, queries: Path, width: int, more: list[str]
    ):
        program = ROOT / ".build" / "release" / "echo-bench"
        command = [program, "nearest", "--device", device, "--width", str(width), *more]
        command += [str(folder), str(queries)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, text=True, bufsize=1
        )
        self.name = self.process.stdout.readline().strip()

    def search(self, where: str, count: int) -> tuple[float, list[list[int]], int]:
        self.process.stdin.write(f"{where} {count}\n")
        self.process.stdin.flush()
        seconds, whole, rows = self.process.stdout.readline().split()
        found = [[int(row) for row in query.split(",")] for query in rows.split(";")]
        return float(seconds), found, int(whole)

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def agreement(ours: list[list[int]], theirs: np.ndarray) -> float:
    """The share of hits that both have: faiss decides near ties by float32."""
    common = sum(len(set(a) & set(b)) for a, b in zip(ours, theirs.tolist()))
    return common / theirs.size


def compare(arguments: argparse.Namespace, folder: Path) -> None:
    width = arguments.width
    rows = embeddings(arguments.rows, width, 1, arguments.spread)
    queries = embeddings(256, width, 2, arguments.spread)
    write_archive(folder, rows)
    np.save(folder / "queries.npy", queries)
    index = faiss.IndexFlatIP(width)
    index.add(rows / np.linalg.norm(rows, axis=1, keepdims=True))
    unit = queries / np.linalg.norm(queries, axis=1, keepdims=True)
    del rows
    for device in arguments.device:
        more = ["--block", str(arguments.block)] if arguments.block else []
        ours = Ours(device, folder, folder / "queries.npy", width, more)
        print(ours.name, f"(load {os.getloadavg()[0]:.1f})")
        for count in (1, 256):
            times: dict[str, list[float]] = {"faiss": [], "memory": [], "files": []}
            # The first turn compiles, and reads into memory what stays there.
            for turn in range(arguments.turns + 1):
                start = time.perf_counter()
                _, theirs = index.search(unit[:count], TOP)
                turns = {"faiss": time.perf_counter() - start}
                for where in ("memory", "files"):
                    turns[where], found, whole = ours.search(where, count)
                if turn:
                    for name, seconds in turns.items():
                        times[name].append(seconds)
            base = statistics.median(times["faiss"])
            for name, values in times.items():
                median = statistics.median(values)
                print(
                    f"  {count:3} queries  {name:7} median {median * 1e3:8.1f} ms  "
                    f"least {min(values) * 1e3:8.1f} ms  {median / base:5.2f} x faiss"
                )
            print(
                f"  hits in common {agreement(found, theirs):.4f}, blocks not decided {whole}"
            )
        ours.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--width", type=int, default=1344)
    parser.add_argument("--spread", type=float, default=0.2)
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--block", type=int, help="MiB of a block")
    parser.add_argument("--device", action="append")
    arguments = parser.parse_args()
    arguments.device = arguments.device or ["cpu", "auto"]
    with tempfile.TemporaryDirectory() as folder:
        compare(arguments, Path(folder))


if __name__ == "__main__":
    main()
