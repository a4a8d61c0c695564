"""`echo-gpu score` against SIREN with its own ECHO extractor on PyTorch: its figures are recorded.

From recordings to figures: `extract`, then `score --protocol siren`, or `--classify` for MAFAULDA.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import synthetic
from test_siren import recorded, tied_groups

sys.path.insert(0, str(Path(__file__).parent / "siren"))

import siren_record
import siren_scores
import siren_sets

PARTS = {"development": "dev", "evaluation": "eval"}

# SIREN leaves the last channel out where it asks for several recordings at a time (docs/siren.md).
LEFT_OUT = 7
CLASS = (
    "^(?<label>normal|imbalance|(?:horizontal|vertical)-misalignment|(?:over|under)hang/[a-z_]+)/"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Gives synthetic sets, and the checkpoint that SIREN was run with."""
    folder = tmp_path_factory.mktemp("siren")
    siren_sets.write_sets(folder, siren_record.ECHO_YEARS, ("mafaulda",))
    synthetic.write(folder / "model", *siren_record.CHECKPOINT)
    return folder


def run(command, *arguments):
    done = subprocess.run(  # noqa: S603  The command that is tested.
        [command, *arguments], capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr
    return done


def extract(command, folder, name, *options):
    output = folder / f"{name}-embeddings"
    model = ("--model", folder / "model", "--device", "cpu", "--layout", "parts")
    run(command, "extract", *model, *options, "--output", output, folder / name)
    return output


@pytest.mark.parametrize("year", siren_record.ECHO_YEARS)
def test_a_year_has_the_figures_of_siren(command, folder, year):
    _, _, expected = recorded("echo", f"dcase{year}")
    name = f"dcase{year}_t2"
    archive = extract(command, folder, name)
    labels = folder / name / "evaluation" / f"eval_data_list_{year}_converted.csv"
    scores = folder / f"{name}-scores"
    run(
        *(command, "score", "--protocol", "siren", "--year", str(year), "--output", scores),
        *("--bank", archive, "--test", archive, "--fields-from", labels),
    )
    with (scores / "scores.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    clips = [clip(row) for row in rows]
    assert len(clips) == sum(len(machine) for machine in expected["scores"].values())
    # Embeddings are up to 5.4e-5 apart, of values up to 2.6 (test_siren.py).
    error = max(abs(c.score - expected["scores"][f"{c.part}/{c.machine}"][c.name]) for c in clips)
    assert error < 1e-5
    tied = tied_groups(clips, year, error)
    figures = json.loads((scores / "metrics.json").read_text())
    found = {}
    for group in figures["groups"]:
        part, *names = group["name"].split("/")
        for kind in ("auc", "pauc"):
            title = kind.replace("auc", "AUC")
            if group.get(kind) is not None:
                found[f"{PARTS[part]}/{title}/{'_'.join(names)}"] = group[kind]
    found["overall/Dev Overall"] = figures["year"]["development"]
    found["overall/Eval Overall"] = figures["year"]["evaluation"]
    found["overall/Overall Year"] = figures["year"]["score"]
    assert found.keys() == expected["metrics"].keys()
    assert len([name for name in tied if "AUC/" in name]) <= len(found) / 4
    for figure in found.keys() - tied:
        assert found[figure] == pytest.approx(expected["metrics"][figure], abs=1e-9), figure


def clip(row):
    """Makes a clip of a line of scores.csv."""
    part, machine, _, name = row["id"].split("/")
    section = "_".join(name.removeprefix("normal_").removeprefix("anomaly_").split("_")[:2])
    label = int(row["label"] not in ("normal", "0"))
    score = float(row["score"])
    return siren_scores.Clip(PARTS[part], machine, section, row["domain"], name, label, score)


def test_mafaulda_has_the_figures_of_siren(command, folder):
    _, _, expected = recorded("echo", "mafaulda")
    expected = expected["metrics"]
    archive = extract(command, folder, "mafaulda", "--channels", "each", "--sample-rate", "50000")
    output = folder / "mafaulda-classes"

    def classified(condition):
        run(
            *(command, "score", "--classify", "label", "--loocv", "--pattern", CLASS),
            *("--test", archive, "--test-where", condition, "--output", output),
        )
        return json.loads((output / "metrics.json").read_text())["classification"]

    fused = classified(f"channel!={LEFT_OUT}")
    assert fused["accuracy"] == pytest.approx(expected["accuracy"], abs=1e-9)
    order = [
        fused["classes"].index(name.replace("hang-", "hang/"))
        for name in siren_scores.CLASSES["mafaulda"]
    ]
    matrix = np.array(fused["confusion"])[np.ix_(order, order)]
    assert matrix.tolist() == expected["confusion_matrix"]
    for channel in expected["per_channel_summary"]:
        alone = classified(f"channel={channel['channel_index']}")
        assert alone["accuracy"] == pytest.approx(channel["accuracy"], abs=1e-9)
        assert alone["weighted_f1"] == pytest.approx(channel["f1_score"], abs=1e-9)
