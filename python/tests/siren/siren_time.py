"""Times SIREN's feature extraction, with its own ECHO extractor on PyTorch and with echo_gpu.siren.

    python siren_time.py --siren SIREN --echo ECHO

The options are those of siren_record.py. Recordings of 10 s in the layouts of CWRU (50 at 12 kHz)
and IICA (32 at 48 kHz), SIREN's own script, the time that it logs, one extractor after the other,
twice.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from pathlib import Path

import siren_record
import siren_run
import siren_sets

_SECONDS = 10


def main() -> None:
    """Prints a line for each run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--siren", type=Path, required=True)
    parser.add_argument("--echo", type=Path, required=True)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--sets", nargs="+", default=["cwru", "iica"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        for name in options.sets:
            siren_sets.WRITERS[name](place / "sets", seconds=_SECONDS)
        echo = siren_record.echo_folder(options.echo.resolve(), place / "echo")
        checkout = options.siren.resolve()
        for turn in range(2):
            for name in options.sets:
                for extractor in (siren_run.upstream(checkout, echo), ours(echo, options.device)):
                    work = place / f"{extractor.module}-{turn}"
                    result = siren_run.Siren(checkout, work, extractor).faults(place / "sets", name)
                    siren_record.check(result)
                    found = re.search(r"extraction completed in ([\d.]+) s", result.stderr)
                    assert found, result.stderr
                    load = os.getloadavg()[0]
                    line = f"{name:6} {extractor.module:16} {found[1]:>7} s, load {load:.1f}"
                    print(line, flush=True)  # noqa: T201


def ours(model: Path, device: str) -> siren_run.Extractor:
    """Gives our extractor, as this Python finds it."""
    import echo_gpu.siren  # noqa: PLC0415

    return siren_run.Extractor(
        path=echo_gpu.siren.__file__,
        module="echo_gpu.siren",
        folders=tuple(filter(None, sys.path)),
        environment={"ECHO_GPU_MODEL": str(model), "ECHO_GPU_DEVICE": device},
    )


if __name__ == "__main__":
    main()
