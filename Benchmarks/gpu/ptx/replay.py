"""Runs captured launches of PTX on an NVIDIA card without OpenCL, compares and times each.

    replay.py FOLDER|--probe [--json FILE] [--seconds N] [--library libcuda.so.1]
              [--driver cuda|cupy]

FOLDER is what `echo-bench launches` writes, with each program compiled to PTX (`pack` does both).
Exits with 1 if a launch is wrong or cannot be run, with 2 if there is no card.
"""
import argparse
import json
import pathlib
import struct
import sys
import time

import cuda_driver
import cupy_driver
import fullsize
import localmemory
import records
from records import Buffer, Launch, Local, Scalar

RUNS = 20  # a timed burst


def prepared(launch: Launch, ptx: str) -> tuple[str, int, list]:
    """The PTX with its local memory placed, the bytes of it, and the arguments that it takes.

    Kernels were captured with emulated matrix units, which take local memory that the real ones do
    not declare: what is left over at the end of the arguments, and is local, is left out.
    """
    declared = localmemory.parameters(ptx, launch.kernel)
    kept, extra = launch.arguments[: len(declared)], launch.arguments[len(declared):]
    if len(kept) < len(declared) or not all(isinstance(a, Local) for a in extra):
        raise ValueError(f"{launch.kernel} takes {len(declared)} arguments, "
                         f"{len(launch.arguments)} were captured")
    for index, (argument, parameter) in enumerate(zip(kept, declared)):
        if localmemory.byte_count(parameter) != (4 if isinstance(argument, Scalar) else 8):
            raise ValueError(f"{launch.kernel}: argument {index} is {argument!r:.40}, "
                             f"the PTX declares {parameter}")
    counts = {i: a.byte_count for i, a in enumerate(kept) if isinstance(a, Local)}
    begins, dynamic = localmemory.offsets(counts)
    return localmemory.place(ptx, launch.kernel, begins), dynamic, kept


def run(driver, launch: Launch, seconds: float) -> dict:
    """One launch compared, then repeated for a time; the fused encoder at full size as well."""
    ptx, dynamic, arguments = prepared(launch, launch.program.read_text())
    function = driver.function(driver.module(ptx), launch.kernel, dynamic)
    found = {"name": launch.name, "case": launch.case, "kernel": launch.kernel,
             "groups": launch.grid, "dynamic": dynamic, **driver.resources(function)}
    found |= execute(driver, function, launch, arguments, dynamic, seconds)
    large = fullsize.full_size(launch)
    if large and found.get("passes"):
        kept = large.arguments[: len(arguments)]
        taken = execute(driver, function, large, kept, dynamic, seconds)
        found["clips_per_second"] = fullsize.clips_per_second(large, taken["microseconds"] / 1e6)
    return found


def execute(driver, function, launch: Launch, arguments: list, dynamic: int,
            seconds: float) -> dict:
    """What a launch leaves, compared, and how long it takes."""
    addresses = {i: driver.upload(a.data) for i, a in enumerate(arguments) if isinstance(a, Buffer)}
    packed = [struct.pack("<Q", addresses[i].value) if isinstance(a, Buffer)
              else a.data if isinstance(a, Scalar) else bytes(8)
              for i, a in enumerate(arguments)]

    def once() -> None:
        driver.launch(function, launch.grid, launch.block, dynamic, packed)

    found = {}
    try:
        once()
        driver.synchronise()
        if launch.output:
            output = launch.output
            size = len(arguments[output.argument].data)
            result = output.compare(driver.download(addresses[output.argument], size))
            found = {"compared": result.count, "maximum_error": finite(result.maximum_error),
                     "outside": result.mismatches, "passes": result.passes}
        best, until = None, time.monotonic() + seconds
        while best is None or time.monotonic() < until:
            burst = driver.seconds(lambda: [once() for _ in range(RUNS)]) / RUNS
            best = burst if best is None else min(best, burst)
        return found | {"microseconds": best * 1e6}
    finally:
        for address in addresses.values():
            driver.free(address)


def finite(value: float) -> float | None:
    """JSON has no infinity."""
    return value if value < float("inf") else None


def open_driver(options: argparse.Namespace):
    if options.driver == "cupy":
        return cupy_driver.Driver(), "cupy"
    try:
        return cuda_driver.Driver(options.library), "libcuda"
    except cuda_driver.CUDAError as error:
        if options.driver == "cuda":
            raise
        try:
            return cupy_driver.Driver(), "cupy"
        except cuda_driver.CUDAError as second:
            raise cuda_driver.CUDAError(f"{error}; {second}") from None


def replay(driver, files: list[pathlib.Path], seconds: float) -> list[dict]:
    """Every launch; one that cannot be run has its reason in place of figures."""
    found = []
    for file in files:
        try:
            found.append(run(driver, records.read(file), seconds))
        except (cuda_driver.CUDAError, ValueError, KeyError, OSError) as error:
            found.append({"name": file.stem, "passes": False, "reason": str(error)})
        row = found[-1]
        verdict = {True: "right", False: "WRONG", None: "ran"}[row.get("passes")]
        if "reason" in row:
            verdict = f"not run: {row['reason']}"
        if "clips_per_second" in row:
            verdict += f", the encoder alone {row['clips_per_second']:.0f} clips/s"
        print(f"{row['name']:<44} {row.get('microseconds', 0):9.1f} us  {verdict}", flush=True)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="replay.py", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path, nargs="?")
    parser.add_argument("--probe", action="store_true", help="only say whether there is a card")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=0.1, help="timed, each launch")
    parser.add_argument("--library", default="libcuda.so.1")
    parser.add_argument("--driver", choices=("cuda", "cupy"), help="default: whichever opens")
    options = parser.parse_args()
    try:
        driver, way = open_driver(options)
    except cuda_driver.CUDAError as error:
        print(error, file=sys.stderr)
        return 2
    facts = driver.facts() | {"way": way}
    print(", ".join(f"{name} {value}" for name, value in facts.items()))
    if options.probe:
        return 0
    files = sorted(options.folder.glob("*.json")) if options.folder else []
    if not files:
        print(f"no captured launches in {options.folder}", file=sys.stderr)
        return 1
    launches = replay(driver, files, options.seconds)
    right = sum(row.get("passes") is True for row in launches)
    wrong = sum(row.get("passes") is False for row in launches)
    print(f"{right} of {len(launches)} launches right, {wrong} wrong or not run")
    if options.json:
        options.json.write_text(json.dumps(
            {"card": facts, "right": right, "wrong": wrong, "launches": launches}, indent=1) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
