"""Writes scores/rankings.json: scikit-learn's figures of scores with many ties, and numpy's quantiles.

    python3 make_rankings.py

Needs numpy and scikit-learn (recorded with scikit-learn 1.9.1 and numpy 2.4.6).
"""

import json
import pathlib

import numpy as np
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, roc_auc_score

LIMITS = (0.05, 0.1, 0.25, 0.5, 1.0)
SHARES = (0.0, 0.1, 0.25, 0.5, 0.9, 0.95, 0.999, 1.0)


def case(random: np.random.RandomState, count: int, levels: int) -> dict:
    """Makes scores of so many different values; anomalous ones a little above."""
    anomalous = random.rand(count) < 0.4
    anomalous[:2] = (True, False)
    scores = (random.randint(levels, size=count) + anomalous * (levels // 5 + 1)) / 7
    return {
        "scores": scores.tolist(),
        "anomalous": anomalous.astype(int).tolist(),
        "auc": roc_auc_score(anomalous, scores),
        "partial": {str(p): roc_auc_score(anomalous, scores, max_fpr=p) for p in LIMITS},
        "quantiles": {str(share): float(np.quantile(scores, share)) for share in SHARES},
    }


def classes(random: np.random.RandomState, count: int, of: int, taken: int) -> dict:
    """Makes classes, some of which no recording has or none is taken for."""
    truth, found = random.randint(of, size=count), random.randint(taken, size=count)
    labels = range(max(of, taken) + 1)
    return {
        "truth": truth.tolist(),
        "found": found.tolist(),
        "classes": len(labels),
        "accuracy": accuracy_score(truth, found),
        "macro": f1_score(truth, found, average="macro", zero_division=0),
        "weighted": f1_score(truth, found, average="weighted", zero_division=0),
        "confusion": confusion_matrix(truth, found, labels=labels).tolist(),
    }


def main() -> None:
    random = np.random.RandomState(14)
    sizes = ((2, 1), (3, 3), (10, 2), (20, 1), (31, 4), (100, 3), (100, 1000), (257, 9), (400, 60))
    cases = [case(random, count, levels) for count, levels in sizes]
    figures = {
        "rankings": cases,
        "classes": [classes(random, *sizes) for sizes in ((1, 1, 1), (20, 3, 4), (200, 5, 2))],
    }
    path = pathlib.Path(__file__).parent / "scores/rankings.json"
    path.write_text(json.dumps(figures, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
