"""PyTorch on a card, in turns with echo-gpu on the same card: clips of 10 s at 16 kHz a second.

    pytorch.py --json FILE [--seconds N] [--clips N] [--echo NAME COMMAND]...

Both start with samples in the host's memory and end with utterance embeddings there. PyTorch gets
all bands of all clips in one call. COMMAND prints nothing that counts; it writes JSON with
"clips_per_second" to the file that stands in it for {json}. Each round runs everything once, the
next one in the other direction; rounds stop when the time is up, and the file is written after
each. Needs PyTorch and numpy, and model.py and synthetic.py of Benchmarks/peers.
"""
import argparse
import contextlib
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from statistics import median

import numpy as np
import torch

import model

RATE, SECONDS, BANDS, WIDTH = 16_000, 10, 7, 192  # Hz, s, of a clip, of an embedding
WINDOW_SECONDS = 0.5  # a timed measurement goes on for so long at least
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


class Variant:
    """One way to run the encoder on the card."""

    def __init__(self, name: str, *, tf32: bool = False, half: bool = False,
                 autocast: bool = False, compiled: bool = False, fast_path: bool = True) -> None:
        self.name, self.tf32, self.autocast, self.fast_path = name, tf32, autocast, fast_path
        self.dtype = torch.float16 if half else torch.float32
        self.encoder = model.Encoder.synthetic().to(DEVICE, self.dtype)
        self.call = torch.compile(self.encoder) if compiled else self.encoder

    @contextlib.contextmanager
    def settings(self):
        """PyTorch's own switches, which hold for the whole process, as this variant wants them."""
        torch.backends.cuda.matmul.allow_tf32 = self.tf32
        torch.backends.cudnn.allow_tf32 = self.tf32
        # nn.TransformerEncoder's fused kernels; torch.compile and autocast go without.
        torch.backends.mha.set_fastpath_enabled(self.fast_path)
        with torch.inference_mode(), torch.autocast(
                DEVICE.type, torch.float16, enabled=self.autocast):
            yield

    def utterances(self, samples: torch.Tensor, frequency: torch.Tensor) -> torch.Tensor:
        """Samples `[clips, L]` on the host to utterances `[clips, N * D]` there."""
        signal = samples.to(DEVICE, non_blocking=True)
        with torch.autocast(DEVICE.type, enabled=False):
            bands = model.bands_of(model.spectrogram(signal, RATE)).flatten(0, 1)
        tokens = self.call(bands.to(self.dtype), frequency.to(self.dtype))
        return tokens[:, 0].float().reshape(len(samples), -1).cpu()


VARIANTS: dict[str, Callable[[], Variant]] = {
    "PyTorch fp32": lambda: Variant("PyTorch fp32"),
    "PyTorch TF32": lambda: Variant("PyTorch TF32", tf32=True),
    "PyTorch fp16 autocast, SDPA": lambda: Variant(
        "PyTorch fp16 autocast, SDPA", autocast=True, tf32=True, fast_path=False),
    "PyTorch fp16 module, fast path": lambda: Variant(
        "PyTorch fp16 module, fast path", half=True, tf32=True),
}
# Compiling takes a minute or more: what needs none has its first round before.
COMPILED: dict[str, Callable[[], Variant]] = {
    "PyTorch fp16 module, compiled": lambda: Variant(
        "PyTorch fp16 module, compiled", half=True, tf32=True, compiled=True, fast_path=False),
}


def synchronise() -> None:
    if DEVICE.type == "cuda":
        torch.cuda.synchronize()


def clips_per_second(variant: Variant, samples: torch.Tensor, frequency: torch.Tensor) -> float:
    """The median of runs that take WINDOW_SECONDS together, three at least."""
    times: list[float] = []
    with variant.settings():
        while len(times) < 3 or sum(times) < WINDOW_SECONDS:
            synchronise()
            start = time.perf_counter()
            variant.utterances(samples, frequency)
            times.append(time.perf_counter() - start)
    return len(samples) / median(times)


