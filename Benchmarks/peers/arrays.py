"""Times what Python calls: signals in arrays to embeddings in arrays, in one process.

    arrays.py PEER SELECTOR THREADS COUNT FOLDER

PEER "PyTorch" is what upstream does; any other is the package echo_gpu on the device SELECTOR. The first COUNT
recordings of FOLDER are embedded together, and then file by file, as SIREN asks for those of its fault sets: a path in, an
embedding out. Imports, loading and a warm-up are not in the times.
"""
import pathlib
import sys
import time
from collections.abc import Callable

import numpy as np
import soundfile

import measurement
from measurement import EVERY_TOKEN, UTTERANCES, Measurement

Signals = list[np.ndarray]
CLIPS = (1, 8)  # in a call of PyTorch's encoder


class PyTorch:
    """ECHO on PyTorch, with its best number of clips in a call among CLIPS."""

    work = EVERY_TOKEN

    def __init__(self, threads: int) -> None:
        import model
        import torch

        torch.set_num_threads(threads)
        self.torch, self.model, self.encoder = torch, model, model.Encoder.synthetic()

    def together(self, clips: int) -> Callable[[Signals, int], list[np.ndarray]]:
        """Signals of one length, `clips` in a call of the encoder."""
        def embed(signals: Signals, rate: int) -> list[np.ndarray]:
            found = []
            for start in range(0, len(signals), clips):
                some = self.torch.from_numpy(np.stack(signals[start : start + clips]))
                with self.torch.inference_mode():
                    bands = self.model.bands_of(self.model.spectrogram(some, rate)).flatten(0, 1)
                    frequency = self.model.frequency_encoding(rate, 192).repeat(len(some), 1)
                    tokens = self.encoder(bands, frequency)
                found += list(tokens[:, 0].reshape(len(some), -1).numpy())
            return found
        return embed

    def ways(self) -> dict[str, Callable[[Signals, int], list[np.ndarray]]]:
        """How signals are embedded together, by name."""
        return {f"{clips} a call": self.together(clips) for clips in CLIPS}

    def file(self, path: pathlib.Path) -> np.ndarray:
        """One recording."""
        signal, rate = soundfile.read(path, dtype="float32")
        return self.together(1)([signal], rate)[0]


class Package:
    """The package echo_gpu."""

    work = UTTERANCES

    def __init__(self, selector: str) -> None:
        import warnings

        import echo_gpu

        warnings.simplefilter("ignore", echo_gpu.UntrainedWarning)
        self.echo = echo_gpu.Echo.from_pretrained("demo", device=selector)

    def ways(self) -> dict[str, Callable[[Signals, int], list[np.ndarray]]]:
        """How signals are embedded together, by name."""
        return {"one call": lambda signals, rate: list(self.echo.embed(signals, rate))}

    def file(self, path: pathlib.Path) -> np.ndarray:
        """One recording."""
        return self.echo.embed_files(path)[0].utterance


def timed(name: str, peer: str, configuration: str, clips: int, work: float, run: Callable[[], object]
          ) -> Measurement:
    """Clips a second of a call."""
    start = time.perf_counter()
    run()
    return Measurement(name, 16_000, peer, configuration, clips / (time.perf_counter() - start), work)


def main() -> None:
    peer, selector, threads, count, folder = sys.argv[1:]
    paths = sorted(pathlib.Path(folder).glob("*.wav"))[: int(count)]
    read = [soundfile.read(path, dtype="float32") for path in paths]
    signals, rate = [signal for signal, _ in read], read[0][1]
    runner = PyTorch(int(threads)) if peer == "PyTorch" else Package(selector)
    measured = []
    for configuration, embed in runner.ways().items():
        embed(signals[:8], rate)
        measured.append(timed("signals in Python", peer, f"{count}, {configuration}", len(signals), runner.work,
                              lambda embed=embed: embed(signals, rate)))
    runner.file(paths[0])
    measured.append(timed("files one by one in Python", peer, f"{count}, a path a call", len(paths), runner.work,
                          lambda: [runner.file(path) for path in paths]))
    measurement.write(measured)


if __name__ == "__main__":
    main()
