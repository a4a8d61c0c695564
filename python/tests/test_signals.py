"""What is taken for a signal: what is exact is converted, everything else refused."""

import sys

import numpy as np
import pytest
from conftest import noise

from echo_gpu import SignalError
from echo_gpu._signals.signals import signals, whole_rate

RAMP = np.arange(-400, 400)


def taken(value, rate=16000):
    given = signals(value, rate)
    assert all(array.dtype == np.float32 and array.flags.c_contiguous for array in given.arrays)
    return given.arrays[0]


def refused(value, rate=16000):
    with pytest.raises(SignalError) as caught:
        signals(value, rate)
    assert isinstance(caught.value, ValueError)
    assert caught.value.code == 65
    return caught.value


def test_float32_is_not_copied():
    signal = noise(1)
    assert np.shares_memory(taken(signal), signal)
    table = np.stack([signal, signal])
    assert all(np.shares_memory(array, table) for array in signals(table, 16000).arrays)


def test_what_has_gaps_is_copied_whole():
    signal = noise(2)
    assert np.array_equal(taken(signal[::2]), signal[::2].copy())
    assert np.array_equal(taken(signal[::-1]), signal[::-1].copy())
    columns = np.stack([signal, -signal], axis=1)
    assert np.array_equal(taken(columns[:, 1]), -signal)
    assert np.array_equal(taken(np.asfortranarray(np.stack([signal, -signal]))), signal)


@pytest.mark.parametrize("dtype", ["f2", ">f2", "f4", ">f4", "f8", ">f8"])
def test_floating_point_is_as_it_is(dtype):
    values = (RAMP / 256).astype(dtype)
    assert np.array_equal(taken(values), RAMP / 256)


def test_float64_is_rounded():
    values = np.array([0.1, 1 / 3, 1e-50])
    assert np.array_equal(taken(values), np.array([0.1, 1 / 3, 0], np.float32))


@pytest.mark.parametrize(
    ("dtype", "values", "expected"),
    [
        ("i1", [-128, 0, 127], [-1, 0, 127 / 128]),
        ("u1", [0, 128, 255], [-1, 0, 127 / 128]),
        ("i2", [-32768, 0, 32767], [-1, 0, 32767 / 32768]),
        (">i2", [-32768, 0, 32767], [-1, 0, 32767 / 32768]),
        ("u2", [0, 32768, 65535], [-1, 0, 32767 / 32768]),
        ("i4", [-(2**31), 0, 2**30], [-1, 0, 0.5]),
        ("u4", [0, 2**31, 3 * 2**30], [-1, 0, 0.5]),
        ("i8", [-3, 0, 5], [-3, 0, 5]),
        ("u8", [0, 5, 2**63], [0, 5, 2**63]),
    ],
)
def test_integers_are_what_the_command_makes_of_them(dtype, values, expected):
    assert np.array_equal(taken(np.array(values, dtype)), np.array(expected, np.float32))


@pytest.mark.parametrize("dtype", ["i4", "u4"])
def test_integers_that_may_be_counts_are_refused(dtype):
    error = refused([noise(1), np.array([5, 6, 1000], dtype)])
    assert error.index == 1
    assert "from 5 to 1000" in str(error)
    # The upper bits alone, or all bits, are fractions: 16 or 24 bits in 32.
    assert taken(np.array([256, 512], dtype)) is not None
    assert taken(np.array([7, 7], dtype)) is not None
    assert taken(np.array([1, 1 + 2**24], dtype)) is not None


def test_lists_of_numbers_are_a_signal():
    given = signals([0.5, -0.5, 0], 16000)
    assert given.is_one
    assert given.arrays[0].tolist() == [0.5, -0.5, 0]
    assert not signals([[0.5, 0.25], [0.5]], 16000).is_one


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("engine.wav", "Echo.embed_files"),
        (b"engine.wav", "Echo.embed_files"),
        (None, "NoneType"),
        (0.5, "a float is no signal"),
        (iter([noise(1)]), "list(signals)"),
        ({"x": noise(1)}, "a dict is no signal"),
        (np.float32(1), "single value"),
        (np.zeros((2, 3, 4)), "[2, 3, 4]"),
        (np.array([True, False]), "bool"),
        (np.array([1j]), "complex128"),
        (np.array(["a"]), "<U1"),
        (np.array([noise(1), noise(2)], object), "list(x)"),
        (np.zeros(3, [("x", "f4")]), "x['name']"),
        (np.array(["2026-01-01"], "M8[D]"), "datetime64"),
        (np.zeros(3, np.longdouble), str(np.dtype(np.longdouble))),
        (np.ma.masked_array([1.0, 2.0, 3.0], [0, 1, 0]), "1 masked value"),
        (np.array([0.0, 1e39]), "sample 1 is 1e+39"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_signal_is_refused(value, words):
    assert words in str(refused(value))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([noise(1), 0.5], "single value"),
        ([noise(1), np.zeros((100, 2))], "x.mean(axis=1)"),
        ([noise(1), [[1, 2], [3]]], "one length"),
        ([noise(1), np.array([1j])], "complex128"),
        ([noise(1), np.array([0.0, -1e300])], "sample 1 is -1e+300"),
    ],
    ids=["number", "channels", "ragged", "complex", "overflow"],
)
def test_the_signal_that_is_none_is_named(value, words):
    error = refused(value)
    assert error.index == 1
    assert "signal 1 of the batch" in str(error)
    assert words in str(error)


