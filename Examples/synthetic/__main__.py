"""Small data sets in the layouts of real ones, made from a seed: the same bytes everywhere.

    python3 Examples/synthetic LAYOUT FOLDER

LAYOUT is dcase2020 to dcase2025, cwru, mafaulda, xjtu, ims or monitoring. They take seconds to make
and to embed, and are as good as what they stand for only in their folders, names and formats.
Needs numpy.
"""

from __future__ import annotations

import argparse
import functools
from pathlib import Path

import bearing
import cwru
import dcase
import mafaulda
import runs


def _write_dcase(year: int, folder: Path) -> None:
    """Write a development set where the challenge's baseline systems look for it."""
    dcase.write_development(folder / "dev_data" / "raw", year, dcase.AUDIBLE)


LAYOUTS = {
    **{f"dcase{year}": functools.partial(_write_dcase, year) for year in dcase.YEARS},
    "cwru": cwru.write,
    "mafaulda": mafaulda.write,
    "xjtu": runs.write_xjtu,
    "ims": runs.write_ims,
    "monitoring": bearing.write,
}


def main() -> None:
    """Write the layout that the command line names."""
    parser = argparse.ArgumentParser(
        prog="Examples/synthetic", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("layout", choices=LAYOUTS, metavar="LAYOUT", help=", ".join(LAYOUTS))
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    LAYOUTS[options.layout](options.folder)


if __name__ == "__main__":
    main()
