"""How far two sets of embeddings differ."""
import pathlib

import numpy as np


def deviation(value: np.ndarray, reference: np.ndarray) -> tuple[float, float]:
    """The cosine between two arrays, and their maximum absolute difference."""
    a, b = value.astype(np.float64).ravel(), reference.astype(np.float64).ravel()
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b)), float(np.abs(a - b).max())


def worst(deviations: list[tuple[float, float]]) -> str:
    """The least cosine and the greatest difference, in words."""
    if not deviations:
        return "none in common"
    cosine, error = min(d[0] for d in deviations), max(d[1] for d in deviations)
    return f"{len(deviations)} compared, cosine from {cosine:.9f}, error up to {error:.1e}"


def of_folders(folder: pathlib.Path, reference: pathlib.Path) -> str:
    """The worst deviation of the .npy files that both folders have."""
    theirs = {path.name: path for path in reference.rglob("*.npy")}
    return worst([deviation(np.load(path), np.load(theirs[path.name]))
                  for path in folder.rglob("*.npy") if path.name in theirs])
