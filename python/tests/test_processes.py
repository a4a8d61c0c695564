"""Encoders in other processes: fork is refused, spawn and pickles open the model again."""

import copy
import multiprocessing
import pickle
import warnings

import numpy as np
import pytest
import synthetic
from conftest import device_of, noise, open_demo

from echo_gpu import Echo, ModelError, UsageError

OPEN = """
import os, pickle, sys, warnings
import numpy
import echo_gpu
warnings.simplefilter("ignore")
echo = echo_gpu.Echo.from_pretrained("demo", device=sys.argv[1])
signal = numpy.random.default_rng(0).standard_normal(16000) / 8
expected = echo.embed(signal, 16000)

def in_child(work):
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            work()
            sys.stdout.flush()
            status = 0
        finally:
            os._exit(status)
    assert os.waitpid(pid, 0)[1] == 0
"""


@pytest.mark.parametrize("kind", ["cpu", "opencl"])
def test_a_forked_process_is_told_so(subprocess_run, kind):
    output = subprocess_run(
        OPEN,
        "def work():",
        "    for call in (lambda: echo.embed(signal, 16000), lambda: echo.width(16000)):",
        "        try: call()",
        "        except echo_gpu.ForkError as error: print(error.kind, error)",
        "    echo.close()",
        "in_child(work)",
        "assert numpy.array_equal(echo.embed(signal, 16000), expected)",
        arguments=[device_of(kind)],
    )
    lines = output.splitlines()
    assert len(lines) == 2
    for line in lines:
        assert line.startswith("fork ")
        assert "spawn or forkserver" in line


@pytest.mark.parametrize("kind", ["cpu", "opencl"])
def test_a_pool_of_forked_processes_does_not_hang(subprocess_run, kind):
    """What is pickled to them would open a device where its driver hangs."""
    output = subprocess_run(
        OPEN,
        "import multiprocessing",
        "def work(copy):",
        "    try: return numpy.array_equal(copy.embed(signal, 16000), expected)",
        "    except echo_gpu.ForkError as error: return str(error)",
        "with multiprocessing.get_context('fork').Pool(1) as pool:",
        "    print(pool.apply(work, (pickle.loads(pickle.dumps(echo)),)))",
        arguments=[device_of(kind)],
    )
    assert "spawn or forkserver" in output


def embedded(echo, signal):
    return echo.embed(signal, 16000)


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_other_processes_embed_the_same(on_each_device, method):
    signals = [noise(1, seed=seed) for seed in range(3)]
    with multiprocessing.get_context(method).Pool(2) as pool:
        there = pool.starmap(embedded, [(on_each_device, signal) for signal in signals])
    for signal, embedding in zip(signals, there, strict=True):
        assert np.array_equal(embedding, on_each_device.embed(signal, 16000))


def test_pickles_keep_the_arguments_and_open_when_they_are_used(tmp_path):
    folder = synthetic.write(tmp_path / "model", 3, 1.0, 64, 1)
    with Echo.from_pretrained(folder, device="cpu", token="secret") as echo:  # noqa: S106
        pickled = pickle.dumps(echo)
        assert b"secret" not in pickled
        folder.rename(tmp_path / "away")
        copied = pickle.loads(pickled)  # nothing is opened
        assert str(folder) in repr(copied)
        with pytest.raises(ModelError, match=str(folder)):
            copied.width(16000)
        (tmp_path / "away").rename(folder)
        assert np.array_equal(copied.embed(noise(1), 16000), echo.embed(noise(1), 16000))
        assert copied.description == echo.description


def test_pickles_refuse_other_weights(tmp_path):
    folder = synthetic.write(tmp_path, 3, 1.0, 64, 1)
    with Echo.from_pretrained(folder, device="cpu") as echo:
        pickled = pickle.dumps(echo)
    synthetic.write(tmp_path, 4, 1.0, 64, 1)
    with pytest.raises(ModelError, match="SHA-256"):
        pickle.loads(pickled).embed(noise(1), 16000)


def test_relative_paths_are_found_from_elsewhere(tmp_path, monkeypatch):
    synthetic.write(tmp_path / "model", 3, 1.0, 64, 1)
    monkeypatch.chdir(tmp_path)
    with Echo.from_pretrained("model", device="cpu") as echo:
        pickled = pickle.dumps(echo)
    monkeypatch.chdir("/")
    assert pickle.loads(pickled).embedding_width == 64


def test_copies_are_independent():
    echo = open_demo()
    copied = copy.deepcopy(echo)
    echo.close()
    assert copied.embed(noise(1), 16000).shape == (1344,)


def test_copies_of_copies_that_were_never_used(demo):
    again = pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(demo))))
    assert again.model == demo.model


def test_copies_of_the_demonstration_do_not_warn_again(demo):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not pickle.loads(pickle.dumps(demo)).is_trained


def test_copies_can_be_closed_before_they_are_opened(demo):
    copied = pickle.loads(pickle.dumps(demo))
    copied.close()
    with pytest.raises(UsageError, match="closed"):
        copied.width(16000)
