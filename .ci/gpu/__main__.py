"""Compiles programs for GPUs that are not here and shows what each kernel takes of them:

    python -m gpu FOLDER... [--json FILE] [--only sm_90]

FOLDER is what `echo-bench launches --programs` wrote, or `echo-bench operations --kernels`. Fails where a kernel does
not compile, or takes what `limits` does not allow.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from . import limits, table, tools


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m gpu", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--json", type=Path, help="write the table to this file as well")
    parser.add_argument("--only", help="one GPU, such as sm_90")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    work = Path(".build/gpu-code")
    jobs = table.jobs(options.folders, tools.fetch(), work, options.only)
    if not jobs:
        sys.exit("gpu-code: there are no programs in these folders")
    rows, refused = table.compile_all(jobs, options.jobs)
    wrong = [(row, problem) for row in rows for problem in limits.problems(row)]
    unneeded = [] if options.only or refused else list(limits.unneeded(rows))
    shown = ""
    for row in rows:
        if row.options != shown:
            shown = row.options
            print(f"{row.kernel} {shown}")
        print(f"  {table.line(row)}")
    if options.json:
        options.json.write_text(json.dumps([row.as_dictionary() for row in rows], indent=1))
    for problem in refused:
        print(f"gpu-code: {problem}", file=sys.stderr)
    for row, problem in wrong:
        print(f"gpu-code: {row.kernel} for {row.gpu} ({row.options}): {problem}", file=sys.stderr)
    for problem in unneeded:
        print(f"gpu-code: limits.py: {problem}", file=sys.stderr)
    print(f"{len(rows)} kernels, {len(refused)} refused, {len(wrong)} beyond the limits", file=sys.stderr)
    if refused or wrong or unneeded:
        sys.exit(1)


if __name__ == "__main__":
    main()
