"""The extractor for SIREN by itself: gathering, reading, and failures that nobody may miss."""

from __future__ import annotations

import subprocess
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="SIREN takes tensors")
pytest.importorskip("pandas", reason="SIREN reads text with pandas")
pytest.importorskip("scipy", reason="SIREN reads MATLAB's files with scipy")

sys.path.insert(0, str(Path(__file__).parent / "siren"))
import siren_sets

import echo_gpu.siren
from echo_gpu import EchoError, SignalError, UntrainedWarning
from echo_gpu._siren.gather import Gatherer
from echo_gpu._siren.reading import read_channels

TIMEOUT = 300  # seconds after which a process hangs; nothing else is decided by it


@pytest.fixture
def extractor(monkeypatch):
    monkeypatch.setenv("ECHO_GPU_MODEL", "demo")
    monkeypatch.setenv("ECHO_GPU_DEVICE", "cpu")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UntrainedWarning)
        yield echo_gpu.siren.FeatureExtractor()


def write_signals(folder, count=8, seconds=0.3):
    """Writes bearings of 12 kHz as MATLAB's files, wav files of another rate, and one text file."""
    paths = []
    for number in range(count):
        signal = siren_sets.Machine("bearing", 12000).signal(seconds + number / 100, number)
        paths.append(folder / f"{number}.mat")
        siren_sets.write_mat(paths[-1], {f"X{number}_DE_time": signal})
        paths.append(folder / f"{number}.wav")
        siren_sets.write_wav(paths[-1], signal, 12000)
    np.savetxt(folder / "two.csv", np.stack([signal, signal[::-1]], 1), fmt="%.6g", delimiter=",")
    return [str(path) for path in [*paths, folder / "two.csv"]]


# ---- Gathering ----


def test_an_embedding_does_not_depend_on_its_company(extractor, tmp_path):
    files = write_signals(tmp_path)
    alone = [extractor.extract_features(file, 12000) for file in files]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda file: extractor.extract_features(file, 12000), files * 2))
    for one, other in zip(alone * 2, together, strict=True):
        assert one.equal(other)
    sound = [file for file in files if file.endswith(".wav")]
    for one, other in zip(sound, extractor.extract_features_batch(sound, 12000), strict=True):
        assert alone[files.index(one)].equal(other)


def test_channels_are_laid_side_by_side(extractor, tmp_path):
    path = write_signals(tmp_path, count=1)[-1]
    vector = extractor.extract_features(path, 12000)
    expected = extractor._echo.embed(list(read_channels(path)), 12000)
    assert expected.shape[0] == 2
    np.testing.assert_array_equal(vector.numpy(), expected.reshape(-1))


def test_threads_are_computed_together():
    sizes, go = [], threading.Event()

    def compute(requests):
        sizes.append(len(requests))
        go.wait()
        return [request * 2 for request in requests]

    gatherer = Gatherer(compute, limit=4)
    with ThreadPoolExecutor(9) as pool:
        asked = [pool.submit(gatherer.ask, number) for number in range(9)]
        while len(gatherer._queue) + sum(sizes) < 9:  # the first batch is held up meanwhile
            pass
        go.set()
        assert [future.result() for future in asked] == [number * 2 for number in range(9)]
    assert max(sizes) == 4
    assert len(sizes) <= 4


def test_a_failure_is_raised_where_it_was_asked_for():
    gatherer = Gatherer(
        lambda numbers: [ValueError("odd") if number % 2 else number for number in numbers]
    )
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(gatherer.ask, number) for number in range(20)]
    assert [future.result() for future in asked[::2]] == list(range(0, 20, 2))
    assert all(isinstance(future.exception(), ValueError) for future in asked[1::2])


def test_no_thread_waits_for_a_batch_that_broke():
    def compute(_requests):
        raise KeyboardInterrupt

    gatherer = Gatherer(compute)
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(gatherer.ask, number) for number in range(8)]
        assert all(isinstance(future.exception(TIMEOUT), KeyboardInterrupt) for future in asked)


# ---- Failures ----


@pytest.mark.parametrize("ending", ["mat", "wav"])
def test_what_cannot_be_embedded_fails_alone(extractor, tmp_path, ending):
    files = write_signals(tmp_path)
    bad = tmp_path / f"3.{ending}"
    bad.unlink()
    short = np.zeros(100)
    if ending == "mat":
        siren_sets.write_mat(bad, {"X3_DE_time": short})
    else:
        siren_sets.write_wav(bad, short, 12000)
    with ThreadPoolExecutor(8) as pool:
        asked = {f: pool.submit(extractor.extract_features, f, 12000) for f in files}
    failed = {file for file, future in asked.items() if future.exception() is not None}
    assert failed == {str(bad)}
    with pytest.raises(SignalError, match=f"3.{ending}"):
        asked[str(bad)].result()
    with pytest.raises(SignalError, match=f"3.{ending}"):
        extractor.extract_features_batch([str(bad)], 12000)


def test_what_is_not_there_is_named(extractor, tmp_path):
    for name in ("away.wav", "away.csv", "away.mat"):
        with pytest.raises(EchoError, match=name):
            extractor.extract_features(str(tmp_path / name), 12000)


