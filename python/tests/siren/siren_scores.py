"""SIREN's figures, computed anew from embeddings: what its testers do, oddities included.

DCASE: 1 - the largest cosine to the training clips of the same section; AUC by machine, section and
domain, pAUC (false positives up to 0.1) from 2022 on by machine and section. Fault sets: five
nearest neighbours, distances of eight pieces of a vector. Commit f9fa43e of SIREN.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import hmean
from sklearn.metrics import confusion_matrix, f1_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold

if TYPE_CHECKING:
    from pathlib import Path

Embeddings = Mapping[str, NDArray[np.float32]]

# In SIREN's order, which its confusion matrices have.
_BEARING_PARTS = ("IR", "B", "OC@3", "OC@6", "OC@12")
_BEARING_FAULTS = ("ball_fault", "cage_fault", "outer_race")
CLASSES = {
    "cwru": [f"{end}_{part}" for end in ("DE", "FE") for part in _BEARING_PARTS],
    "iica": ["no_leak", "tubeleak", "ventleak"],
    "iiee": ["engine1_good", "engine2_broken", "engine3_heavyload"],
    "mafaulda": [
        *("normal", "horizontal-misalignment", "imbalance", "vertical-misalignment"),
        *(f"{end}-{fault}" for end in ("overhang", "underhang") for fault in _BEARING_FAULTS),
    ],
}


# ---- DCASE ----


@dataclass(frozen=True)
class Clip:
    """A test clip: where it belongs, and its anomaly score."""

    part: str
    machine: str
    section: str
    domain: str
    name: str
    label: int
    score: float


def _section(name: str, year: int) -> str:
    found = re.search(r"id_\d+" if year == 2020 else r"section_\d+", name)
    assert found, name
    return found.group()


def _labels(root: Path, year: int) -> dict[tuple[str, str], tuple[str, int]]:
    """Gives (machine, file name): (name that tells, label) of the evaluation set."""
    labels, machine = {}, ""
    with (root / "evaluation" / f"eval_data_list_{year}_converted.csv").open() as file:
        for row in csv.reader(file):
            if len(row) == 1:
                machine = row[0]
            else:
                labels[machine, row[0]] = (row[1], int(row[2]))
    return labels


def dcase_clips(embeddings: Embeddings, root: Path, year: int) -> list[Clip]:
    """Scores the test clips of a year, from embeddings by path below `root`."""
    labels = _labels(root, year)
    training: dict[tuple[str, str, str], list[NDArray[np.float32]]] = defaultdict(list)
    tests = []
    for path, vector in embeddings.items():
        folder, machine, use, name = path.split("/")
        part = "dev" if folder == "development" else "eval"
        if use == "train":
            training[part, machine, _section(name, year)].append(vector)
        else:
            tests.append((part, machine, name, vector))
    clips = []
    for part, machine, name, vector in tests:
        telling, label = (name, int("anomaly" in name)) if part == "dev" else labels[machine, name]
        section = _section(name, year)
        memory = np.stack(training[part, machine, section])
        cosines = memory @ vector / (np.linalg.norm(memory, axis=1) * np.linalg.norm(vector))
        domain = "target" if "target" in telling else "source"
        clips.append(Clip(part, machine, section, domain, name, label, 1.0 - float(cosines.max())))
    return clips


def dcase_groups(clips: Sequence[Clip], year: int) -> dict[str, list[Clip]]:
    """Groups clips as SIREN does: ``{"dev/AUC/fan_section_00_source": clips}``."""
    groups: dict[str, list[Clip]] = defaultdict(list)
    for clip in clips:
        whole = f"{clip.machine}_{clip.section}"
        part = whole if year == 2020 else f"{whole}_{clip.domain}"
        groups[f"{clip.part}/AUC/{part}"].append(clip)
        groups[f"{clip.part}/pAUC/{whole if year >= 2022 else part}"].append(clip)
    return groups


def dcase_metrics(clips: Sequence[Clip], year: int) -> dict[str, float]:
    """Gives AUC and pAUC of every group, and the overall scores."""
    metrics = {}
    for name, group in dcase_groups(clips, year).items():
        limit = 0.1 if "/pAUC/" in name else None
        metrics[name] = float(
            roc_auc_score([c.label for c in group], [c.score for c in group], max_fpr=limit)
        )
    mean = np.mean if year == 2020 else hmean
    for title, start in (("Dev Overall", "dev/"), ("Eval Overall", "eval/"), ("Overall Year", "")):
        values = [
            value
            for name, value in metrics.items()
            if name.startswith(start) and "overall" not in name
        ]
        metrics[f"overall/{title}"] = float(mean(np.maximum(values, np.finfo(float).eps)))
    return metrics


# ---- Fault sets ----


def fault_class(name: str, path: str) -> int:
    """Gives the class that a path of a fault set tells, by its place in `CLASSES`."""
    if name == "cwru":
        folder, part, _, position = path.split("/")[:4]
        end = "DE" if "Drive" in folder else "FE"
        label = f"{end}_OC{position}" if part == "OR" else f"{end}_{part}"
    elif name == "iica":
        label = path.split("/")[1] if "_niO_" in path else "no_leak"
    elif name == "iiee":
        label = path.split("/")[1]
    else:
        label = "-".join(path.split("/")[:2]) if "hang/" in path else path.split("/", maxsplit=1)[0]
    return CLASSES[name].index(label)


def _pieces(vectors: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    return np.stack(vectors).reshape(len(vectors), 8, -1)


def _neighbours(
    queries: NDArray[np.float32],
    memory: NDArray[np.float32],
    *,
    pieces: int,
    leave_one_out: bool = False,
) -> NDArray[np.intp]:
    """Gives the five nearest of `memory`; a piece's distances have mean 0 and deviation 1."""
    distances = np.linalg.norm(queries[:, None] - memory[None], axis=3)[:, :, :pieces]
    scaled = (distances - distances.mean(axis=1, keepdims=True)) / distances.std(
        axis=1, keepdims=True
    )
    fused = scaled.mean(axis=2)
    if leave_one_out:
        np.fill_diagonal(fused, np.inf)
    return np.argsort(fused, axis=1)[:, :5]


