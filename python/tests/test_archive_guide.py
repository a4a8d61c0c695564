"""The guide docs/python-archives.md, piece by piece, in a folder as it describes."""

from __future__ import annotations

import csv
import re

import pytest
from conftest import REPOSITORY
from extracted import extract, write_signal

GUIDE = REPOSITORY / "docs" / "python-archives.md"
PIECES = re.findall(r"^```python\n(.*?)^```", GUIDE.read_text(), re.DOTALL | re.MULTILINE)


def test_every_piece_runs(command, tmp_path, monkeypatch):
    for package in ("datasets", "duckdb", "pandas", "polars", "pyarrow", "sklearn"):
        pytest.importorskip(package)
    import datasets  # noqa: PLC0415

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    with (tmp_path / "list.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["path", "machine", "label"])
        for machine in ("fan", "pump"):
            for number in range(3):
                name = f"{machine}-{number}.wav"
                write_signal(tmp_path / name, 1, seed=10 * len(machine) + number)
                rows.writerow([name, machine, "anomaly" if number == 2 else "normal"])
    extract(command, "embeddings", layout="parts", level="both", manifest="list.csv")
    names = {}
    assert len(PIECES) == GUIDE.read_text().count("```") // 2 > 8
    for piece in PIECES:
        exec(compile(piece, str(GUIDE), "exec"), names)  # noqa: S102  Our own guide.
    assert names["x"].shape == (6, 1344)
    assert names["score"].shape == (2,)
    assert set(names["means"]) == {"fan", "pump"}
    assert names["dataset"].num_rows == 6
