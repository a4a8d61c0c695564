"""The extractor for SIREN against SIREN's own ECHO extractor on PyTorch.

What SIREN said is recorded (siren/siren_record.py), and compared with what the extractor gives for
the same recordings and checkpoint. Where a checkout is named, SIREN itself is run as well:

    pytest tests/test_siren.py --siren SIREN --siren-echo ECHO/models/ECHO
"""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import synthetic

pytest.importorskip("torch", reason="SIREN needs torch")
pytest.importorskip("sklearn", reason="SIREN's figures need scikit-learn")
pytest.importorskip("pandas", reason="SIREN reads text with pandas")
pytest.importorskip("scipy", reason="SIREN reads MATLAB's files with scipy")

HERE = Path(__file__).parent / "siren"
sys.path.insert(0, str(HERE))

import siren_record  # noqa: E402
import siren_run  # noqa: E402
import siren_scores  # noqa: E402
import siren_sets  # noqa: E402
import siren_time  # noqa: E402

import echo_gpu.siren  # noqa: E402

# PyTorch and we round differently: 5.4e-5 was the most seen, of values up to 2.6.
TOLERANCE = 1e-4

YEARS = {f"dcase{year}": year for year in siren_record.ECHO_YEARS}
PARTS = [*YEARS, *siren_sets.FAULT_SETS]


@pytest.fixture(scope="session")
def sets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sets")
    siren_sets.write_sets(folder)
    return folder


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    return synthetic.write(tmp_path_factory.mktemp("echo-small"), *siren_record.CHECKPOINT)


@pytest.fixture
def extractor(model, monkeypatch):
    monkeypatch.setenv("ECHO_GPU_MODEL", str(model))
    monkeypatch.setenv("ECHO_GPU_DEVICE", "cpu")
    return echo_gpu.siren.FeatureExtractor()


def recorded(name, part):
    """Gives paths, arrays and figures of a part of what SIREN said."""
    figures = json.loads((siren_record.RECORDED / f"{name}.json").read_text())[part]
    with np.load(siren_record.RECORDED / f"{name}.npz") as arrays:
        return figures["paths"], arrays[part], figures


def folder_of(sets, part):
    return sets / f"{part}_t2" if part.startswith("dcase") else sets / part


def metrics_of(embeddings, sets, part):
    """Gives what SIREN makes of embeddings: figures, and scores where there are."""
    if part not in siren_sets.FAULT_SETS:
        year = int(part.removeprefix("dcase"))
        clips = siren_scores.dcase_clips(embeddings, folder_of(sets, part), year)
        return siren_scores.dcase_metrics(clips, year), clips
    return siren_scores.fault_metrics(embeddings, part), []


def embed(extractor, folder, paths, part):
    """Asks as SIREN does: a whole list for DCASE, one recording a thread for the fault sets."""
    files = [str(folder / path) for path in paths]
    if part in YEARS:
        vectors = extractor.extract_features_batch(files, sample_rate=16000)
    else:
        rate = {"cwru": 12000, "iica": 48000, "iiee": 44100, "mafaulda": 50000}[part]
        with ThreadPoolExecutor(8) as pool:
            vectors = list(pool.map(lambda file: extractor.extract_features(file, rate), files))
    return dict(zip(paths, (vector.numpy() for vector in vectors), strict=True))


def require_equal_figures(actual, expected, tied=()):
    """Compares figures that are in both, but for those of groups whose scores tie."""
    both = set(actual) & set(expected)
    assert len(both) >= min(len(actual), len(expected))
    for name in both - set(tied):
        wanted = expected[name]
        # Tables are of counts, or of figures that follow from counts.
        is_table = not isinstance(wanted, float)
        assert actual[name] == (wanted if is_table else pytest.approx(wanted, abs=1e-9)), name


def tied_groups(clips, year, error):
    """Names groups where clips of either kind score alike to `error`, and what they are part of."""
    tied = set()
    for name, group in siren_scores.dcase_groups(clips, year).items():
        normal = [clip.score for clip in group if not clip.label]
        anomalous = [clip.score for clip in group if clip.label]
        if np.abs(np.subtract.outer(normal, anomalous)).min() <= 2 * error:
            tied.add(name)
    return tied | (
        {"overall/Dev Overall", "overall/Eval Overall", "overall/Overall Year"} if tied else set()
    )


@pytest.mark.parametrize(
    "part", [*(f"dcase{year}" for year in siren_sets.YEARS), *siren_sets.FAULT_SETS]
)
def test_the_figures_computed_here_are_those_of_siren(sets, part):
    """What judges the extractor below is itself judged: over vectors that SIREN was run with."""
    paths, vectors, figures = recorded("bands", part)
    metrics, clips = metrics_of(dict(zip(paths, vectors, strict=True)), sets, part)
    require_equal_figures(metrics, figures["metrics"])
    for clip in clips:
        score = figures["scores"][f"{clip.part}/{clip.machine}"][clip.name]
        assert clip.score == pytest.approx(score, abs=1e-6)