def test_a_model_must_be_named(monkeypatch):
    monkeypatch.delenv("ECHO_GPU_MODEL", raising=False)
    with pytest.raises(EchoError, match="ECHO_GPU_MODEL is not set"):
        echo_gpu.siren.FeatureExtractor()


def test_a_strategy_must_be_one(monkeypatch):
    monkeypatch.setenv("ECHO_GPU_MODEL", "demo")
    with pytest.raises(EchoError, match="median: no such strategy"):
        echo_gpu.siren.FeatureExtractor("median")


# What of SIREN a failure has to get past, in its words: a module of its package, whose workers and
# whose loop answer every exception by going on.
SIRENS_WAY = """
import importlib.util
import multiprocessing


def load(path):
    spec = importlib.util.spec_from_file_location("feature_extractor", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.FeatureExtractor()


def work(arguments):
    path, files = arguments
    try:
        return load(path).extract_features_batch(files)
    except Exception as error:
        print("left out:", error)


def run(path, files, processes):
    try:
        if processes == "many":
            with multiprocessing.get_context("spawn").Pool(2) as pool:
                pool.map(work, [(path, [file]) for file in files])
        else:
            load(path).extract_features_batch(files)
    except Exception as error:
        print("a year was left out:", error)
"""


@pytest.mark.parametrize("processes", ["one", "many", "many-deaf"])
@pytest.mark.parametrize("what", ["model", "recording"])
def test_a_failure_gets_past_siren(tmp_path, monkeypatch, processes, what):
    package = tmp_path / "siren" / "core"
    package.mkdir(parents=True)
    for folder in (package.parent, package):
        (folder / "__init__.py").touch()
    (package / "base_extractor.py").write_text(
        "from abc import ABC\n\n\nclass BaseFeatureExtractor(ABC):\n    pass\n"
    )
    (package / "tester.py").write_text(SIRENS_WAY)
    script = tmp_path / "run.py"
    script.write_text(
        "import sys\nfrom siren.core.tester import run\n\n"
        "if __name__ == '__main__':\n    run(sys.argv[2], sys.argv[3:], sys.argv[1])\n"
        "    print('went on')\n"
    )
    files = [file for file in write_signals(tmp_path, count=2) if file.endswith(".wav")]
    siren_sets.write_wav(Path(files[0]), np.zeros(10), 12000)
    # Long: the pool may hang if a result comes at the moment in which it is interrupted.
    siren_sets.write_wav(Path(files[1]), np.arange(12000 * 300) % 100 / 100, 12000)
    monkeypatch.setenv("ECHO_GPU_MODEL", "" if what == "model" else "demo")
    monkeypatch.setenv("ECHO_GPU_DEVICE", "cpu")
    monkeypatch.setenv("PYTHONPATH", ":".join([str(tmp_path), *filter(None, sys.path)]))
    command = [
        sys.executable,
        str(script),
        processes.split("-")[0],
        echo_gpu.siren.__file__,
        *files,
    ]
    if processes == "many-deaf":  # as a job in the background of a script is to Ctrl-C
        command = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", *command]
    result = subprocess.run(  # noqa: S603  (this Python)
        command, capture_output=True, text=True, timeout=TIMEOUT, check=False, cwd=tmp_path
    )
    assert result.returncode != 0, result.stdout + result.stderr
    assert "went on" not in result.stdout
    assert ("ECHO_GPU_MODEL is not set" if what == "model" else "0.wav") in result.stderr


# ---- Reading ----


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        (["X105_FE_time", "X105_DE_time"], 0),  # the first, whichever end it is
        (["X105_DE_time", "DE_time"], 1),  # this very name comes first
        (["X097_FE_time", "X097_DE_time"], 1),
        (["other", "X105_BA_time"], 1),
        (["short", "other"], 1),  # no name says it: the first that is long
    ],
)
def test_the_value_is_taken_that_siren_takes(tmp_path, keys, chosen):
    values = {
        key: np.full(10 if key == "short" else 2000, float(number))
        for number, key in enumerate(keys)
    }
    siren_sets.write_mat(tmp_path / "a.mat", values)
    channels = read_channels(str(tmp_path / "a.mat"))
    assert channels.shape == (1, 2000)
    assert (channels == chosen).all()


def test_a_file_without_a_signal_names_what_it_has(tmp_path):
    siren_sets.write_mat(tmp_path / "a.mat", {"RPM": np.ones(1), "load": np.ones(3)})
    with pytest.raises(SignalError, match="it has RPM, load"):
        read_channels(str(tmp_path / "a.mat"))


def test_text_that_is_no_number_is_named(tmp_path):
    (tmp_path / "a.csv").write_text("time,x\n0,1\n")
    with pytest.raises(SignalError, match=r"a\.csv"):
        read_channels(str(tmp_path / "a.csv"))


def test_the_path_is_printed():
    result = subprocess.run(
        [sys.executable, "-m", "echo_gpu.siren", "path"],
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=True,
    )
    assert Path(result.stdout.strip()) == Path(echo_gpu.siren.__file__).resolve()