def _vote(labels: NDArray[np.intp], neighbours: NDArray[np.intp]) -> list[int]:
    """Takes the class that most neighbours have, of those the nearest one's."""
    return [int(Counter(labels[row].tolist()).most_common(1)[0][0]) for row in neighbours]


def fault_predictions(embeddings: Embeddings, name: str) -> dict[str, int]:
    """Gives the class of every test recording, from embeddings by path."""
    paths = sorted(embeddings)
    if name == "iiee":
        known = [path for path in paths if path.startswith("train_cut")]
        asked = [path for path in paths if path.startswith("test")]
        # SIREN asks for one recording at a time there, where it compares all eight pieces.
        folds = [(known, asked, 8)]
    elif name == "iica":
        labels = [fault_class(name, path) for path in paths]
        splits = StratifiedKFold(5, shuffle=True, random_state=1).split(paths, labels)
        folds = [
            ([paths[i] for i in known], [paths[i] for i in asked], 7) for known, asked in splits
        ]
    else:
        folds = [(paths, paths, 7)]
    found = {}
    for known, asked, pieces in folds:
        memory, queries = (_pieces([embeddings[path] for path in some]) for some in (known, asked))
        near = _neighbours(queries, memory, pieces=pieces, leave_one_out=known is asked)
        labels = np.array([fault_class(name, path) for path in known])
        found |= dict(zip(asked, _vote(labels, near), strict=True))
    return found


def fault_metrics(embeddings: Embeddings, name: str) -> dict[str, Any]:
    """Gives accuracy, F1 (weighted) and the confusion matrix."""
    predictions = fault_predictions(embeddings, name)
    truth = [fault_class(name, path) for path in predictions]
    predicted = list(predictions.values())
    matrix = confusion_matrix(truth, predicted, labels=range(len(CLASSES[name])))
    return {
        "accuracy": float(np.mean(np.equal(truth, predicted))),
        "f1_score": float(f1_score(truth, predicted, average="weighted", zero_division=0)),
        "confusion_matrix": matrix.tolist(),
    }
