"""Runs echo-gpu: its devices, its whole pipeline and its encoder alone."""
import dataclasses
import functools
import json
import pathlib
import shutil
import tempfile
import time

from machine import Unavailable, call
from measurement import EVERY_TOKEN, UTTERANCES, Measurement

NAMES = {"Portable Computing Language": "pocl", "Intel(R) OpenCL": "Intel's OpenCL"}


@dataclasses.dataclass(frozen=True, eq=False)
class Target:
    """A device of echo-gpu's, and the environment in which it is found."""

    label: str
    selector: str
    environment: dict[str, str]
    binaries: pathlib.Path

    def run(self, program: str, command: str, *arguments: object) -> None:
        call([str(self.binaries / program), command, "--device", self.selector,
              *map(str, arguments)], self.environment)


def intel(environment: dict[str, str]) -> dict[str, str]:
    """The environment in which Intel's runtime, from PyPI, is the one OpenCL implementation."""
    script = 'set -e; runtime="$(.ci/intel-opencl)"; eval "$runtime"; env -0'
    pairs = call(["bash", "-c", script], environment).rstrip("\0").split("\0")
    return dict(pair.split("=", 1) for pair in pairs)


def targets(binaries: pathlib.Path, environment: dict[str, str]) -> list[Target]:
    """Every OpenCL device that echo-gpu finds in an environment."""
    listing = json.loads(call([str(binaries / "echo-gpu"), "devices", "--json"], environment))
    return [Target(f"echo-gpu, {NAMES.get(platform['name'], device['name'])}", device["selector"],
                   environment, binaries)
            for platform in listing["platforms"] for device in platform["devices"]]


@functools.cache
def _compile_kernels(target: Target, recording: pathlib.Path) -> None:
    """Fills the cache of kernels, as a user's first run does."""
    with tempfile.TemporaryDirectory() as output:
        target.run("echo-gpu", "extract", "--model", "demo", "--output", output, recording)


def pipeline(
    target: Target, rate: int, recordings: list[pathlib.Path], output: pathlib.Path
) -> Measurement:
    """Embeds recordings, timed from exec to exit, the program's start included."""
    _compile_kernels(target, recordings[0])
    shutil.rmtree(output, ignore_errors=True)
    start = time.perf_counter()
    target.run("echo-gpu", "extract", "--model", "demo", "--batch", 64, "--output", output,
               *recordings)
    seconds = time.perf_counter() - start
    written = len(list(output.rglob("*.npy")))
    if written != len(recordings):
        raise Unavailable(f"echo-gpu wrote {written} embeddings of {len(recordings)} recordings")
    return Measurement("pipeline", rate, target.label, "from exec to exit",
                       len(recordings) / seconds, UTTERANCES)


def encoder(target: Target, clips: int, every_token: bool) -> Measurement:
    """What echo-bench measures of the encoder alone, spectrogram included, and the FMA peak.

    `every_token` asks for what the other runtimes compute; otherwise for utterances only.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "encoder.json"
        target.run("echo-bench", "encoder", "--clips", clips, "--rate", 16_000, "--seconds", 10,
                   "--runs", 2, "--json", path, *["--segments"] * every_token)
        found = json.loads(path.read_text())
    peer, configuration, work = (target.label, "every token", EVERY_TOKEN) if every_token else (
        f"{target.label}, utterances", "utterances only", UTTERANCES)
    return Measurement("encoder", 16_000, peer, configuration, found["clips_per_second"], work,
                       found.get("peak_gflops"))
