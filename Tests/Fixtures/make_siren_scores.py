"""Writes scores/siren.json and scores/siren.f32: what SIREN says, in a form that the Swift tests read.

    python3 make_siren_scores.py

Nothing is computed but the labels and SIREN's folds: vectors, scores and figures are those that
python/tests/siren/siren_record.py recorded of SIREN (commit f9fa43e) over its synthetic sets. siren.f32 holds
the vectors one after the other, in the order of siren.json's sets and paths. Needs numpy and scikit-learn.
"""

import json
import pathlib
import sys
import tempfile

import numpy as np
from sklearn.model_selection import StratifiedKFold

HERE = pathlib.Path(__file__).parent
SIREN = HERE.parents[1] / "python/tests/siren"
sys.path.insert(0, str(SIREN))
import siren_scores  # noqa: E402
import siren_sets  # noqa: E402


def label_list(year: int) -> str:
    """Gives eval_data_list_YEAR_converted.csv of the synthetic set."""
    siren_sets.write_wav = siren_sets._clip = lambda *_, **__: None
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder) / f"dcase{year}_t2/evaluation"
        place.mkdir(parents=True)
        siren_sets.write_dcase(pathlib.Path(folder), year)
        return (place / f"eval_data_list_{year}_converted.csv").read_text()


def score_of(path: str, scores: dict[str, dict[str, float]]) -> float | None:
    part, machine, use, name = path.split("/")
    if use == "train":
        return None
    return scores[f"{'dev' if part == 'development' else 'eval'}/{machine}"][name]


def main() -> None:
    recorded = json.loads((SIREN / "recorded/bands.json").read_text())
    sets, vectors = [], []
    with np.load(SIREN / "recorded/bands.npz") as arrays:
        for name in [f"dcase{year}" for year in siren_sets.YEARS] + list(siren_sets.FAULT_SETS):
            found = recorded[name]
            paths = found["paths"]
            entry = {"name": name, "width": arrays[name].shape[1], "paths": paths}
            metrics = found["metrics"]
            if name.startswith("dcase"):
                entry["scores"] = [score_of(path, found["scores"]) for path in paths]
                entry["list"] = label_list(int(name.removeprefix("dcase")))
                entry["metrics"] = metrics
            else:
                classes = [siren_scores.fault_class(name, path) for path in paths]
                folds = [0] * len(paths)
                splits = StratifiedKFold(5, shuffle=True, random_state=1).split(paths, classes)
                for fold, (_, tests) in enumerate(splits):
                    for test in tests:
                        folds[test] = fold
                entry |= {
                    "labels": [siren_scores.CLASSES[name][number] for number in classes],
                    "classes": siren_scores.CLASSES[name],
                    "folds": folds,
                    "accuracy": metrics["accuracy"],
                    "f1": metrics["f1_score"],
                    "confusion": metrics["confusion_matrix"],
                    "channels": metrics.get("per_channel_summary", []),
                }
            sets.append(entry)
            vectors.append(arrays[name].astype("<f4").reshape(-1))
    (HERE / "scores/siren.f32").write_bytes(np.concatenate(vectors).tobytes())
    (HERE / "scores/siren.json").write_text(json.dumps(sets, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