def test_channels_beside_each_other_are_named_as_the_likely_mistake():
    error = refused(np.zeros((48000, 2)), 48000)
    assert "48000 signals of 2 samples" in str(error)
    assert "x.mean(axis=1)" in str(error)
    assert "x.T" in str(error)
    # As many signals of a window are signals.
    assert len(signals(np.zeros((2000, 400)), 16000).arrays) == 2000


@pytest.mark.parametrize(
    "rate", [16000, np.int32(16000), np.uint16(16000), 16000.0, np.float32(16000), np.array(16000)]
)
def test_whole_rates_are_taken(rate):
    assert whole_rate(rate) == 16000
    assert type(whole_rate(rate)) is int


@pytest.mark.parametrize("rate", [44100.5, float("nan"), float("inf"), "16000", None, True, 2**70])
def test_other_rates_are_refused(rate):
    assert "sample rate" in str(refused(noise(1), rate))


def test_rates_have_to_be_as_many_as_signals():
    assert "2 sample rates for one signal" in str(refused(noise(1), [16000, 16000]))
    assert "1 sample rates for 2 signals" in str(refused([noise(1)] * 2, [16000]))
    assert refused([noise(1)] * 2, [16000, 0.5]).index == 1


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.full(400, np.nan), "NaN"),
        (np.full(400, np.inf, np.float32), "infinite"),
        (np.full(400, 1e38), "beyond"),
        (np.zeros(399), "399"),
        (np.zeros(0), "samples"),
    ],
    ids=["nan", "infinite", "large", "short", "empty"],
)
def test_what_cannot_be_embedded_is_named(on_each_device, value, words):
    with pytest.raises(SignalError, match=words):
        on_each_device.embed(value, 16000)
    with pytest.raises(SignalError, match=words) as caught:
        on_each_device.embed([noise(1), value], 16000)
    assert caught.value.index == 1
    assert "signal 1" in str(caught.value)
    with pytest.raises(SignalError, match=words):
        on_each_device.spectrogram(value, 16000)


@pytest.mark.parametrize("rate", [0, -16000, 1, 10**10])
def test_rates_that_cannot_be_embedded_are_named(demo, rate):
    with pytest.raises(SignalError, match=str(rate)):
        demo.embed(noise(1), rate)
    with pytest.raises(SignalError, match=str(rate)):
        demo.width(rate)


def test_numpy_alone_does_not_import_torch(subprocess_run):
    subprocess_run(
        "import sys, echo_gpu",
        "from echo_gpu._signals.signals import signals",
        "signals([0.5] * 400, 16000)",
        "assert 'torch' not in sys.modules",
    )
    assert sys.executable


class TestTensors:
    @pytest.fixture(autouse=True)
    def _torch(self):
        self.torch = pytest.importorskip("torch")

    def test_tensors_of_the_cpu_are_not_copied(self):
        tensor = self.torch.zeros(400)
        taken(tensor)[7] = 0.5
        assert tensor[7] == 0.5

    def test_tensors_give_tensors(self, demo):
        signal = noise(1)
        tensor = self.torch.from_numpy(signal)
        embedding = demo.embed(tensor, 16000)
        assert isinstance(embedding, self.torch.Tensor)
        assert embedding.dtype == self.torch.float32
        assert np.array_equal(embedding.numpy(), demo.embed(signal, 16000))
        assert demo.embed(tensor[None], 16000).shape == (1, 1344)
        assert demo.embed([tensor], 16000).shape == (1, 1344)
        both = demo.embed([tensor], [16000], level="both")[0]
        assert isinstance(both.utterance, self.torch.Tensor)
        assert isinstance(both.segments, self.torch.Tensor)
        assert isinstance(demo.embed(tensor[None][:0], 16000), self.torch.Tensor)
        spectrogram = demo.spectrogram(tensor, 16000)
        assert isinstance(spectrogram, self.torch.Tensor)
        assert isinstance(demo.embed_spectrograms(spectrogram, 16000), self.torch.Tensor)

    def test_gradients_are_not_followed(self, demo):
        tensor = self.torch.from_numpy(noise(1)).requires_grad_()
        assert not demo.embed(tensor, 16000).requires_grad

    def test_bfloat16_and_half_are_exact(self):
        for dtype in (self.torch.bfloat16, self.torch.float16):
            tensor = self.torch.tensor([0.5, -0.25, 1.5], dtype=dtype)
            assert taken(tensor).tolist() == [0.5, -0.25, 1.5]

    def test_tensors_without_values_are_refused(self):
        for tensor in (self.torch.zeros(4, device="meta"), self.torch.zeros(4).to_sparse()):
            assert "numpy cannot take" in str(refused(tensor))

    def test_tensors_and_arrays_are_not_mixed(self):
        error = refused([self.torch.zeros(400), noise(1)])
        assert "tensors alone, or arrays alone" in str(error)
