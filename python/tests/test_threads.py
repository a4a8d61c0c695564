"""One encoder in many threads."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from conftest import device_of, noise, open_demo

from echo_gpu import EchoError, SignalError, UsageError


def test_threads_get_what_one_alone_gets(on_each_device):
    signals = [noise(0.5 + seed / 8, seed=seed) for seed in range(24)]
    alone = [on_each_device.embed(signal, 16000, level="both") for signal in signals]
    with ThreadPoolExecutor(8) as pool:
        together = list(
            pool.map(lambda signal: on_each_device.embed(signal, 16000, level="both"), signals)
        )
    for one, other in zip(alone, together, strict=True):
        assert np.array_equal(one.utterance, other.utterance)
        assert np.array_equal(one.segments, other.segments)


def test_threads_get_their_own_errors(demo):
    def work(number):
        if number % 2:
            return demo.embed(noise(1), 16000).shape
        try:
            demo.embed(np.zeros(10 + number), 16000)
        except SignalError as error:
            return str(error)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(work, range(32)))
    for number, answer in enumerate(answers):
        assert answer == (1344,) if number % 2 else f"{10 + number} samples" in answer


@pytest.mark.parametrize("kind", ["cpu", "opencl"])
def test_closing_lets_calls_of_other_threads_end(kind):
    echo = open_demo(device_of(kind))
    signals, begun = [noise(5, seed=seed) for seed in range(8)], threading.Event()
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(echo.embed, signals, 16000, progress=lambda *_: begun.set())
        begun.wait()
        echo.close()
        with pytest.raises(UsageError, match="closed"):
            echo.embed(signals[0], 16000)
        assert call.result().shape == (8, 1344)
    assert echo.model.startswith("demo")
    echo.close()


def test_closing_among_many_calls():
    """Each call gives all of its embedding, or says that it came too late."""
    for _ in range(5):
        echo, signal = open_demo(), noise(0.1)
        expected = echo.embed(signal, 16000)

        def work(_number, echo=echo, signal=signal):
            try:
                return echo.embed(signal, 16000)
            except EchoError as error:
                return str(error)

        with ThreadPoolExecutor(8) as pool:
            answers = pool.map(work, range(32))
            echo.close()
            for answer in answers:
                assert "closed" in answer if isinstance(answer, str) else (answer == expected).all()
