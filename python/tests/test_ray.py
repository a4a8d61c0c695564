"""`echo_gpu.ray.extract` on a Ray of this machine. A test that hangs fails."""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

import numpy as np
import pytest

ray = pytest.importorskip("ray")
pytest.importorskip("ray.data")

import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402
from mixed_recordings import hum, write_recordings, write_wave  # noqa: E402

import echo_gpu  # noqa: E402
import echo_gpu.ray  # noqa: E402
from echo_gpu._core.devices import Device  # noqa: E402
from echo_gpu._ray.gpus import choose  # noqa: E402

# Seconds that a test may take; most take 2 to 5. Ray waits for ever without a word.
TIME_LIMIT = 180
# Workers cannot import this file.
ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])


@pytest.fixture(autouse=True)
def time_limit():
    def fail(_number, _frame):
        pytest.fail(f"Ray did not come to an end within {TIME_LIMIT} s")

    before = signal.signal(signal.SIGALRM, fail)
    signal.alarm(TIME_LIMIT)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def start(**resources):
    ray.init(
        num_cpus=2,
        include_dashboard=False,
        object_store_memory=100 << 20,
        log_to_driver=False,
        logging_level="ERROR",
        **resources,
    )
    ray.data.DataContext.get_current().enable_progress_bars = False


@pytest.fixture(scope="module")
def cluster():
    start(num_gpus=0)
    yield
    ray.shutdown()


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    return [str(path) for path in write_recordings(tmp_path_factory.mktemp("recordings"))]


def extract(dataset, **settings):
    settings = {"model": "demo", "device": "cpu", "gpus_per_worker": 0} | settings
    return echo_gpu.ray.extract(dataset, **settings)


def items(paths, times=1):
    return [{"number": n, "path": path} for n, path in enumerate(paths * times)]


def in_order(dataset):
    return sorted(dataset.take_all(), key=lambda row: (row["number"], row["channel"] or 0))


def check(rows, expected):
    """Check rows against those that the encoder gives for each path by itself."""
    for row in rows:
        by_itself = expected[row["path"], row["channel"]]
        assert (row["status"], row["code"]) == (by_itself.status, by_itself.code)
        if by_itself.status == "ok":
            assert np.array_equal(np.float32(row["embedding"]), by_itself.utterance)
        else:
            assert (row["reason"], row["embedding"]) == (by_itself.reason, None)


def by_path(demo, paths, **settings):
    listed = [{"path": path} for path in paths]
    rows = demo.embed_files(recordings=listed, on_error="row", **settings)
    return {(row.path, row.channel): row for row in rows}


@pytest.mark.usefixtures("cluster")
def test_rows_stay_beside_their_columns(demo, paths):
    dataset = ray.data.from_items(items(paths, 6))
    rows = in_order(extract(dataset, num_workers=2, batch_size=5))
    assert [(row["number"], row["path"]) for row in rows] == list(enumerate(paths * 6))
    assert {row["status"] for row in rows} == {"ok", "failed"}
    check(rows, by_path(demo, paths))


@pytest.mark.usefixtures("cluster")
def test_each_channel_is_a_row(demo, paths):
    rows = in_order(extract(ray.data.from_items(items(paths)), channels="each"))
    assert len(rows) == len(paths) + 1
    check(rows, by_path(demo, paths, channels="each"))


@pytest.mark.usefixtures("cluster")
def test_parquet_in_and_out(demo, paths, tmp_path):
    for part in range(3):
        table = pa.Table.from_pylist(items(paths)[part::3])
        pq.write_table(table, tmp_path / f"{part}.parquet")
    dataset = ray.data.read_parquet(str(tmp_path))
    extract(dataset, level="both").write_parquet(str(tmp_path / "out"))
    table = pq.read_table(tmp_path / "out").sort_by("number")
    assert table["path"].to_pylist() == paths
    assert str(table.schema.field("embedding").type) == "list<element: float>"
    check(table.to_pylist(), by_path(demo, paths))
    for row, expected in zip(
        table.to_pylist(), demo.embed_files(paths, level="both", on_error="row"), strict=True
    ):
        if expected.status == "ok":
            assert np.array_equal(np.float32(row["segments"]), expected.segments)


