"""Executes captured launches:

    python -m ptx FOLDER... [--jobs N]

FOLDER is what `echo-bench launches` wrote. Fails where a kernel races, stops or computes a wrong number.
`python -m ptx.mutate` is the check of this check.
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from os import cpu_count
from pathlib import Path

from . import captured, check
from .compiled import ptx_of


def examine(folder: Path, name: str) -> tuple[str, check.Verdict]:
    launch = captured.read(folder / f"{name}.json")
    return f"{launch.case}: {launch.kernel}", check.examine(launch, ptx_of(launch))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m ptx", description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--jobs", type=int, default=cpu_count())
    options = parser.parse_args()
    names = [(folder, file.stem) for folder in options.folders for file in sorted(folder.glob("*.json"))]
    if not names:
        sys.exit("ptx: there are no launches in these folders")
    failed = 0
    with ProcessPoolExecutor(options.jobs) as pool:
        for label, verdict in pool.map(examine, *zip(*names, strict=True)):
            failed += verdict.problem is not None
            word = "FAILED" if verdict.problem else "ok"
            print(f"{verdict.seconds:6.2f} s  {word:6}  {label}: {verdict}", flush=True)
    if failed:
        sys.exit(f"ptx: {failed} of {len(names)} launches are wrong")


if __name__ == "__main__":
    main()
