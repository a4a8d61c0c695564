"""Recordings of files: rows in order, failures that speak, options, and an early end."""

import json
import pickle
import tarfile
import threading

import numpy as np
import pytest
from conftest import FIXTURES, noise, write_wav

from echo_gpu import InputError, Row, SignalError, UsageError
from echo_gpu._core import files as _files

RECORDINGS = sorted((FIXTURES / "recordings").iterdir())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three recordings, one of which is too short, and a file that is none."""
    path = tmp_path_factory.mktemp("recordings")
    write_wav(path / "a.wav", noise(1, seed=1) * 32767, 16000)
    write_wav(path / "b.wav", noise(0.01, seed=2) * 32767, 16000)
    write_wav(path / "c.wav", noise(2, 48000, seed=3) * 32767, 48000)
    (path / "notes.txt").write_text("nothing to hear")
    return path


def test_each_path_gives_its_row_in_order(demo, folder):
    paths = [folder / "c.wav", str(folder / "a.wav"), folder / "c.wav"]
    rows = demo.embed_files(paths)
    assert [row.input for row in rows] == [0, 1, 2]
    assert [row.path for row in rows] == [str(path) for path in paths]
    assert [row.width for row in rows] == [3648, 1344, 3648]
    assert np.array_equal(rows[0].utterance, rows[2].utterance)
    for row in rows:
        assert isinstance(row, Row)
        assert (row.status, row.code, row.reason, row.channel) == ("ok", None, None, None)
        assert row.utterance.shape == (row.width,)
        assert row.segments is None
        assert row.sample_rate == row.fields["sample_rate"]


def test_levels(demo, folder):
    for level, utterance, segments in (
        ("utterance", True, False),
        ("segment", False, True),
        ("both", True, True),
    ):
        (row,) = demo.embed_files(folder / "a.wav", level=level)
        assert (row.utterance is not None) == utterance
        assert (row.segments is not None) == segments
        if segments:
            assert row.segments.shape == (7, 1344)


def test_a_recording_that_failed_is_raised_with_the_others_counted(demo, folder):
    with pytest.raises(SignalError, match="1 other recording failed, too") as caught:
        demo.embed_files([folder / "a.wav", folder / "b.wav", folder / "missing.wav"])
    assert caught.value.index == 1
    assert str(folder / "b.wav") in str(caught.value)
    assert "160 samples" in str(caught.value)
    with pytest.raises(SignalError) as caught:
        list(demo.iter_files([folder / "b.wav", folder / "missing.wav"]))
    assert caught.value.index == 0
    assert caught.value.failure_code == "too-short"
    with pytest.raises(SignalError) as caught:
        demo.embed_files([folder / "a.wav", folder / "missing.wav"])
    assert (caught.value.code, caught.value.failure_code) == (65, "missing")
    assert pickle.loads(pickle.dumps(caught.value)).failure_code == "missing"


def test_a_recording_that_failed_is_a_row(demo, folder):
    paths = [folder / "b.wav", folder / "missing.wav", folder / "a.wav"]
    short, missing, whole = demo.embed_files(paths, on_error="row")
    assert (short.status, short.code, short.width) == ("failed", "too-short", 0)
    assert "160 samples" in short.reason
    assert short.utterance is None
    assert (missing.status, missing.code, missing.input) == ("failed", "missing", 1)
    assert whole.status == "ok"
    assert whole.input == 2


def test_folders_patterns_and_archives_stand_for_what_is_in_them(demo, folder, tmp_path):
    with tarfile.open(tmp_path / "shard.tar", "w") as tar:
        tar.add(folder / "a.wav", "a.wav")
        tar.add(folder / "c.wav", "c.wav")
    paths = [folder, str(folder / "[ac].wav"), tmp_path / "shard.tar"]
    rows = demo.embed_files(paths, on_error="row")
    assert [row.input for row in rows] == [0, 0, 0, 1, 1, 2, 2]
    assert [row.id.rsplit("/", 1)[-1] for row in rows] == [
        *("a.wav", "b.wav", "c.wav"),
        *("a.wav", "c.wav") * 2,
    ]
    assert np.array_equal(rows[0].utterance, rows[5].utterance)


def test_recordings_say_what_is_known_of_them(demo, folder):
    whole = demo.embed_files(folder / "c.wav")[0]
    rows = demo.embed_files(
        recordings=[
            {"path": folder / "c.wav", "id": "pump 7", "machine": "pump", "number": np.int64(7)},
            {"path": folder / "c.wav", "start": 0.5, "end": np.float32(1.5)},
        ]
    )
    assert rows[0].id == "pump 7"
    assert rows[0].fields["fields"] == {"machine": "pump", "number": 7}
    assert np.array_equal(rows[0].utterance, whole.utterance)
    assert rows[1].fields["samples"] == 48000
    assert rows[1].input == 1


def test_a_manifest(demo, folder):
    path = folder / "list.jsonl"
    path.write_text("\n".join(json.dumps({"path": name}) for name in ("c.wav", "a.wav")) + "\n")
    rows = demo.embed_files(manifest=path)
    assert [row.id for row in rows] == ["c.wav", "a.wav"]
    with pytest.raises(InputError, match=r"no-list\.csv"):
        demo.embed_files(manifest=folder / "no-list.csv")


def test_options_of_how_files_are_read(demo, tmp_path):
    signal = noise(1)
    raw = tmp_path / "a.bin"
    raw.write_bytes(signal.astype("<f4").tobytes())
    table = tmp_path / "a.csv"
    np.savetxt(
        table, np.stack([-signal, signal], 1), delimiter=";", header="x;y", comments="", fmt="%.9g"
    )
    saved = tmp_path / "a.npz"
    np.savez(saved, other=np.zeros(5), signal=signal, rate=16000)
    expected = demo.embed(signal, 16000)
    for path, options in (
        (raw, {"raw": "f32le:16000:1"}),
        (table, {"sample_rate": 16000, "csv_columns": ["y"], "csv_delimiter": ";"}),
        (table, {"sample_rate": np.int32(16000), "csv_columns": [1]}),
        (saved, {"npz_key": "signal", "npz_rate": "rate"}),
    ):
        (row,) = demo.embed_files(path, **options)
        assert np.array_equal(row.utterance, expected), options


def test_each_channel_is_a_row(demo, tmp_path):
    stereo = np.stack([noise(1, seed=1), noise(1, seed=2)], axis=1) * 32767
    path = write_wav(tmp_path / "stereo.wav", stereo, 16000)
    rows = demo.embed_files([path, path], channels="each")
    assert [(row.input, row.channel) for row in rows] == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_no_paths_give_no_rows(demo):
    assert demo.embed_files([]) == []
    assert list(demo.iter_files([])) == []
    assert demo.embed_files(recordings=[]) == []


def test_rows_come_while_the_rest_is_embedded(on_each_device, folder):
    rows = on_each_device.iter_files([folder / "a.wav"] * 300, batch_size=8)
    assert next(rows).input == 0
    assert next(rows).input == 1
    rows.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "echo_gpu"]
    assert on_each_device.embed_files(folder / "a.wav")[0].status == "ok"


def test_rows_that_are_not_taken_do_not_block_other_calls(demo, folder):
    rows = demo.iter_files([folder / "a.wav"] * 60, batch_size=4)
    next(rows)
    assert demo.embed(noise(1), 16000).shape == (1344,)
    assert sum(1 for _ in rows) == 59


def test_what_progress_raises_stops_the_call(demo, folder):
    def stop(done, _total):
        if done:
            raise LookupError

    with pytest.raises(LookupError):
        demo.embed_files([folder / "a.wav"] * 200, batch_size=1, progress=stop)


def test_what_goes_wrong_with_a_row_is_raised(demo, folder, monkeypatch):
    """What a callback of the library raises must not be lost in C."""

    def fail(_native):
        raise MemoryError("no room for a row")

    monkeypatch.setattr(_files, "_row", fail)
    with pytest.raises(MemoryError, match="no room"):
        demo.embed_files([folder / "a.wav"] * 3)


def test_progress_counts_recordings(demo, folder):
    seen = []
    demo.embed_files([folder / "a.wav"] * 5, progress=lambda *counts: seen.append(counts))
    assert seen[-1] == (5, 5)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "nothing given"),
        ({"paths": "a.wav", "manifest": "b.csv"}, "paths and manifest given"),
        ({"paths": [3]}, r"paths\[0\] is 3"),
        ({"paths": b"a.wav"}, "bytes"),
        ({"paths": iter(["a.wav"])}, r"list\(paths\)"),
        ({"paths": ["a.wav", "\udcff.wav"]}, r"paths\[1\].*not UTF-8"),
        ({"recordings": [{"id": "a"}]}, r"recordings\[0\]"),
        ({"recordings": [{"path": "a.wav", "rpm": float("nan")}]}, "'rpm'.*nan"),
        ({"recordings": [{"path": "a.wav", "x": {1, 2}}]}, "a set"),
        ({"paths": "a.wav", "level": "all"}, "level='all'"),
        ({"paths": "a.wav", "on_error": "skip"}, "'raise' or 'row'"),
        ({"paths": "a.wav", "channels": None}, "channels=None"),
        ({"paths": "a.wav", "channels": "left"}, "left"),
        ({"paths": "a.wav", "batch_size": 0}, "65536"),
        ({"paths": "a.wav", "csv_columns": "x,y"}, "list of columns"),
        ({"paths": "a.wav", "text": "yes"}, "True or False"),
        ({"paths": "a.wav", "csv_skip": 1.5}, "csv_skip=1.5"),
        ({"paths": "a.wav", "csv_rate": "minutes"}, "csv_rate"),
        ({"paths": "a.wav", "raw": "f32:1"}, "raw"),
        ({"paths": "a.wav", "sample_rate": 0.5}, "sample rate"),
    ],
    ids=str,
)
def test_requests_that_cannot_be_are_refused(demo, arguments, words):
    for call in (demo.embed_files, demo.iter_files):
        with pytest.raises((UsageError, SignalError), match=words):
            list(call(**arguments))


def test_options_that_do_not_exist_are_named(demo):
    with pytest.raises(TypeError, match="did you mean 'csv_columns'"):
        demo.embed_files("a.wav", csv_colums=["x"])
    with pytest.raises(TypeError, match="There are sample_rate"):
        demo.embed_files("a.wav", zzz=1)


def test_a_folder_without_recordings_says_so(demo, tmp_path):
    with pytest.raises(InputError, match=str(tmp_path)):
        demo.embed_files(tmp_path)


def test_what_a_search_leaves_out_is_logged(demo, folder, caplog):
    with caplog.at_level("INFO", logger="echo_gpu"):
        demo.embed_files([folder / "a.wav", folder], on_error="row")
    (message,) = [record.message for record in caplog.records if ".txt" in record.message]
    assert message.startswith("1 files of .txt are left out: take them with --")


def test_columns_that_may_be_mistyped_are_logged(demo, folder, caplog):
    demo.embed_files(recordings=[{"path": folder / "a.wav", "sample_rat": 16000}])
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert "sample_rat" in record.message