@pytest.mark.usefixtures("cluster")
def test_files_that_ray_read(demo, paths):
    there = [path for path in paths if os.path.exists(path)]  # noqa: PTH110
    dataset = ray.data.read_binary_files(there, include_paths=True)
    rows = extract(dataset, batch_size=2).take_all()
    assert sorted(row["path"] for row in rows) == sorted(there)
    for row in rows:
        (expected,) = demo.embed_files([row["path"]], on_error="row")
        assert (row["status"], row["code"]) == (expected.status, expected.code)
        assert expected.status == "failed" or np.array_equal(
            np.float32(row["embedding"]), expected.utterance
        )


@pytest.mark.usefixtures("cluster")
@pytest.mark.parametrize("lengths", [(4000, 4000, 4000), (4000, 3000, 20)])
def test_signals_as_ray_keeps_arrays(demo, lengths):
    # Ray has a type of its own for arrays of one shape, and another for those of several.
    signals = [hum(length, seed) for seed, length in enumerate(lengths)]
    dataset = ray.data.from_items(
        [{"number": n, "signal": s, "sample_rate": 16_000} for n, s in enumerate(signals)]
    )
    rows = in_order(extract(dataset))
    for row, samples in zip(rows, signals, strict=True):
        assert np.array_equal(row["signal"], samples)
        if len(samples) < 400:
            assert row["code"] == "too-short"
        else:
            assert np.array_equal(np.float32(row["embedding"]), demo.embed(samples, 16_000))


@pytest.mark.usefixtures("cluster")
def test_a_failure_ends_the_run_where_that_is_asked_for(paths):
    dataset = extract(ray.data.from_items(items(paths)), on_error="raise")
    with pytest.raises(ray.exceptions.RayTaskError, match=r"SignalError: .*short\.wav: 30 samples"):
        dataset.take_all()


@pytest.mark.usefixtures("cluster")
def test_a_model_that_is_not_there_ends_the_run(paths):
    dataset = extract(ray.data.from_items(items(paths)), model="/nowhere/model")
    with pytest.raises(ray.exceptions.RayError, match="/nowhere/model"):
        dataset.take_all()


@pytest.mark.usefixtures("cluster")
def test_relative_paths_start_where_extract_was_called(paths, monkeypatch):
    monkeypatch.chdir(os.path.dirname(paths[0]))  # noqa: PTH120
    dataset = ray.data.from_items([{"path": os.path.basename(paths[0])}])  # noqa: PTH119
    embedded = extract(dataset)
    monkeypatch.chdir("/")
    assert embedded.take_all()[0]["status"] == "ok"


@pytest.mark.usefixtures("cluster")
def test_a_worker_that_dies_loses_nothing(demo, paths, tmp_path, monkeypatch):
    worker = echo_gpu.ray._Worker
    mark = str(tmp_path / "died")

    class DiesOnce(worker):
        def __call__(self, table):
            done = super().__call__(table)
            if not os.path.exists(mark):  # noqa: PTH110
                os.mkdir(mark)  # noqa: PTH102
                os._exit(1)
            return done

    monkeypatch.setattr(echo_gpu.ray, "_Worker", DiesOnce)
    rows = in_order(extract(ray.data.from_items(items(paths, 3)), batch_size=4))
    assert os.path.exists(mark)  # noqa: PTH110
    assert [row["number"] for row in rows] == list(range(3 * len(paths)))
    check(rows, by_path(demo, paths))


def test_the_snippets_of_the_documentation(paths, tmp_path):
    text = (pathlib.Path(__file__).parents[2] / "docs" / "ray.md").read_text(encoding="utf-8")
    first, look, go_on, partitions = (
        block.replace("/data", str(tmp_path)).replace("yucongzh/echo-tiny-0828", "demo")
        for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL)
        if "/data/" in block
    )
    shutil.copytree(os.path.dirname(paths[0]), tmp_path / "machines")  # noqa: PTH120
    names: dict[str, object] = {}
    exec(first, names)  # noqa: S102
    exec(look, names)  # noqa: S102
    # short.wav and broken.wav; gone.wav is not there to be found.
    assert len(names["failed"]) == 2
    more = write_wave(tmp_path / "more.wav", [hum(4000, 7)], 16_000)
    listed = [*map(str, (tmp_path / "machines").iterdir()), str(more)]
    listing = tmp_path / "list-of-recordings"
    listing.mkdir()
    pq.write_table(pa.table({"path": listed}), listing / "0.parquet")
    before = names["table"].num_rows
    for _ in range(2):
        exec(go_on, names)  # noqa: S102
        table = pq.read_table(tmp_path / "embeddings")
        # The new one once; those that failed again.
        before += 3 if str(more) not in names["done"] else 2
        assert len(table) == before
        good = table.filter(pa.compute.equal(table["status"], "ok"))["path"].to_pylist()
        assert sorted(good) == sorted(
            set(listed) - {p for p in listed if "short" in p or "broken" in p}
        )
    exec(partitions, names)  # noqa: S102
    rates = {entry.name for entry in (tmp_path / "embeddings-by-rate").iterdir()}
    assert {"sample_rate=16000", "sample_rate=8000"} <= rates


