"""Embeddings: upstream's, in every shape that callers may ask for."""

import numpy as np
import pytest
from conftest import noise

from echo_gpu import Embedding, SignalError, UsageError


@pytest.mark.parametrize("kind", ["cpu", "opencl"])
def test_embeddings_are_upstreams(golden, golden_echo, kind):
    echo = golden_echo(golden, kind)
    signal = golden.samples().astype(np.float32) / 32768
    both = echo.embed(signal, golden.rate, level="both")
    golden.check("utterance", both.utterance)
    golden.check("segment", both.segments)
    assert np.array_equal(echo.embed(signal, golden.rate), both.utterance)
    assert np.array_equal(echo.embed(signal, golden.rate, level="segment"), both.segments)


@pytest.mark.parametrize("kind", ["cpu", "opencl"])
def test_spectrogram_is_upstreams_and_embeds_to_the_same(golden, golden_echo, kind):
    echo = golden_echo(golden, kind)
    signal = golden.samples()
    spectrogram = echo.spectrogram(signal, golden.rate)
    assert spectrogram.shape == tuple(golden.case["spectrogram_shape"])
    if golden.name == "machine-16k":
        golden.check("spectrogram", spectrogram)
    both = echo.embed_spectrograms(spectrogram, golden.rate, level="both")
    golden.check("utterance", both.utterance)
    golden.check("segment", both.segments)


def test_golden_shapes_are_told_beforehand(golden, golden_echo):
    echo = golden_echo(golden, "cpu")
    rows, width = golden.case["segment_shape"]
    assert echo.width(golden.rate) == width
    assert echo.rows(golden.case["samples"], golden.rate) == rows
    assert echo.embedding_width == golden.case["config"]["dim"]
    assert echo.layer_count == golden.case["config"]["depth"]
    assert echo.head_count == golden.case["config"]["heads"]
    assert echo.is_trained


def test_one_signal_gives_one_array(on_each_device):
    echo, signal = on_each_device, noise(2)
    assert echo.embed(signal, 16000).shape == (1344,)
    assert echo.embed(signal, 16000, level="segment").shape == (13, 1344)
    both = echo.embed(signal, 16000, level="both")
    assert isinstance(both, Embedding)
    assert both.utterance.shape == (1344,)
    assert both.segments.shape == (13, 1344)


def test_several_signals_of_one_rate_give_one_array(on_each_device):
    echo = on_each_device
    signals = [noise(seconds, seed=index) for index, seconds in enumerate([1, 0.025, 2])]
    table = echo.embed(signals, 16000)
    assert table.shape == (3, 1344)
    assert table.flags.c_contiguous
    segments = echo.embed(signals, 16000, level="segment")
    assert [rows.shape for rows in segments] == [(7, 1344), (1, 1344), (13, 1344)]
    both = echo.embed(signals, 16000, level="both")
    for index, signal in enumerate(signals):
        assert np.array_equal(table[index], echo.embed(signal, 16000))
        assert np.array_equal(both[index].utterance, table[index])
        assert np.array_equal(both[index].segments, segments[index])


def test_several_rates_give_a_list(demo):
    signals, rates = [noise(1), noise(1, 48000)], [16000, 48000]
    embeddings = demo.embed(signals, rates)
    assert [embedding.shape for embedding in embeddings] == [(1344,), (3648,)]
    assert isinstance(demo.embed(signals, [16000, 16000]), list)
    assert isinstance(demo.embed(signals, np.array(rates)), list)


def test_rows_of_an_array_are_signals(demo):
    signals = np.stack([noise(1, seed=seed) for seed in range(3)])
    table = demo.embed(signals, 16000)
    assert np.array_equal(table, demo.embed(list(signals), 16000))
    assert demo.embed(signals[:1], 16000).shape == (1, 1344)


def test_no_signals_give_nothing_of_the_right_shape(demo):
    assert demo.embed([], 16000).shape == (0, 1344)
    assert demo.embed([], 16000).dtype == np.float32
    assert demo.embed(np.empty((0, 16000)), 48000).shape == (0, 3648)
    assert demo.embed([], 16000, level="both") == []
    assert demo.embed([], []) == []


def test_embeddings_do_not_depend_on_the_batch(on_each_device):
    signals = [noise(21, seed=1), noise(1, seed=2), noise(3, seed=3)]
    whole = on_each_device.embed(signals, 16000, level="both")
    for batch_size in (1, 2, 65536):
        parts = on_each_device.embed(signals, 16000, level="both", batch_size=batch_size)
        for one, other in zip(whole, parts, strict=True):
            assert np.array_equal(one.utterance, other.utterance)
            assert np.array_equal(one.segments, other.segments)


def test_several_spectrograms(demo):
    signals = [noise(1, seed=1), noise(2, seed=2)]
    spectrograms = [demo.spectrogram(signal, 16000) for signal in signals]
    table = demo.embed_spectrograms(spectrograms, 16000)
    assert table.shape == (2, 1344)
    stacked = np.stack([spectrograms[0]] * 2)
    assert np.array_equal(demo.embed_spectrograms(stacked, 16000)[1], table[0])
    assert demo.embed_spectrograms([], 16000).shape == (0, 1344)


def test_progress_counts_signals(on_each_device):
    seen = []
    signals = [noise(1, seed=seed) for seed in range(5)]
    on_each_device.embed(
        signals, 16000, batch_size=2, progress=lambda done, total: seen.append((done, total))
    )
    assert seen[0] == (0, 5)
    assert seen[-1] == (5, 5)
    assert seen == sorted(seen)


def test_progress_is_shown_on_standard_error(demo, capsys):
    demo.embed([noise(1)], 16000, progress=True)
    captured = capsys.readouterr()
    assert not captured.out
    pytest.importorskip("tqdm")
    assert "1/1" in captured.err


@pytest.mark.parametrize("level", ["segments", "", None])
def test_unknown_levels_are_refused(demo, level):
    with pytest.raises(UsageError, match="'utterance', 'segment' or 'both'"):
        demo.embed(noise(1), 16000, level=level)


@pytest.mark.parametrize("batch_size", [0, -1, 65537, 2.0, True, "64"])
def test_batches_that_cannot_be_are_refused(demo, batch_size):
    with pytest.raises(UsageError, match="65536"):
        demo.embed(noise(1), 16000, batch_size=batch_size)


def test_progress_has_to_be_callable(demo):
    with pytest.raises(UsageError, match=r"progress=1\.5"):
        demo.embed(noise(1), 16000, progress=1.5)


def test_spectrogram_takes_one_signal(demo):
    with pytest.raises(UsageError, match="one signal"):
        demo.spectrogram([noise(1), noise(1)], 16000)


def test_spectrograms_of_other_bins_are_refused(demo):
    with pytest.raises(SignalError, match="201"):
        demo.embed_spectrograms(np.zeros((200, 50), np.float32), 16000)
