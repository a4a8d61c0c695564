"""Records what SIREN says: what CI compares with, where there is no SIREN.

    python siren_record.py --siren SIREN --echo ECHO

SIREN is a checkout of github.com/yucongzh/SIREN (commit f9fa43e), ECHO the folder models/ECHO of
one of github.com/yucongzh/ECHO. It also needs torch, torchaudio (from 2.9 on with torchcodec),
einops, pandas, scipy, scikit-learn, pyyaml and tqdm. It writes into ``recorded/``

- ``echo.npz``, ``echo.json``: SIREN's own ECHO extractor on PyTorch, with the checkpoint of
  synthetic.py: 32 elements of each embedding, evenly spaced; SIREN's scores and figures.
- ``bands.npz``, ``bands.json``: band_extractor.py over every set: whole vectors, SIREN's scores and
  figures.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import siren_run
import siren_sets

sys.path.insert(0, str(Path(__file__).parents[1]))
import synthetic

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

BANDS = siren_run.Extractor(
    str(siren_run.HERE / "band_extractor.py"), "band_extractor", (str(siren_run.HERE),)
)
RECORDED = Path(__file__).parent / "recorded"

# SIREN's own ECHO is slow; these years have the two layouts.
ECHO_YEARS = (2020, 2024)
KEPT = 32

# Seed, gain, width and layers: the sizes of echo-small, which SIREN's ECHO extractor asks for.
CHECKPOINT = (1, 1.0, 384, 12)


def kept(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Takes the elements of an embedding that are recorded."""
    return vector[np.linspace(0, len(vector) - 1, KEPT).astype(int)]


def run(siren: siren_run.Siren, sets: Path, years: Iterable[int]) -> dict[str, Any]:
    """Runs SIREN; gives embeddings, metrics and (for DCASE) scores of each set."""
    results: dict[str, Any] = {}
    for year in years:
        check(siren.dcase(sets, year))
        embeddings = siren.dcase_embeddings(sets, year)
        results[f"dcase{year}"] = {
            "embeddings": embeddings,
            "metrics": siren.dcase_metrics(year),
            "scores": siren.dcase_scores(year),
        }
    for name in siren_sets.FAULT_SETS:
        check(siren.faults(sets, name))
        embeddings = siren.fault_embeddings(sets, name)
        results[name] = {"embeddings": embeddings, "metrics": siren.fault_metrics(name)}
    return results


def check(result: Any) -> None:
    """Stops where SIREN failed, or went on with zeros; its status does not tell."""
    text = result.stdout + result.stderr
    signs = ("Traceback", "Failed to extract", "Error", "filling zeros")
    if result.returncode != 0 or any(sign in text for sign in signs):
        raise SystemExit(f"SIREN failed:\n{text}")


def write(name: str, results: Mapping[str, Any], keep: Any) -> None:
    RECORDED.mkdir(exist_ok=True)
    arrays, figures = {}, {}
    for part, result in results.items():
        paths = sorted(result["embeddings"])
        arrays[part] = np.stack([keep(result["embeddings"][path]) for path in paths]).astype(
            np.float32
        )
        figures[part] = {"paths": paths} | {k: v for k, v in result.items() if k != "embeddings"}
    np.savez_compressed(RECORDED / f"{name}.npz", **arrays)
    (RECORDED / f"{name}.json").write_text(
        json.dumps(figures, separators=(",", ":"), sort_keys=True) + "\n"
    )


def echo_folder(upstream: Path, folder: Path) -> Path:
    """Makes what SIREN's ECHO extractor takes from the hub: upstream's modules and a checkpoint."""
    folder.mkdir(parents=True)
    for module in ("audioMAE_band_upgrade.py", "modules.py", "utils.py"):
        shutil.copy(upstream / module, folder / module)
    return synthetic.write(folder, *CHECKPOINT)


def main() -> None:
    """Records both."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--siren", type=Path, required=True)
    parser.add_argument("--echo", type=Path, required=True)
    parser.add_argument("--only", choices=("bands", "echo"), help="record one of the two")
    options = parser.parse_args()
    checkout = options.siren.resolve()
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        siren_sets.write_sets(place / "sets")
        if options.only != "echo":
            siren = siren_run.Siren(checkout, place / "bands", BANDS)
            write("bands", run(siren, place / "sets", siren_sets.YEARS), lambda vector: vector)
        if options.only != "bands":
            echo = siren_run.upstream(checkout, echo_folder(options.echo.resolve(), place / "echo"))
            siren = siren_run.Siren(checkout, place / "upstream", echo)
            write("echo", run(siren, place / "sets", ECHO_YEARS), kept)


if __name__ == "__main__":
    main()
