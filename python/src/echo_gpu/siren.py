"""The extractor for SIREN, the benchmark of machine signals (github.com/yucongzh/SIREN).

``python -m echo_gpu.siren path`` prints this file's path, which SIREN takes as
``--extractor_path``; as ``--extractor_name`` it takes ``echo_gpu.siren``. The model is named by
``$ECHO_GPU_MODEL``, the device by ``$ECHO_GPU_DEVICE``. A failure ends the run; there are never
zeros in its place. docs/siren.md has the commands, and what in SIREN moves figures.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

# SIREN runs this file by its path, where a relative import has no package to begin from.
from echo_gpu._siren.extractor import FeatureExtractor

__all__ = ["FeatureExtractor"]


def _main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m echo_gpu.siren", description=__doc__)
    parser.add_argument("what", choices=["path"], help="path: print what --extractor_path takes")
    parser.parse_args(arguments)
    print(Path(__file__).resolve())  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(_main())
