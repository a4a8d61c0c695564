"""Times PyTorch's whole pipeline, recordings on disk to .npy on disk.

    pipeline.py PROCESSES THREADS OUTPUT COUNT:FOLDER...

Embeds the first COUNT recordings of each folder, with the bands of one recording (as upstream does)
and of eight in a call of the encoder. Imports, loading and a warm-up are not in the times.
"""
import functools
import multiprocessing
import pathlib
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.synchronize import Barrier

import numpy as np
import soundfile
import torch

import measurement
import model
from measurement import Measurement

FILES = (1, 8)  # in a call of the encoder
_encoder: model.Encoder
_barrier: Barrier


def prepare(threads: int, barrier: Barrier) -> None:
    """Makes the model in a worker process."""
    global _encoder, _barrier
    torch.set_num_threads(threads)
    _encoder, _barrier = model.Encoder.synthetic(), barrier


def embed(paths: list[pathlib.Path], output: pathlib.Path) -> None:
    """Embeds recordings of one sample rate and length that fit one segment, together."""
    signals, rates = zip(*(soundfile.read(path, dtype="float32") for path in paths))
    signal = torch.from_numpy(np.stack(signals))
    with torch.inference_mode():
        bands = model.bands_of(model.spectrogram(signal, rates[0])).flatten(0, 1)
        frequency = model.frequency_encoding(rates[0], 192).repeat(len(paths), 1)
        tokens = _encoder(bands, frequency)
        utterances = tokens[:, 0].reshape(len(paths), -1).numpy()
    for path, utterance in zip(paths, utterances):
        np.save(output / f"{path.name}.utterance.npy", utterance)


def work(paths: list[pathlib.Path], files: int, output: pathlib.Path) -> None:
    """A worker's share of the recordings, `files` in a call.

    Waits for the other workers first, so that each gets one share and none is still starting.
    """
    _barrier.wait()
    for start in range(0, len(paths), files):
        embed(paths[start : start + files], output)


def main() -> None:
    processes, threads, output = int(sys.argv[1]), int(sys.argv[2]), pathlib.Path(sys.argv[3])
    measured = []
    context = multiprocessing.get_context("spawn")
    shared = (threads, context.Barrier(processes))
    with ProcessPoolExecutor(processes, context, prepare, shared) as pool:
        for count, _, folder in (item.partition(":") for item in sys.argv[4:]):
            results = output / pathlib.Path(folder).name
            results.mkdir(parents=True, exist_ok=True)
            paths = sorted(pathlib.Path(folder).glob("*.wav"))[: int(count)]
            shares = [paths[i::processes] for i in range(processes)]
            for files in FILES:
                run = functools.partial(work, files=files, output=results)
                list(pool.map(run, [share[:files] for share in shares]))
                start = time.perf_counter()
                list(pool.map(run, shares))
                speed = len(paths) / (time.perf_counter() - start)
                measured.append(Measurement(
                    "pipeline", soundfile.info(paths[0]).samplerate, "PyTorch",
                    f"{processes} x {threads} threads, {files} a call", speed))
    measurement.write(measured)


if __name__ == "__main__":
    main()
