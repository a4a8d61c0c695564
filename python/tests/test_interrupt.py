"""Calls that are stopped: by Ctrl-C, by what a callback raises, by the end of the program."""

import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from conftest import TIMEOUT, device_of, noise

LONG = """
import sys, threading, warnings
import numpy
import echo_gpu
warnings.simplefilter("ignore")
echo = echo_gpu.Echo.from_pretrained("demo", device=sys.argv[1])
signals = [numpy.full(16000 * 20, 0.5, "float32")] * 5000  # an hour or so
done = 0

def told(now, total):
    global done
    if now == 0:
        print("begun", flush=True)
    done = now
"""


def start(script, *arguments):
    """Start a script; come back once it says that its call has begun."""
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", LONG + script, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "begun\n"
    return process


def finish(process):
    output, errors = process.communicate(timeout=TIMEOUT)
    assert "ctypes" not in errors, errors
    return process.returncode, output, errors


@pytest.mark.parametrize("kind", ["cpu", "opencl"])
@pytest.mark.parametrize("wait", [0, 0.4])
def test_control_c_stops_a_call(kind, wait):
    process = start("echo.embed(signals, 16000, progress=told)", device_of(kind))
    time.sleep(wait)
    sent = time.monotonic()
    process.send_signal(signal.SIGINT)
    status, _, errors = finish(process)
    # Not the bound, which is a second: only that an hour's work was not done.
    print(f"{kind}: ended {time.monotonic() - sent:.2f} s after SIGINT")  # noqa: T201
    assert status == -signal.SIGINT
    assert errors.rstrip().endswith("KeyboardInterrupt")


def test_an_echo_goes_on_after_control_c():
    process = start(
        """
try:
    echo.embed(signals, 16000, progress=told)
except KeyboardInterrupt:
    assert done < len(signals)
    print(echo.embed(signals[0][:16000], 16000).shape)
""",
        "cpu",
    )
    process.send_signal(signal.SIGINT)
    assert finish(process) == (0, "(1344,)\n", "")


@pytest.mark.parametrize("_attempt", range(8))
def test_control_c_reaches_a_handler_of_the_program(_attempt):
    """The program then ends while oneDNN may be making the code of its first product."""
    process = start(
        """
import signal
def handler(number, frame):
    raise TimeoutError("by the handler")
signal.signal(signal.SIGUSR1, handler)
try:
    echo.embed(signals, 16000, progress=told)
except TimeoutError as error:
    print(error)
""",
        "cpu",
    )
    process.send_signal(signal.SIGUSR1)
    assert finish(process) == (0, "by the handler\n", "")


def test_control_c_while_another_thread_embeds():
    """It is the main thread's, as ever; the other one is told to stop when the program ends."""
    process = start(
        """
import time
def work():
    try:
        echo.embed(signals, 16000, progress=told)
    except echo_gpu.StoppedError:
        print("stopped", flush=True)
threading.Thread(target=work, daemon=True).start()
try:
    while True:
        time.sleep(0.1)
except KeyboardInterrupt:
    print("interrupted", flush=True)
""",
        "cpu",
    )
    process.send_signal(signal.SIGINT)
    status, output, _ = finish(process)
    assert status == 0
    assert output.startswith("interrupted\n")


@pytest.mark.parametrize("kind", ["cpu", "opencl"])
def test_the_program_ends_with_work_in_flight(kind):
    process = start(
        """
echo.embed(signals[:64], 16000)
begun = threading.Event()
def work():
    echo.embed(signals, 16000, progress=lambda done, total: (told(done, total), begun.set()))
threading.Thread(target=work, daemon=True).start()
begun.wait()
""",
        device_of(kind),
    )
    assert finish(process)[0] == 0


EXIT = """
import time
begun = threading.Event()
def work():
    echo.embed(signals, 16000, progress=lambda done, total: (told(done, total), begun.set()))
threading.Thread(target=work, daemon=True).start()
begun.wait()
time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def nothing_compiled(tmp_path, monkeypatch):
    """Caches of kernels, the driver's too, in which there is nothing."""
    for name in ("XDG_CACHE_HOME", "POCL_CACHE_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
        (tmp_path / name).mkdir()


@pytest.mark.usefixtures("nothing_compiled")
@pytest.mark.parametrize("wait", ["0", "0.5", "1", "2"])
def test_the_program_ends_while_kernels_are_compiled(wait):
    """Nothing stops a driver's compiler: without waiting for it, processes ended by a signal."""
    status, _, errors = finish(start(EXIT, device_of("opencl"), wait))
    assert status == 0, errors


@pytest.mark.usefixtures("nothing_compiled")
def test_control_c_waits_for_no_compiler():
    process = start("echo.embed(signals, 16000, progress=told)", device_of("opencl"))
    process.send_signal(signal.SIGINT)
    status, _, errors = finish(process)
    assert status == -signal.SIGINT
    assert "Waiting" not in errors


def test_what_progress_raises_stops_the_call(on_each_device):
    def stop(done, total):
        if done:
            raise LookupError(f"{done} of {total}")

    signals = [noise(1, seed=seed) for seed in range(64)]
    with pytest.raises(LookupError, match="of 64"):
        on_each_device.embed(signals, 16000, batch_size=1, progress=stop)
    assert on_each_device.embed(signals[0], 16000).shape == (1344,)


def test_progress_is_told_on_the_thread_that_called(demo):
    threads = set()
    demo.embed(noise(1), 16000, progress=lambda *_: threads.add(threading.current_thread()))
    assert threads == {threading.current_thread()}


def test_what_progress_answers_is_not_asked_for(demo):
    """`tqdm.update` and others answer something: who wants to stop raises."""
    assert demo.embed(noise(1), 16000, progress=lambda *_: True).shape == (1344,)


def test_a_call_that_cannot_be_stopped_is_left_alone():
    """As opening a model is, which takes long from a slow disk: what it gives is dropped."""
    process = start(
        """
import time
from echo_gpu._core import calls

def never_ends(_progress):
    print("begun", flush=True)
    time.sleep(3600)

calls.run(never_ends, is_awaited=False)
""",
        "cpu",
    )
    process.send_signal(signal.SIGINT)
    status, _, errors = finish(process)
    assert status == -signal.SIGINT
    assert errors.rstrip().endswith("KeyboardInterrupt")


def test_spectrograms_are_stopped_too(demo):
    long = np.tile(noise(20), 30)

    def stop(_done, _total):
        raise LookupError

    with pytest.raises(LookupError):
        demo.spectrogram(long, 16000, progress=stop)
