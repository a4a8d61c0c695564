"""Times the encoder alone (bands of spectrograms to tokens) on one runtime.

    encoder.py RUNTIME CORES CLIPS ENCODER.onnx

Tries one worker with all cores and a worker a core, one recording and eight in a call. The ONNX
file is made if it is missing.
"""
import pathlib
import sys
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch

import measurement
import model
from agreement import deviation
from measurement import Measurement

Run = Callable[[np.ndarray, np.ndarray], np.ndarray]
RATE, FRAMES = 16_000, 998  # Hz; frames of 10 s


def export(path: pathlib.Path) -> None:
    """Writes the encoder as ONNX, with any number of bands."""
    torch.backends.mha.set_fastpath_enabled(False)  # plain operations, which ONNX has
    with warnings.catch_warnings():
        # The exporter by torch.export gives a graph that both runtimes run 20 to 30 % slower.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model.Encoder.synthetic(), tuple(map(torch.from_numpy, inputs(1))), str(path),
            input_names=["bands", "frequency"], output_names=["tokens"], opset_version=17,
            dynamic_axes={name: {0: "n"} for name in ("bands", "frequency", "tokens")},
            dynamo=False)
    torch.backends.mha.set_fastpath_enabled(True)


def pytorch(workers: int, threads: int, onnx: str) -> list[Run]:
    encoder = model.Encoder.synthetic()

    def run(bands: np.ndarray, frequency: np.ndarray) -> np.ndarray:
        torch.set_num_threads(threads)  # counts for the calling thread
        with torch.inference_mode():
            return encoder(torch.from_numpy(bands), torch.from_numpy(frequency)).numpy()

    return [run] * workers


def onnxruntime(workers: int, threads: int, onnx: str) -> list[Run]:
    import onnxruntime as ort

    def worker() -> Run:
        options = ort.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        session = ort.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
        return lambda bands, frequency: session.run(
            None, {"bands": bands, "frequency": frequency})[0]

    return [worker() for _ in range(workers)]


def openvino(precision: str) -> Callable[[int, int, str], list[Run]]:
    def workers_of(workers: int, threads: int, onnx: str) -> list[Run]:
        import openvino as ov

        compiled = ov.Core().compile_model(onnx, "CPU", {
            "INFERENCE_PRECISION_HINT": precision,
            "INFERENCE_NUM_THREADS": workers * threads, "NUM_STREAMS": workers})

        def worker() -> Run:
            request = compiled.create_infer_request()
            return lambda bands, frequency: request.infer(
                {"bands": bands, "frequency": frequency}, share_inputs=True)[0]

        return [worker() for _ in range(workers)]

    return workers_of


RUNTIMES: dict[str, Callable[[int, int, str], list[Run]]] = {
    "PyTorch": pytorch, "ONNX Runtime": onnxruntime,
    "OpenVINO float32": openvino("f32"), "OpenVINO bfloat16": openvino("bf16")}


def inputs(files: int) -> tuple[np.ndarray, np.ndarray]:
    """`files` recordings' bands, seeded, in the range of real ones, and frequency encodings."""
    frequency = model.frequency_encoding(RATE, 192).numpy()
    bands = np.random.default_rng(1).normal(0.3, 0.2, (files * len(frequency), 32, FRAMES))
    return bands.astype(np.float32), np.tile(frequency, (files, 1))


def clips_per_second(workers: list[Run], files: int, clips: int) -> float:
    """Runs at least `clips` recordings, `files` in a call, on all workers at once."""
    batch = inputs(files)
    calls = max(1, -(-clips // (files * len(workers))))

    def work(run: Run, count: int) -> None:
        for _ in range(count):
            run(*batch)

    with ThreadPoolExecutor(len(workers)) as pool:
        list(pool.map(work, workers, [1] * len(workers)))  # warm
        start = time.perf_counter()
        list(pool.map(work, workers, [calls] * len(workers)))
        return calls * files * len(workers) / (time.perf_counter() - start)


def main() -> None:
    peer, cores, clips, onnx = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    if not pathlib.Path(onnx).exists():
        export(pathlib.Path(onnx))
    reference = pytorch(1, cores, "")[0](*inputs(1))
    measured = []
    for workers, threads in dict.fromkeys([(1, cores), (cores, 1)]):
        runs = RUNTIMES[peer](workers, threads, onnx)
        cosine, _ = deviation(runs[0](*inputs(1)), reference)
        for files in (1, 8):
            measured.append(Measurement(
                "encoder", RATE, peer, f"{workers} x {threads} threads, {files} a call",
                clips_per_second(runs, files, clips), cosine=cosine))
    measurement.write(measured)


if __name__ == "__main__":
    main()
