"""Tables through `Embedder`, without Ray, Spark or Dask."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile

import numpy as np
import pytest

pa = pytest.importorskip("pyarrow")

from mixed_recordings import hum, write_recordings, write_wave  # noqa: E402

import echo_gpu  # noqa: E402
from echo_gpu.embedder import Embedder, _output  # noqa: E402

ADDED = (
    "channel", "sample_rate", "samples", "status", "code", "reason", "note", "width", "embedding",
    "device", "driver", "tiles", "weights", "precision", "version",
)  # fmt: skip


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    return [str(path) for path in write_recordings(tmp_path_factory.mktemp("recordings"))]


def embedder(**settings):
    return Embedder("demo", **{"device": "cpu"} | settings)


def table_of(paths):
    return pa.table({"machine": [f"m{n}" for n in range(len(paths))], "path": paths})


def same(vector, expected):
    return np.array_equal(np.array(vector, np.float32), expected)


def test_every_row_has_its_answer_beside_its_columns(demo, paths):
    given = table_of(paths)
    table = embedder()(given)
    table.validate(full=True)
    assert table.column_names == ["machine", "path", *ADDED]
    assert table.select(["machine", "path"]) == given
    listed = [{"path": path} for path in paths]
    expected = {row.path: row for row in demo.embed_files(recordings=listed, on_error="row")}
    for row in table.to_pylist():
        by_itself = expected[row["path"]]
        assert row["status"] == by_itself.status
        assert (row["code"], row["reason"]) == (by_itself.code, by_itself.reason)
        if by_itself.status == "ok":
            assert same(row["embedding"], by_itself.utterance)
            assert row["width"] == len(row["embedding"])
            assert row["sample_rate"] == by_itself.sample_rate
            assert row["samples"] == by_itself.fields["samples"]
            assert row["weights"] == demo.description["weights_sha256"]
            assert row["device"] == by_itself.fields["device"]
        else:
            assert row["reason"]
            assert row["embedding"] is None
    assert table["code"].to_pylist().count(None) == len(paths) - 3
    assert {"too-short", "unreadable", "missing"} <= set(table["code"].to_pylist())


def test_columns_that_were_there_share_their_memory(paths):
    given = table_of(paths)
    table = embedder()(given)
    before = given["path"].chunk(0).buffers()[2].address
    assert table["path"].chunk(0).buffers()[2].address == before


def test_each_channel_is_a_row(demo, paths):
    table = embedder(channels="each")(table_of(paths))
    stereo = [row for row in table.to_pylist() if "stereo" in row["path"]]
    assert [row["channel"] for row in stereo] == [0, 1]
    assert {row["machine"] for row in stereo} == {f"m{paths.index(stereo[0]['path'])}"}
    expected = demo.embed_files([stereo[0]["path"]], channels="each")
    assert all(same(a["embedding"], b.utterance) for a, b in zip(stereo, expected, strict=True))
    assert len(table) == len(paths) + 1
    machines = table["machine"].to_pylist()
    assert machines == sorted(machines)


@pytest.mark.parametrize("channels", ["mean", "first", "last", "concatenate", 0])
def test_channels_as_the_encoder_takes_them(demo, paths, channels):
    path = next(path for path in paths if "stereo" in path)
    row = embedder(channels=channels)(pa.table({"path": [path]})).to_pylist()[0]
    expected = demo.embed_files([path], channels=channels)[0]
    assert same(row["embedding"], expected.utterance)
    assert row["width"] == expected.width


@pytest.mark.parametrize("level", ["segment", "both"])
def test_segments_are_lists_of_rows(demo, paths, level):
    table = embedder(level=level)(table_of(paths))
    assert ("embedding" in table.column_names) == (level == "both")
    expected = {row.path: row for row in demo.embed_files(paths, level=level, on_error="row")}
    for row in table.to_pylist():
        if row["status"] == "ok":
            assert same(row["segments"], expected[row["path"]].segments)
        else:
            assert row["segments"] is None


def test_more_elements_than_a_list_of_arrow_holds_are_chunks(monkeypatch, paths):
    given = table_of(paths)
    whole = embedder(level="both")(given)
    # Far fewer than the 2^31 that would take 8 GB.
    monkeypatch.setattr(_output, "MOST_ELEMENTS", 5_000)
    chunked = embedder(level="both")(given)
    assert chunked["segments"].num_chunks > whole["segments"].num_chunks == 1
    assert chunked.equals(whole)
    monkeypatch.setattr(_output, "MOST_ELEMENTS", 100)
    with pytest.raises(echo_gpu.EchoError, match="at most 100"):
        embedder()(given)


def test_paths_are_relative_to_a_folder_or_uris(paths):
    good = paths[0]
    folder, name = os.path.split(good)
    uri = "file://" + good.replace(" ", "%20")
    others = [None, "", "s3://bucket/a.wav", "a.tar.gz", folder]
    rows = embedder(folder=folder)(pa.table({"path": [name, good, uri, *others]})).to_pylist()
    assert [row["status"] for row in rows] == ["ok"] * 3 + ["failed"] * 5
    assert rows[0]["embedding"] == rows[1]["embedding"] == rows[2]["embedding"]
    assert [row["code"] for row in rows[3:]] == [
        "no-input", "no-input", "remote", "archive", "not-a-file",
    ]  # fmt: skip
    assert "read_binary_files" in rows[5]["reason"]


def test_files_as_bytes(demo, paths, tmp_path, monkeypatch):
    good = paths[:5]
    contents = [open(path, "rb").read() for path in good]  # noqa: PTH123, SIM115
    # A path beside bytes is a name, wherever it leads.
    names = [f"bucket/{os.path.basename(path)}" for path in good]  # noqa: PTH119
    table = pa.table({"bytes": [*contents, None], "path": [*names, None]})
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    rows = embedder(batch_size=2)(table).to_pylist()
    assert list(tmp_path.iterdir()) == []
    for row, expected in zip(rows, demo.embed_files(good, on_error="row"), strict=False):
        assert row["status"] == expected.status
        assert row["code"] == expected.code
        assert row["embedding"] is None or same(row["embedding"], expected.utterance)
    assert rows[-1]["code"] == "no-input"


def signal_table():
    rates = [16_000, 8_000, 16_000, 16_000, 16_000, 1.5, 16_000, 12_000]
    signals = [hum(4000, 1), hum(3000, 2), np.zeros(0), hum(20, 3), hum(4000, 4), hum(4000, 5)]
    signals[4][7] = np.nan
    signals += [None, hum(4000, 6)]
    return pa.table({"signal": pa.array(signals, pa.list_(pa.float32())), "sample_rate": rates})


def test_signals(demo):
    table = embedder()(signal_table())
    rows = table.to_pylist()
    assert [row["code"] for row in rows] == [
        None, None, "empty", "too-short", "not-finite", "no-sample-rate", "no-input", None,
    ]  # fmt: skip
    assert table.column_names.count("sample_rate") == 1
    assert "sample 7" in rows[4]["reason"]
    assert "1.5" in rows[5]["reason"]
    good = [row for row in rows if row["status"] == "ok"]
    expected = demo.embed([hum(4000, 1), hum(3000, 2), hum(4000, 6)], [16_000, 8_000, 12_000])
    assert all(same(a["embedding"], b) for a, b in zip(good, expected, strict=True))
    assert [row["samples"] for row in good] == [4000, 3000, 4000]
    later = embedder()(signal_table().slice(3))
    assert later.drop_columns(["signal"]) == table.slice(3).drop_columns(["signal"])


@pytest.mark.parametrize(
    "kind",
    [
        pa.large_list(pa.float32()),
        pa.list_(pa.float64()),
        pa.list_(pa.float32(), 4000),
        pa.fixed_shape_tensor(pa.float32(), [4000]),
    ],
)
def test_signals_of_any_list_type(demo, kind):
    signals = [hum(4000, seed) for seed in range(3)]
    if isinstance(kind, pa.BaseExtensionType):
        column = kind.wrap_array(pa.array(signals, pa.list_(pa.float32(), 4000)))
    else:
        column = pa.array(signals, kind)
    table = pa.table({"signal": column, "sample_rate": [16_000] * 3}).slice(1)
    rows = embedder()(table).to_pylist()
    expected = demo.embed(signals[1:], 16_000)
    assert all(same(a["embedding"], b) for a, b in zip(rows, expected, strict=True))


def test_what_is_no_signal_is_refused():
    words = pa.table({"signal": [["a"], ["b"]], "sample_rate": [1, 1]})
    with pytest.raises(echo_gpu.UsageError, match="list<"):
        embedder()(words)
    images = pa.fixed_shape_tensor(pa.float32(), [2, 2])
    column = images.wrap_array(pa.array([[1.0] * 4], pa.list_(pa.float32(), 4)))
    with pytest.raises(echo_gpu.UsageError, match="2 dimensions"):
        embedder()(pa.table({"signal": column, "sample_rate": [1]}))


def test_options_of_a_row(demo, tmp_path):
    signal = hum(8000, 1)
    np.save(tmp_path / "a.npy", signal)
    write_wave(tmp_path / "b.wav", [signal], 8_000)
    table = pa.table(
        {
            "path": ["a.npy", "b.wav", "a.npy", "a.npy"],
            "sample_rate": [16_000, None, None, -1],
            "start": [None, 0.25, None, None],
        }
    )
    options = {"option_columns": ["sample_rate", "start"], "folder": str(tmp_path)}
    rows = embedder(**options)(table).to_pylist()
    assert [row["status"] for row in rows] == ["ok", "ok", "failed", "failed"]
    assert [row["sample_rate"] for row in rows[:3]] == [16_000, 8_000, None]
    assert same(rows[0]["embedding"], demo.embed(signal, 16_000))
    part = {"path": str(tmp_path / "b.wav"), "start": 0.25}
    assert same(rows[1]["embedding"], demo.embed_files(recordings=[part])[0].utterance)
    assert [row["code"] for row in rows[2:]] == ["no-sample-rate", "option"]
    assert rows[3]["reason"].startswith("sample_rate: -1 is no sample rate")


def test_a_failure_is_raised_where_that_is_asked_for(paths):
    with pytest.raises(echo_gpu.SignalError, match=r"short\.wav: 30 samples") as caught:
        embedder(on_error="raise")(table_of(paths))
    assert caught.value.index == 1
    with pytest.raises(echo_gpu.SignalError, match="row 2: holds no samples"):
        embedder(on_error="raise")(signal_table())


@pytest.mark.parametrize(
    ("columns", "settings", "match"),
    [
        ({"x": [1]}, {}, "no column to embed"),
        ({"path": ["a"], "signal": [[1.0]]}, {}, "'path' and 'signal'"),
        ({"path": ["a"], "status": ["x"]}, {}, "prefix="),
        ({"path": ["a"], "sample_rate": [1]}, {}, "option_columns="),
        ({"path": ["a"]}, {"option_columns": ["start"]}, "'start'"),
        ({"path": ["a"]}, {"source": "bytes"}, "'bytes'"),
        ({"signal": [[1.0]]}, {}, "'sample_rate'"),
        ({"signal": [[1.0]], "sample_rate": [1]}, {"channels": "each"}, "channels='each'"),
        ({"signal": [[1.0]], "sample_rate": [1]}, {"mat_key": "a"}, "mat_key"),
    ],
)
def test_columns_that_do_not_fit_are_refused_before_any_work(columns, settings, match):
    with pytest.raises(echo_gpu.UsageError, match=match):
        embedder(**settings).schema(pa.table(columns).schema)


@pytest.mark.parametrize(
    "settings",
    [
        {"level": "all"}, {"on_error": "skip"}, {"source": "file"}, {"batch_size": 0},
        {"option_columns": "start"}, {"channels": 1.5}, {"csv_skip": "a"},
    ],
)  # fmt: skip
def test_settings_are_checked_at_once(settings):
    with pytest.raises(echo_gpu.UsageError, match=next(iter(settings)).split("_")[0]):
        embedder(**settings)


def test_a_prefix_stands_before_what_is_added(paths):
    given = pa.table({"path": paths[:1], "status": ["new"]})
    table = embedder(prefix="echo_")(given)
    assert table["status"].to_pylist() == ["new"]
    assert table["echo_status"].to_pylist() == ["ok"]


@pytest.mark.parametrize("level", ["utterance", "segment", "both"])
def test_the_schema_is_known_beforehand(paths, level):
    wanted = embedder(level=level)
    given = table_of(paths)
    assert wanted.schema(given.schema) == wanted(given).schema
    empty = wanted(given.slice(0, 0))
    assert (empty.schema, len(empty)) == (wanted.schema(given.schema), 0)


def test_it_is_pickled_as_settings(paths):
    first = embedder(channels="each")
    table = table_of(paths)
    expected = first(table)
    assert pickle.loads(pickle.dumps(first))(table) == expected
    assert len(pickle.dumps(first)) < 2000
    first.close()
    assert first(table) == expected


def test_batches_as_spark_passes_them(paths):
    table = table_of(paths)
    batches = list(embedder().batches(iter(table.to_batches(max_chunksize=3))))
    assert all(isinstance(batch, pa.RecordBatch) for batch in batches)
    assert pa.Table.from_batches(batches) == embedder()(table)


def test_frames_as_dask_passes_them(paths):
    pytest.importorskip("pandas")
    frame = table_of(paths).to_pandas().set_index("machine")
    embedded = embedder().frame(frame)
    assert embedded.index.equals(frame.index)
    expected = embedder()(table_of(paths))["embedding"].to_pylist()
    for ours, theirs in zip(embedded["embedding"], expected, strict=True):
        assert (ours is None and theirs is None) or same(ours, theirs)
    assert (embedder().frame(frame.iloc[:0]).dtypes == embedded.dtypes).all()
    assert (embedder().frame(frame.iloc[:1]).dtypes == embedded.dtypes).all()


def test_without_pyarrow_it_says_what_to_install():
    code = "import sys; sys.modules['pyarrow'] = None; import echo_gpu.embedder"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 1
    assert "ImportError" in done.stderr
    assert "pip install 'echo-gpu[parquet]'" in done.stderr