def echo_clips_per_second(command: str, limit: float) -> float:
    """What a command of echo-bench measures."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "figures.json")
        words = [word.replace("{json}", str(path)) for word in shlex.split(command)]
        result = subprocess.run(words, capture_output=True, text=True, timeout=limit, check=False)
        if result.returncode != 0:
            raise RuntimeError((result.stderr or result.stdout).strip().splitlines()[-1:])
        return json.loads(path.read_text())["clips_per_second"]


class Rounds:
    """Figures of every contestant, and why some are missing."""

    def __init__(self, path: pathlib.Path, facts: dict) -> None:
        self.path, self.facts = path, facts
        self.figures: dict[str, list[float]] = {}
        self.missing: dict[str, str] = {}
        self.cosines: dict[str, float] = {}

    def add(self, name: str, measure: Callable[[], float]) -> None:
        """Measures one contestant; one that fails is missing from then on."""
        if name in self.missing:
            return
        try:
            self.figures.setdefault(name, []).append(measure())
            print(f"{name:<36} {self.figures[name][-1]:10.1f} clips/s", flush=True)
        except Exception as error:  # whatever a contestant raises, the others go on
            self.missing[name] = f"{type(error).__name__}: {error}"[:400]
            print(f"{name:<36} missing: {self.missing[name]}", flush=True)
        self.write()

    def write(self) -> None:
        """The file appears whole or not at all."""
        rows = [{"name": name, "clips_per_second": median(found), "rounds": found,
                 "cosine": self.cosines.get(name)}
                for name, found in self.figures.items() if found]
        partial = self.path.with_suffix(".partial")
        partial.write_text(json.dumps(
            self.facts | {"contestants": rows, "missing": self.missing}, indent=1) + "\n")
        os.replace(partial, self.path)


class Contest:
    """What is measured in turns, as far as it works here."""

    def __init__(self, rounds: Rounds, clips: int, end: float) -> None:
        self.rounds, self.end = rounds, end
        self.samples, self.frequency = inputs(clips)
        self.turns: list[tuple[str, Callable[[], float]]] = []
        self.reference: torch.Tensor | None = None
        self.count, self.slowest = 0, 0.0

    def add_echo(self, name: str, command: str) -> None:
        def measure() -> float:
            return echo_clips_per_second(command, max(5, self.end - time.monotonic()))

        self.turns.append((name, measure))

    def add_variant(self, name: str, make: Callable[[], Variant]) -> None:
        """Makes a variant warm and compares it with the first, fp32; one that fails is missing."""
        began = time.monotonic()
        try:
            variant = make()
            with variant.settings():
                variant.utterances(self.samples, self.frequency)  # compiles, chooses kernels
                found = variant.utterances(self.samples, self.frequency).double().flatten()
        except Exception as error:  # such as a compiler that is not there
            self.rounds.missing[name] = f"{type(error).__name__}: {error}"[:400]
            print(f"{name:<36} missing: {self.rounds.missing[name]}", flush=True)
            return
        self.reference = found if self.reference is None else self.reference
        self.rounds.cosines[name] = float(
            torch.dot(found, self.reference) / found.norm() / self.reference.norm())
        print(f"{name:<36} ready in {time.monotonic() - began:.1f} s", flush=True)
        self.turns.append(
            (name, lambda: clips_per_second(variant, self.samples, self.frequency)))

    def has_time(self) -> bool:
        """Whether a round like the slowest so far ends in time."""
        return time.monotonic() + self.slowest < self.end

    def round(self) -> None:
        """Everything once, in the other direction than before."""
        began = time.monotonic()
        for name, measure in self.turns[::-1] if self.count % 2 else self.turns:
            if time.monotonic() < self.end:
                self.rounds.add(name, measure)
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.count += 1


def inputs(clips: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Noise, seeded, in memory that the card can read by itself; and the bands' encodings there."""
    noise = np.random.default_rng(1).normal(0, 0.1, (clips, SECONDS * RATE)).astype(np.float32)
    samples = torch.from_numpy(noise)
    if DEVICE.type == "cuda":
        samples = samples.pin_memory()
    return samples, model.frequency_encoding(RATE, WIDTH).repeat(clips, 1).to(DEVICE)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="pytorch.py", description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=pathlib.Path, required=True)
    parser.add_argument("--seconds", type=float, default=90, help="for everything (default: 90)")
    parser.add_argument("--clips", type=int, default=256, help="in a call (default: 256)")
    parser.add_argument("--echo", nargs=2, action="append", default=[],
                        metavar=("NAME", "COMMAND"))
    return parser.parse_args()


def main() -> None:
    options = arguments()
    end = time.monotonic() + options.seconds
    card = torch.cuda.get_device_name() if DEVICE.type == "cuda" else "the CPU, as a rehearsal"
    rounds = Rounds(options.json, {
        "torch": torch.__version__, "cuda": torch.version.cuda or torch.version.hip, "card": card,
        "clips": options.clips})
    print(f"PyTorch {torch.__version__} on {card}, {options.clips} clips a call", flush=True)
    contest = Contest(rounds, options.clips, end)
    for name, command in options.echo:
        contest.add_echo(name, command)
    for name, make in VARIANTS.items():
        contest.add_variant(name, make)
    contest.round()
    for name, make in COMPILED.items():
        contest.add_variant(name, make)
    while contest.has_time():
        contest.round()
    rounds.write()


if __name__ == "__main__":
    sys.exit(main())
