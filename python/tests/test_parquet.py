"""Archives as Parquet files and as tables of other libraries, equal to the bit."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from extracted import extract, make_recordings, write_list, write_signal

import echo_gpu
from echo_gpu import EchoError, UsageError

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

COLUMNS = [
    "id",
    "channel",
    "sample_rate",
    "width",
    "embedding",
    "path",
    "samples",
    "frames",
    "note",
    "columns",
    "overrides",
    "device",
    "driver",
    "tiles",
    "attempt",
    "bytes",
    "modified",
    "run",
    "weights",
    "model",
    "precision",
    "version",
    "trained",
]


@pytest.fixture(scope="module", params=["parts", "files", "float16"])
def archive(request, command, tmp_path_factory):
    folder = tmp_path_factory.mktemp("parquet")
    recordings = make_recordings(folder / "in")
    options = {
        "parts": {"layout": "parts", "part_size": 2},
        "files": {"layout": "files"},
        "float16": {"layout": "parts", "dtype": "float16", "format": "safetensors"},
    }[request.param]
    output = folder / "out"
    extract(command, output, recordings, status=3, level="both", channels="each", **options)
    return echo_gpu.read(output)


@pytest.fixture(params=["utterance", "segment"])
def level(request):
    return request.param


def expected_rows(archive, level):
    """The embeddings of every row, from the recordings one by one."""
    for recording in archive:
        rows = recording.utterance[None] if level == "utterance" else recording.segments
        for number, row in enumerate(rows):
            yield recording, number, row.astype(np.float32)


def check(archive, level, rows):
    """Compare rows of columns with the archive, to the bit; order counts."""
    expected = list(expected_rows(archive, level))
    assert len(rows) == len(expected)
    for row, (recording, number, values) in zip(rows, expected, strict=True):
        embedding = np.asarray(row["embedding"], dtype=np.float32)
        assert embedding.tobytes() == values.tobytes()
        assert row["id"] == recording.id
        assert row["channel"] == recording.channel
        assert row["width"] == recording.width == embedding.size
        assert row["sample_rate"] == recording.sample_rate
        assert row["path"] == recording.path
        assert row["device"] == recording.device
        if level == "segment":
            assert row["segment"] == number
            assert row["start"] == recording.segment_starts[number]


class TestReaders:
    """What others read from the file."""

    @pytest.fixture
    def path(self, archive, level, tmp_path):
        return archive.to_parquet(tmp_path / "out.parquet", level=level, batch=3)

    def test_pyarrow(self, archive, level, path):
        table = pq.read_table(path)
        assert [name for name in table.column_names if name not in ("segment", "start")] == COLUMNS
        assert table.schema.field("embedding").type == pa.list_(pa.float32())
        check(archive, level, table.to_pylist())

    def test_polars(self, archive, level, path):
        polars = pytest.importorskip("polars")
        frame = polars.read_parquet(path)
        assert frame.schema["embedding"] == polars.List(polars.Float32)
        check(archive, level, frame.to_dicts())

    def test_duckdb(self, archive, level, path):
        duckdb = pytest.importorskip("duckdb")
        relation = duckdb.sql(f"SELECT * FROM '{path}'")  # noqa: S608  Our own file.
        assert str(dict(zip(relation.columns, relation.types, strict=True))["embedding"]) == (
            "FLOAT[]"
        )
        rows = [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
        check(archive, level, rows)

    def test_pandas(self, archive, level, path):
        pandas = pytest.importorskip("pandas")
        rows = pandas.read_parquet(path, engine="pyarrow").to_dict("records")
        check(archive, level, rows)


class TestTables:
    """The tables in memory."""

    def test_arrow(self, archive, level):
        check(archive, level, archive.to_arrow(level=level).to_pylist())

    def test_pandas(self, archive, level):
        pytest.importorskip("pandas")
        check(archive, level, archive.to_pandas(level=level).to_dict("records"))

    def test_polars(self, archive, level):
        pytest.importorskip("polars")
        check(archive, level, archive.to_polars(level=level).to_dicts())

    def test_dataset(self, archive, level):
        pytest.importorskip("datasets")
        check(archive, level, archive.to_dataset(level=level).to_list())

    def test_one_width(self, archive):
        table = archive.to_arrow(width=1344)
        assert table["id"].to_pylist() == archive.ids_of(1344)
        values = table["embedding"].combine_chunks().values.to_numpy()
        expected = archive.table(1344).astype(np.float32)
        np.testing.assert_array_equal(values.reshape(-1, 1344), expected)


class TestFile:
    def test_layout(self, archive, tmp_path):
        path = archive.to_parquet(tmp_path / "out.parquet", batch=3)
        metadata = pq.ParquetFile(path).metadata
        assert [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)] == [3, 3, 2]
        group = metadata.row_group(0)
        columns = {
            group.column(i).path_in_schema: group.column(i) for i in range(group.num_columns)
        }
        embedding = columns["embedding.list.element"]
        assert not embedding.has_dictionary_page
        assert embedding.physical_type == "FLOAT"
        assert columns["weights"].has_dictionary_page

    def test_what_it_comes_from(self, archive, tmp_path):
        table = pq.read_table(archive.to_parquet(tmp_path / "out.parquet"))
        assert set(table["weights"].to_pylist()) == {archive.settings["weights_sha256"]}
        assert set(table["model"].to_pylist()) == {"demo (untrained weights)"}
        assert set(table["trained"].to_pylist()) == {False}
        notes = json.loads(table.schema.metadata[b"echo_gpu.run"])
        assert notes["settings"] == dict(archive.settings)
        left_out = json.loads(table.schema.metadata[b"echo_gpu.left_out"])
        assert left_out == {"failed": 1, "replaced": 0}

    def test_nothing_is_left_where_it_fails(self, archive, tmp_path):
        path = tmp_path / "out.parquet"
        path.write_text("what was there")
        broken = echo_gpu.read(copied(archive, tmp_path / "copy"))
        for table in broken.folder.rglob("utterance-*" if has_parts(broken) else "*.utterance.npy"):
            table.write_bytes(table.read_bytes()[:-4])
        with pytest.raises(EchoError, match="is damaged"):
            broken.to_parquet(path)
        assert path.read_text() == "what was there"
        assert sorted(found.name for found in tmp_path.iterdir()) == ["copy", "out.parquet"]

    def test_paths_that_cannot_be_written(self, archive, tmp_path):
        with pytest.raises(EchoError, match="there is no folder") as caught:
            archive.to_parquet(tmp_path / "missing" / "out.parquet")
        assert caught.value.code == 73
        with pytest.raises(EchoError, match="is a folder"):
            archive.to_parquet(tmp_path)

    @pytest.mark.parametrize("batch", [0, 1 << 20])
    def test_batches_that_cannot_be(self, archive, tmp_path, batch):
        with pytest.raises(UsageError, match="is not 1 to 32768 rows"):
            archive.to_parquet(tmp_path / "out.parquet", batch=batch)

    def test_levels_that_are_not_there(self, command, tmp_path):
        write_signal(tmp_path / "a.wav", 0.5)
        archive = echo_gpu.read(extract(command, tmp_path / "out", tmp_path / "a.wav"))
        with pytest.raises(UsageError, match="have no segment embeddings"):
            archive.to_parquet(tmp_path / "out.parquet", level="segment")
        with pytest.raises(UsageError, match="level 'both' is none"):
            archive.to_arrow(level="both")
        with pytest.raises(ValueError, match="no embeddings of width 5"):
            archive.to_arrow(width=5)


class TestFields:
    """What a list says of recordings becomes columns."""

    def test_types(self, command, tmp_path):
        write_signal(tmp_path / "a.wav", 0.5)
        big = 2**60
        lines = [
            {
                "machine": "fan",
                "load": 1,
                "share": 1,
                "ok": True,
                "big": big,
                "mixed": 1,
                "empty": None,
            },
            {
                "machine": None,
                "load": 2,
                "share": 0.5,
                "ok": False,
                "big": 1,
                "mixed": "1",
                "empty": None,
            },
            {
                "machine": "é",
                "path2": ["x"],
                "width": "mine",
                "field_width": 3,
                "mixed": {"a": [1]},
            },
        ]
        rows = [{"path": "a.wav", "id": str(i)} | line for i, line in enumerate(lines)]
        listed = write_list(tmp_path / "list.jsonl", rows)
        archive = echo_gpu.read(extract(command, tmp_path / "out", manifest=listed, layout="parts"))
        table = archive.to_arrow()
        assert table.column_names[: len(COLUMNS)] == COLUMNS
        got = {name: table[name].to_pylist() for name in table.column_names[len(COLUMNS) :]}
        assert got == {
            "machine": ["fan", None, "é"],
            "load": [1, 2, None],
            "share": [1.0, 0.5, None],
            "ok": [True, False, None],
            "big": [big, 1, None],
            "mixed": ["1", "1", '{"a": [1]}'],
            "empty": [None, None, None],
            "path2": [None, None, '["x"]'],
            "field_width": [None, None, 3],
            "field_field_width": [None, None, "mine"],
        }
        assert table["width"].to_pylist() == [1344] * 3
        kinds = {name: str(table.schema.field(name).type) for name in got}
        assert kinds["load"] == kinds["big"] == "int64"
        assert (kinds["share"], kinds["ok"], kinds["mixed"]) == ("double", "bool", "string")

    def test_those_of_replaced_rows_are_left_out(self, command, tmp_path):
        write_signal(tmp_path / "a.wav", 0.5)
        for number, field in enumerate(("old", "new")):
            rows = [{"path": "a.wav", "id": "a", field: 1}]
            listed = write_list(tmp_path / "list.jsonl", rows)
            extract(command, tmp_path / "out", manifest=listed, layout="parts")
            write_signal(tmp_path / "a.wav", 0.6, seed=number + 1)
        archive = echo_gpu.read(tmp_path / "out")
        assert archive.replaced == 1
        assert archive.to_arrow().column_names[len(COLUMNS) :] == ["new"]


@pytest.mark.parametrize(
    ("package", "method", "extra"),
    [
        ("pyarrow", "to_arrow", "'echo-gpu[parquet]'"),
        ("pyarrow", "to_parquet", "'echo-gpu[parquet]'"),
        ("pandas", "to_pandas", "'echo-gpu[parquet]' pandas"),
        ("polars", "to_polars", "'echo-gpu[parquet]' polars"),
        ("datasets", "to_dataset", "'echo-gpu[parquet]' datasets"),
    ],
)
def test_packages_that_are_not_installed(archive, subprocess_run, package, method, extra):
    """A process in which the package cannot be found."""
    output = subprocess_run(
        "import sys, echo_gpu",
        "folder, package, method = sys.argv[1:]",
        "sys.modules[package] = None",
        "archive = echo_gpu.read(folder)",
        "arguments = ['out.parquet'] if method == 'to_parquet' else []",
        "try: getattr(archive, method)(*arguments)",
        "except ImportError as error: print(error)",
        arguments=(archive.folder, package, method),
    )
    assert output == f"{package} is not installed. Install it: pip install {extra}\n"


def copied(archive, target):
    return shutil.copytree(archive.folder, target)


def has_parts(archive):
    return archive.run.layout == "parts"