@pytest.mark.usefixtures("cluster")
@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"gpus_per_worker": 1}, "no GPU.*gpus_per_worker=0"),
        ({"num_workers": 2, "cpus_per_worker": 1}, "2 of the 2 CPUs.*1 more"),
        ({"num_workers": 0}, "num_workers is 0"),
        ({"num_workers": (3, 2)}, r"num_workers is \(3, 2\)"),
        ({"level": "all"}, "level is 'all'"),
        ({"source": "bytes"}, "no column 'bytes'"),
    ],
)
@pytest.mark.usefixtures("cluster")
def test_what_would_wait_for_ever_or_fail_later_is_refused_at_once(settings, match):
    dataset = ray.data.from_items([{"path": "a.wav"}])
    with pytest.raises(echo_gpu.UsageError, match=match):
        extract(dataset, **settings)


@pytest.mark.usefixtures("cluster")
def test_only_datasets_are_taken():
    with pytest.raises(echo_gpu.UsageError, match="from_items"):
        extract(["a.wav"])


@pytest.mark.usefixtures("cluster")
def test_a_gpu_that_opencl_does_not_show_ends_the_run(paths):
    if any(device.type == "gpu" for device in echo_gpu.devices()):
        pytest.skip("there is a GPU")
    ray.shutdown()
    start(num_gpus=1)
    try:
        dataset = ray.data.from_items(items(paths))
        with pytest.raises(echo_gpu.UsageError, match="need 2, and this Ray cluster has 1"):
            extract(dataset, gpus_per_worker=1, num_workers=2)
        with pytest.raises(
            ray.exceptions.RayError, match="DeviceError: Ray gave this worker GPU 0"
        ):
            extract(dataset, gpus_per_worker=1, device="auto").take_all()
    finally:
        ray.shutdown()
        start(num_gpus=0)


def gpu(selector, vendor):
    return Device(selector, f"GPU {selector}", "gpu", vendor, "", "", 0, True, {})


NVIDIA = [gpu(f"0:{n}", "NVIDIA Corporation") for n in range(4)]
AMD = [gpu(f"1:{n}", "Advanced Micro Devices, Inc.") for n in range(2)]


@pytest.mark.parametrize(
    ("given", "shown", "makers", "expected"),
    [
        (["3"], NVIDIA[:1], [("nvidia",)], ["0:0"]),  # the others are hidden
        (["3"], NVIDIA, [("nvidia",)], ["0:3"]),  # they are not
        (["1", "2"], NVIDIA, [("nvidia",)], ["0:1", "0:2"]),
        (["1"], [*NVIDIA[:1], *AMD], [("nvidia",)], ["0:0"]),
        (["1"], [*AMD, NVIDIA[0]], [("nvidia",)], ["0:0"]),
        (["1"], [*NVIDIA, *AMD], [("amd", "advanced micro devices")], ["1:1"]),
        (["GPU-ab"], NVIDIA[:1], [("nvidia",)], ["0:0"]),
        (["GPU-ab"], NVIDIA, [("nvidia",)], None),
        (["0"], [*NVIDIA[:1], *AMD[:1]], [], None),
        (["0"], AMD, [("nvidia",)], None),
        (["0"], [], [], None),
    ],
)
def test_gpus_of_ray_among_those_of_opencl(given, shown, makers, expected):
    if expected is None:
        with pytest.raises(echo_gpu.DeviceError, match=given[0]):
            choose(given, shown, makers)
    else:
        assert choose(given, shown, makers) == expected


@pytest.mark.parametrize("package", ["ray", "pyarrow"])
def test_without_ray_it_says_what_to_install(package):
    code = f"import sys; sys.modules[{package!r}] = None; import echo_gpu.ray"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 1
    assert "ImportError" in done.stderr
    assert "pip install 'echo-gpu[ray]'" in done.stderr