@pytest.mark.parametrize("part", PARTS)
def test_embeddings_and_figures_are_those_of_pytorch(extractor, sets, part):
    paths, expected, figures = recorded("echo", part)
    embeddings = embed(extractor, folder_of(sets, part), paths, part)
    for path, values in zip(paths, expected, strict=True):
        error = np.abs(siren_record.kept(embeddings[path]) - values).max()
        assert error <= TOLERANCE, f"{path}: {error}"
    metrics, clips = metrics_of(embeddings, sets, part)
    scores = figures.get("scores", {})
    error = max(
        (abs(clip.score - scores[f"{clip.part}/{clip.machine}"][clip.name]) for clip in clips),
        default=0.0,
    )
    tied = tied_groups(clips, YEARS[part], error) if clips else set()
    groups = [name for name in metrics if "AUC/" in name]
    hidden = [name for name in groups if name in tied]
    assert len(hidden) <= len(groups) / 4, f"scores that tie hide the figures of {hidden}"
    require_equal_figures(metrics, figures["metrics"], tied)


# ---- SIREN itself ----


@pytest.fixture(scope="session")
def checkouts(request):
    """Checkouts of SIREN and of upstream's encoder."""
    named = [request.config.getoption(option) for option in ("--siren", "--siren-echo")]
    if None in named:
        pytest.skip("SIREN was not run: pass --siren PATH and --siren-echo PATH")
    return [Path(path).resolve() for path in named]


@pytest.fixture(scope="session")
def ours(model):
    return siren_time.ours(model, "cpu")


@pytest.fixture(scope="session")
def both(checkouts, ours, tmp_path_factory):
    """SIREN with its own extractor and with ours."""
    siren, echo = checkouts
    place = tmp_path_factory.mktemp("runs")
    upstream = siren_run.upstream(siren, siren_record.echo_folder(echo, place / "echo"))
    return (
        siren_run.Siren(siren, place / "upstream", upstream),
        siren_run.Siren(siren, place / "ours", ours),
    )


@pytest.mark.parametrize("part", PARTS)
def test_siren_gives_with_ours_what_it_gives_with_its_own(both, sets, part):
    embeddings, metrics = [], []
    for siren in both:
        if part in YEARS:
            siren_record.check(siren.dcase(sets, YEARS[part]))
            embeddings.append(siren.dcase_embeddings(sets, YEARS[part]))
            metrics.append(siren.dcase_metrics(YEARS[part]))
        else:
            siren_record.check(siren.faults(sets, part))
            embeddings.append(siren.fault_embeddings(sets, part))
            metrics.append(siren.fault_metrics(part))
    theirs, mine = embeddings
    assert theirs.keys() == mine.keys()
    error = max(float(np.abs(theirs[path] - mine[path]).max()) for path in theirs)
    print(f"{part}: {len(theirs)} embeddings, at most {error:.1e} apart")  # noqa: T201
    assert error <= TOLERANCE
    tied = set()
    if part in YEARS:
        clips, others = (metrics_of(some, sets, part)[1] for some in embeddings)
        scores = {(clip.part, clip.machine, clip.name): clip.score for clip in others}
        error = max(abs(c.score - scores[c.part, c.machine, c.name]) for c in clips)
        tied = tied_groups(clips, YEARS[part], error)
    require_equal_figures(*metrics, tied)


def break_recording(path):
    """Leaves a header and no sound."""
    path.write_bytes(path.read_bytes()[:44])


@pytest.mark.parametrize("processes", ["one", "many"])
def test_a_broken_recording_ends_a_year(checkouts, ours, tmp_path, processes):
    siren_sets.write_dcase(tmp_path, 2024)
    broken = sorted((tmp_path / "dcase2024_t2/development/slider/test").iterdir())[3]
    break_recording(broken)
    siren = siren_run.Siren(checkouts[0], tmp_path / "run", ours)
    result = siren.dcase(tmp_path, 2024, processes)
    assert result.returncode != 0
    assert broken.name in result.stderr
    assert not list((tmp_path / "run").rglob("dev_slider_test.pth")), "it was cached"
    assert not list((tmp_path / "run").rglob("*_overall_summary.csv")), "there are figures"


def test_a_broken_recording_ends_a_fault_set(checkouts, ours, tmp_path):
    siren_sets.write_sets(tmp_path, years=(), fault_sets=("iica",))
    broken = sorted((tmp_path / "iica/raw/tubeleak/work/1").iterdir())[3]
    break_recording(broken)
    siren = siren_run.Siren(checkouts[0], tmp_path / "run", ours)
    result = siren.faults(tmp_path, "iica")
    assert result.returncode != 0
    assert broken.name in result.stderr
    assert not list((tmp_path / "run").rglob("*_all_features.npz")), "it was cached"


@pytest.mark.parametrize("processes", ["one", "many"])
def test_no_model_ends_a_year(checkouts, ours, sets, tmp_path, processes):
    unset = {name: "" for name in os.environ if name.startswith("ECHO_GPU_")} | {
        "ECHO_GPU_MODEL": ""
    }
    nothing = siren_run.Extractor(ours.path, ours.module, ours.folders, unset)
    result = siren_run.Siren(checkouts[0], tmp_path, nothing).dcase(sets, 2024, processes)
    assert result.returncode != 0
    assert "ECHO_GPU_MODEL is not set" in result.stderr
