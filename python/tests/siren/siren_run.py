"""Runs SIREN, unchanged and in a process of its own, and reads what it leaves in its folders."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

HERE = Path(__file__).parent

# What SIREN's quick_commands.sh gives for each fault set.
_FAULT_OPTIONS = {
    "cwru": ["--loocv"],
    "iica": ["--use_kfold", "--n_splits", "5"],
    "iiee": ["--no_kfold", "--external_test", "--group_by_condition"],
    "mafaulda": ["--loocv", "--per_channel_knn"],
}

# evaluate_dcase.py has folders of its author in it, so years are run as SIREN's README shows.
_DCASE = """
import sys
from siren import DCASETester

if __name__ == "__main__":
    root, year, extractor, processes = sys.argv[1:]
    DCASETester(
        dataset_root=root, year=int(year), extractor_path=extractor, results_dir="test_results",
        cache_enabled=True, cache_dir="feature_cache", multiprocessing_enabled=processes == "many",
    ).run_evaluation()
"""


@dataclass(frozen=True)
class Extractor:
    """An extractor as SIREN takes it: by path for DCASE, by module for the fault sets."""

    path: str
    module: str
    folders: tuple[str, ...] = ()
    environment: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Siren:
    """A checkout of SIREN, and the folder that its runs work in."""

    checkout: Path
    work: Path
    extractor: Extractor

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        self.work.mkdir(parents=True, exist_ok=True)
        paths = [str(self.checkout), *self.extractor.folders, os.environ.get("PYTHONPATH", "")]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
        return subprocess.run(  # noqa: S603  (the checkout that the user names)
            [sys.executable, *command],
            cwd=self.work,
            env=environment | dict(self.extractor.environment or {}),
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )

    def dcase(
        self, sets: Path, year: int, processes: str = "one"
    ) -> subprocess.CompletedProcess[str]:
        """Evaluates a year, in one process or in "many"."""
        self.work.mkdir(parents=True, exist_ok=True)
        script = self.work / "dcase.py"
        script.write_text(_DCASE)
        return self._run(str(script), str(sets), str(year), self.extractor.path, processes)

    def faults(self, sets: Path, name: str) -> subprocess.CompletedProcess[str]:
        """Evaluates a fault set."""
        script = self.checkout / "test_fault_classification.py"
        options = [
            "--dataset_root",
            str(sets / name),
            "--dataset_type",
            name,
            *_FAULT_OPTIONS[name],
        ]
        return self._run(str(script), "--extractor_name", self.extractor.module, *options)

    # ---- What a run leaves ----

    def dcase_embeddings(self, sets: Path, year: int) -> dict[str, NDArray[np.float32]]:
        """Gives what SIREN cached for every recording of a year, by path below its folder."""
        root, cache = sets / f"dcase{year}_t2", self.work / "feature_cache" / f"dcase{year}_t2"
        found: dict[str, NDArray[np.float32]] = {}
        for part, folder in (("dev", root / "development"), ("eval", root / "evaluation")):
            for machine in sorted(path for path in folder.iterdir() if path.is_dir()):
                tests = sorted(machine.glob("*test/*.wav"))
                _match(found, root, tests, _load(cache / f"{part}_{machine.name}_test.pth").numpy())
                training = machine / "train"
                if not training.exists():
                    training = root / "additional_train" / machine.name / "train"
                bank = _load(cache / f"{part}_train_{machine.name}.pth")
                for group, vectors in bank.items():
                    clips = sorted(training.glob(f"*{group}_*.wav"))
                    domains = vectors if isinstance(vectors, dict) else {"": vectors}
                    for domain, rows in domains.items():
                        if rows is not None:
                            _match(
                                found, root, [clip for clip in clips if domain in clip.name], rows
                            )
        return found

    def dcase_scores(self, year: int) -> dict[str, dict[str, float]]:
        """Gives the anomaly score of every test clip: ``{"dev/fan": {file name: score}}``."""
        folder = self.work / "test_results" / f"dcase{year}_t2"
        scores = {}
        for path in sorted(folder.glob("*/score_*.csv")):
            part = path.parent.name
            machine = re.sub(rf"^score_|_{part}$", "", path.stem)
            with path.open() as file:
                scores[f"{part}/{machine}"] = {
                    name: float(score) for name, score in csv.reader(file)
                }
        return scores

    def dcase_metrics(self, year: int) -> dict[str, float]:
        """Gives AUC and pAUC of every group, and the overall scores."""
        folder = self.work / "test_results" / f"dcase{year}_t2" / "evaluation_results"
        with (folder / f"dcase{year}_detailed_groups.csv").open() as file:
            metrics = {
                f"{row['dataset_type']}/{row['metric_type']}/{row['group_key']}": float(
                    row["score"]
                )
                for row in csv.DictReader(file)
            }
        with (folder / f"dcase{year}_overall_summary.csv").open() as file:
            overall = {
                row["metric_type"]: row["score"] for row in csv.DictReader(file) if row["score"]
            }
        return metrics | {f"overall/{name}": float(score) for name, score in overall.items()}

    def _fault_suffix(self, name: str) -> str:
        return "_external" if name == "iiee" else ""

    def fault_embeddings(self, sets: Path, name: str) -> dict[str, NDArray[np.float32]]:
        """Gives what SIREN cached for every recording of a fault set, by path below its folder."""
        folder = self.work / "feature_cache" / self.extractor.module / name
        path = folder / f"fault_classification_{name}{self._fault_suffix(name)}_all_features.npz"
        with np.load(path) as cache:
            files = [str(Path(file).relative_to(sets / name)) for file in cache["files"]]
            return {
                file: vector.reshape(-1)
                for file, vector in zip(files, cache["features"], strict=True)
            }

    def fault_metrics(self, name: str) -> dict[str, Any]:
        """Gives accuracy, F1, the confusion matrix; what is by channel or condition where it is."""
        folder = self.work / "test_results" / self.extractor.module / name
        path = folder / f"fault_classification_{name}{self._fault_suffix(name)}.json"
        results = json.loads(path.read_text())
        kept = ["accuracy", "f1_score", "confusion_matrix", "per_channel_summary", "per_condition"]
        return {key: results[key] for key in kept if results.get(key)}


def _load(path: Path) -> Any:
    import torch  # noqa: PLC0415  (only what reads a cache needs it)

    return torch.load(path, weights_only=False)


def _match(
    found: dict[str, NDArray[np.float32]], root: Path, files: list[Path], rows: NDArray[np.float32]
) -> None:
    for file, row in zip(files, rows, strict=True):
        found[str(file.relative_to(root))] = row


def upstream(checkout: Path, echo: Path) -> Extractor:
    """Gives SIREN's own ECHO extractor on PyTorch; `echo` has upstream's modules and weights."""
    return Extractor(
        path=str(checkout / "examples" / "echo_extractor.py"),
        module="echo_extractor",
        folders=(str(HERE / "stand_in"), str(checkout / "examples")),
        environment={"SIREN_ECHO": str(echo)},
    )
