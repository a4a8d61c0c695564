"""The peers: what each runs in a round, and which of them cannot run here."""
import dataclasses
import functools
import pathlib
import sys
from collections.abc import Callable

import echo
import machine
import measurement
import recordings
from machine import Unavailable
from measurement import Measurement

HERE, WORK = pathlib.Path(__file__).resolve().parent, machine.ROOT / ".build-peers"
ENCODERS = ("PyTorch", "ONNX Runtime", "OpenVINO float32", "OpenVINO bfloat16")


@dataclasses.dataclass(frozen=True)
class Sizes:
    """How much each peer does in a round."""

    clips: int  # recordings at 16 kHz that echo-gpu embeds; half of them at 48 kHz
    encoder_clips: int  # through the encoder alone
    cores: int

    def folders(self) -> dict[int, pathlib.Path]:
        """Where the recordings of each rate are; made if they are missing."""
        counts = {16_000: self.clips, 48_000: max(1, self.clips // 2)}
        return {rate: recordings.write(WORK / "recordings", rate, count)
                for rate, count in counts.items()}

    def share(self, count: int) -> int:
        """Of `count` recordings, a sixth in full calls for every process of PyTorch's: enough for
        what is slow or whose start is not timed."""
        full = 8 * self.cores
        return min(count, -(-count // 6 // full) * full)


@dataclasses.dataclass(frozen=True)
class Job:
    """What one peer does in a round."""

    name: str
    run: Callable[[], list[Measurement]]


def script(name: str, arguments: list[str], threads: int) -> str:
    """What a script of this folder prints."""
    command = [sys.executable, str(HERE / name), *arguments]
    return machine.call(command, machine.environment(threads))


def _arrays(
    peer: str, selector: str, sizes: Sizes, environment: dict[str, str]
) -> list[Measurement]:
    """What arrays.py prints of a peer."""
    count = min(64, sizes.clips)
    return measurement.read(machine.call(
        [sys.executable, str(HERE / "arrays.py"), peer, selector, str(sizes.cores), str(count),
         str(sizes.folders()[16_000])], environment))


def pytorch_jobs(sizes: Sizes, missing: dict[str, str], checks: dict) -> list[Job]:
    """PyTorch and the runtimes that its export runs on, if it computes what upstream does."""
    try:
        checks["PyTorch and upstream's float64"] = script("golden.py", [], sizes.cores).strip()
    except Unavailable as error:
        missing.update(dict.fromkeys(ENCODERS, str(error)))
        return []

    def pipeline(processes: int, threads: int) -> list[Measurement]:
        arguments = [str(processes), str(threads), str(WORK / "output/PyTorch")]
        for folder in sizes.folders().values():
            arguments.append(f"{sizes.share(len(list(folder.iterdir())))}:{folder}")
        return measurement.read(script("pipeline.py", arguments, threads))

    def arrays() -> list[Measurement]:
        return _arrays("PyTorch", "", sizes, machine.environment(sizes.cores))

    def encoder(peer: str) -> list[Measurement]:
        arguments = [peer, str(sizes.cores), str(sizes.encoder_clips), str(WORK / "encoder.onnx")]
        return measurement.read(script("encoder.py", arguments, sizes.cores))

    # One process with every core, and a process a core.
    shares = dict.fromkeys([(1, sizes.cores), (sizes.cores, 1)])
    return [Job(f"PyTorch {p} x {t} pipeline", functools.partial(pipeline, p, t)) for p, t in shares
            ] + [Job("PyTorch in Python", arrays)
            ] + [Job(f"{peer} encoder", functools.partial(encoder, peer)) for peer in ENCODERS]


def echo_jobs(
    sizes: Sizes, binaries: pathlib.Path, missing: dict[str, str], checks: dict
) -> list[Job]:
    """echo-gpu on every OpenCL device of the system, on Intel's runtime and on its CPU path; the
    package echo_gpu on the same."""
    plain = machine.environment(sizes.cores)
    targets = {"echo-gpu, no OpenCL": echo.Target("echo-gpu, no OpenCL", "cpu", plain, binaries)}
    for name, environment in (("echo-gpu, OpenCL", lambda: plain),
                              ("echo-gpu, Intel's OpenCL", lambda: echo.intel(plain))):
        try:
            found = echo.targets(binaries, environment())
            targets |= {target.label: target for target in found}
            if not found:
                missing[name] = "no device (Debian: pocl-opencl-icd). See `echo-gpu devices`"
        except Unavailable as error:
            missing[name] = str(error)

    def pipeline(target: echo.Target) -> list[Measurement]:
        measured = []
        for rate, folder in sizes.folders().items():
            paths = sorted(folder.iterdir())
            if target.selector == "cpu":
                paths = paths[: sizes.share(len(paths))]
            output = WORK / "output" / target.label / folder.name
            measured.append(echo.pipeline(target, rate, paths, output))
        return measured

    def encoder(target: echo.Target) -> list[Measurement]:
        clips = min(16 if target.selector == "cpu" else 64, sizes.clips)
        return [echo.encoder(target, clips, every_token) for every_token in (True, False)]

    def package(target: echo.Target) -> list[Measurement]:
        return _arrays(target.label, target.selector, sizes, target.environment)

    runs = {"pipeline": pipeline, "encoder": encoder}
    try:
        for target in targets.values():
            checks[f"the package's start, {target.label}"] = machine.call(
                [sys.executable, str(HERE / "start.py"), target.selector], target.environment).strip()
        runs["in Python"] = package
    except Unavailable as error:
        missing["the package echo_gpu"] = f"{error} (`make wheel` builds it, then run again)"
    return [Job(f"{target.label} {name}", functools.partial(run, target))
            for name, run in runs.items() for target in targets.values()]
