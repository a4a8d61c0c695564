"""All programs for all GPUs that they are for: compiled once, kept until source, options or tools change."""

import hashlib
import json
import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import amd, intel, nvidia
from .clang import CompileError, to_ptx
from .row import Loop, Row
from .tools import PACKAGES, WHEELS

NVIDIA = ("sm_80", "sm_89", "sm_90", "sm_120")
CDNA = ("gfx90a", "gfx942")
RDNA = ("gfx1030", "gfx1100", "gfx1201")
INTEL = ("dg2", "pvc")
EMULATED = "-DEMULATED"

# The GPUs that programs for a matrix unit are for.
UNITS = {
    "-DUNIT_NVIDIA": NVIDIA,
    "-DUNIT_CDNA": CDNA,
    "-DUNIT_RDNA3": ("gfx1100",),
    "-DUNIT_RDNA4": ("gfx1201",),
    "-DUNIT_XMX8": ("dg2",),
    "-DUNIT_XMX16": ("pvc",),
}
# Programs without one run everywhere.
EVERYWHERE = NVIDIA + CDNA + RDNA + INTEL


@dataclass(frozen=True)
class Job:
    """A program for a GPU."""

    source: Path
    options: tuple[str, ...]
    gpu: str
    tools: Path
    work: Path


def jobs(folders: Iterable[Path], tools: Path, work: Path, only: str | None = None) -> list[Job]:
    """Each program of `echo-bench launches --programs` with each GPU that it is for, once."""
    found: dict[tuple[str, tuple[str, ...]], Path] = {}
    for folder in folders:
        for file in sorted(folder.glob("*.options")):
            options = tuple(o for o in file.read_text().splitlines() if o and o != EMULATED)
            source = file.with_suffix(".cl")
            found.setdefault((source.read_text(), options), source)
    return [
        Job(source, options, gpu, tools, work)
        for (_, options), source in found.items()
        for gpu in next((gpus for unit, gpus in UNITS.items() if unit in options), EVERYWHERE)
        if only is None or gpu == only
    ]


def compile_all(jobs: list[Job], processes: int) -> tuple[list[Row], list[str]]:
    """The rows of all kernels, and what compilers refused."""
    rows: dict[tuple[str, str, str], Row] = {}
    refused: list[str] = []
    with ProcessPoolExecutor(processes) as pool:
        for found, problem in pool.map(_compile, jobs, chunksize=1):
            if problem:
                refused.append(problem)
            for row in found:
                rows.setdefault((row.kernel, row.options, row.gpu), row)
    order = {gpu: number for number, gpu in enumerate(EVERYWHERE)}
    return sorted(rows.values(), key=lambda r: (r.kernel, r.options, order[r.gpu])), refused


def _compile(job: Job) -> tuple[list[Row], str | None]:
    key = hashlib.sha256(
        "\n".join([job.source.read_text(), *job.options, job.gpu, *WHEELS, *PACKAGES, _own_text()]).encode()
    )
    kept = job.work / f"{key.hexdigest()[:24]}.json"
    if kept.exists():
        return [Row.from_dictionary(values) for values in json.loads(kept.read_text())], None
    job.work.mkdir(parents=True, exist_ok=True)
    try:
        rows = _rows(job)
    except CompileError as error:
        return [], str(error)
    for row in rows:
        row.options = _shown(job.options)
    kept.write_text(json.dumps([row.as_dictionary() for row in rows]))
    return rows, None


def _own_text() -> str:
    """This package's text: what it counts is part of what is kept."""
    return "".join(file.read_text() for file in sorted(Path(__file__).parent.glob("*.py")))


def _rows(job: Job) -> list[Row]:
    options = list(job.options)
    if job.gpu in NVIDIA:
        return nvidia.rows(_ptx(job), job.gpu, job.tools, job.work)
    if job.gpu in INTEL:
        return intel.rows(job.source, options, job.gpu, job.tools)
    return amd.rows(job.source, options, job.gpu, job.work)


def _ptx(job: Job) -> Path:
    """The program as PTX, one for all architectures."""
    key = hashlib.sha256("\n".join([job.source.read_text(), *job.options]).encode()).hexdigest()[:16]
    ptx = job.work / f"{job.source.stem}-{key}.ptx"
    if not ptx.exists():
        # Other processes may be compiling the same.
        mine = ptx.with_suffix(f".{os.getpid()}")
        to_ptx(job.source, list(job.options), mine)
        mine.rename(ptx)
    return ptx


def _shown(options: tuple[str, ...]) -> str:
    """The options that tell a kernel's forms apart, short."""
    return " ".join(o.removeprefix("-D") for o in options if o.startswith("-D"))


def line(row: Row) -> str:
    """A row as text."""
    text = (
        f"{row.gpu:8} {row.kernel:28} {row.registers:4} registers {row.spilled:5} spilled {row.stack:5} stack "
        f"{row.local:6} local {row.instructions:6} instructions"
    )
    return text + "".join(f", {_loop(loop)}" for loop in row.busy_loops)


def _loop(loop: Loop) -> str:
    if loop.products:
        return f"loop of {loop.instructions}: {100 * loop.product_share:.0f} % products"
    return f"loop of {loop.instructions}: {100 * loop.multiply_add_share:.0f} % multiply-adds"
