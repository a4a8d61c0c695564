"""Executes kernels with faults put in (`mutations`), and fails unless each is noticed:

    python -m ptx.mutate FOLDER... [--only REGEX] [--every]

FOLDER is what `echo-bench launches` wrote. What the first launch of a kernel does not show, others of it may.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from os import cpu_count
from pathlib import Path

from gpu.clang import CompileError

from . import captured, check
from .compiled import ptx_of, ptx_of_text
from .mutations import Mutation, StaleMutation, harmless, of_ptx, of_source

# Kernels of any number of work-groups, each of which goes on by their number.
GOING_ON = r"stft_simt_f32"


@dataclass(frozen=True)
class Job:
    """A fault in a kernel, and the launches that it is executed by until one shows it."""

    files: tuple[Path, ...]
    label: str
    mutation: Mutation


def jobs(folder: Path, only: str, every: bool) -> Iterator[Job]:
    """The faults of each kernel, as it is compiled, that a folder has launches of."""
    kernels: dict[tuple, list[Path]] = {}
    for file in sorted(folder.glob("*.json")):
        launch = captured.read(file)
        if launch.output and re.search(only, launch.case):
            key = (launch.source.read_text(), launch.options, launch.kernel)
            kernels.setdefault(key, []).append(file)
    for files in kernels.values():
        launch = captured.read(files[0])
        for mutation in [*of_ptx(ptx_of(launch), launch.kernel, every), *of_source(launch)]:
            yield Job(tuple(files), f"{launch.operation}: {launch.kernel}", mutation)


def launches(files: tuple[Path, ...]) -> Iterator[captured.Launch]:
    """A kernel's launches; by one work-group as well, where that goes on to what others would have done."""
    for file in files:
        launch = captured.read(file)
        yield launch
        if re.fullmatch(GOING_ON, launch.kernel) and launch.grid != (1, 1, 1):
            yield replace(launch, grid=(1, 1, 1))


def run(job: Job) -> tuple[bool, str, float]:
    """Whether a fault is noticed, by what, and the seconds that took."""
    seconds, text = 0.0, ""
    for launch in launches(job.files):
        ptx = job.mutation.text
        if job.mutation.is_source:
            try:
                ptx = ptx_of_text(job.mutation.text, launch.options, launch.source.stem)
            except CompileError as error:
                return False, f"does not compile: {error}", seconds
            if ptx == ptx_of(launch):
                return False, "changes nothing", seconds
        verdict = check.examine(launch, ptx)
        seconds += verdict.seconds
        text = f"{launch.case}: {verdict}"
        if verdict.problem:
            return verdict.is_modelled, text, seconds
    return False, text, seconds


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m ptx.mutate", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--only", default="", help="cases that this matches, such as '^attention'")
    parser.add_argument("--every", action="store_true", help="leave out each barrier by itself, not three of them")
    parser.add_argument("--jobs", type=int, default=cpu_count())
    options = parser.parse_args()
    try:
        all_jobs = [j for folder in options.folders for j in jobs(folder, options.only, options.every)]
    except StaleMutation as stale:
        sys.exit(f"ptx.mutate: {stale}")
    if not all_jobs:
        sys.exit("ptx.mutate: no launch in these folders has a place for a fault")
    missed = 0
    with ProcessPoolExecutor(options.jobs) as pool:
        for job, (noticed, text, seconds) in zip(all_jobs, pool.map(run, all_jobs), strict=True):
            reason = None if noticed else harmless(job.mutation, job.label)
            missed += not noticed and not reason
            word = "noticed" if noticed else "harmless" if reason else "MISSED"
            text = reason or text
            print(f"{seconds:6.2f} s  {word:8} {job.label}: {job.mutation.name}: {text}", flush=True)
    if missed:
        sys.exit(f"ptx.mutate: {missed} of {len(all_jobs)} faults were not noticed")


if __name__ == "__main__":
    main()
