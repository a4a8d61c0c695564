"""`echo_gpu.read` on folders that are damaged, or none of ours."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from extracted import copied

import echo_gpu
from echo_gpu import EchoError
from echo_gpu._archive.columns import read_columns
from echo_gpu.errors import InputError, UsageError


def test_none_of_ours(tmp_path):
    with pytest.raises(EchoError, match="not an output folder of echo-gpu extract") as caught:
        echo_gpu.read(tmp_path)
    assert (caught.value.code, caught.value.kind) == (65, "data")
    (tmp_path / "run.json").write_text('{"settings": {"model": "another program"}}')
    with pytest.raises(EchoError, match=r"run\.json: is not what echo-gpu wrote"):
        echo_gpu.read(tmp_path)
    with pytest.raises(InputError, match="there is no such folder"):
        echo_gpu.read(tmp_path / "missing")


@pytest.mark.parametrize("address", ["s3://bucket/archive", Path("s3://bucket/archive")])
def test_an_address_is_named_as_it_is(address, tmp_path, monkeypatch):
    with pytest.raises(UsageError, match=r"^s3://bucket/archive is an address.*rclone mount"):
        echo_gpu.read(address)
    # A folder that is called so is a folder.
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s3:" / "bucket" / "archive").mkdir(parents=True)
    with pytest.raises(EchoError, match="not an output folder"):
        echo_gpu.read(address)


def test_run_json_is_missing(archives, tmp_path):
    output = copied(archives("parts"), tmp_path)
    (output / "run.json").unlink()
    with pytest.raises(EchoError, match=r"has manifest-000000.jsonl and no run\.json"):
        echo_gpu.read(output)


@pytest.mark.parametrize("name", ["parts", "float16 safetensors", "files"])
def test_tables_that_are_cut_off(archives, tmp_path, name):
    output = copied(archives(name), tmp_path)
    pattern = "utterance-1344*" if name != "files" else "r0.wav*.utterance.npy"
    (table,) = output.glob(pattern)
    table.write_bytes(table.read_bytes()[:-8])
    archive = echo_gpu.read(output)
    why = "tensor 'utterance' ends at byte" if name == "float16 safetensors" else ""
    with pytest.raises(EchoError, match=f"{table.name}: is damaged: .*{why}") as caught:
        archive.table(1344)
    assert caught.value.code == 65
    table.write_bytes(b"")
    with pytest.raises(EchoError, match=f"{table.name}: is damaged"):
        _ = echo_gpu.read(output)["r0.wav"].utterance


class WhileTheyAreRead(list):
    """Names of manifests, of which the first goes when the last is asked for."""

    def __init__(self, folder, names):
        super().__init__(names)
        self.first = folder / names[0]

    def __iter__(self):
        for index, name in enumerate(super().__iter__()):
            if index == len(self) - 1:
                self.first.unlink(missing_ok=True)
            yield name


def test_parts_that_are_joined_meanwhile(archives, tmp_path):
    output = copied(archives("parts"), tmp_path)
    lines = (output / "manifest-000000.jsonl").read_text()
    (output / "manifest-000009.jsonl").write_text(lines)
    names = WhileTheyAreRead(output, ["manifest-000000.jsonl", "manifest-000009.jsonl"])
    message = r"manifest-000000\.jsonl: another process, such as echo-gpu compact"
    with pytest.raises(EchoError, match=message) as caught:
        read_columns(output, names, appended=False)
    assert (caught.value.code, caught.value.kind) == (4, "busy")
    with pytest.raises(EchoError, match=message):
        read_columns(output, list(names), appended=False)


def test_tables_with_fewer_rows(archives, tmp_path):
    output = copied(archives("parts"), tmp_path)
    (table,) = output.glob("utterance-1344*")
    np.save(table, np.load(table)[:3])
    archive = echo_gpu.read(output)
    message = rf"{table.name}: has shape \[3, 1344\], and its manifest names 6 rows of 1344"
    with pytest.raises(EchoError, match=message):
        archive.table(1344)
    with pytest.raises(EchoError, match=table.name):
        archive.to_arrow()


def test_missing_tables(archives, tmp_path):
    output = copied(archives("small parts"), tmp_path)
    table = next(output.glob("utterance-1344*"))
    table.unlink()
    with pytest.raises(EchoError, match=f"{table.name}: is not there, and a manifest names it"):
        echo_gpu.read(output).table(1344)


def test_tables_without_their_manifest_are_left_out_with_a_warning(archives, tmp_path):
    output = copied(archives("small parts"), tmp_path)
    whole = len(echo_gpu.read(output))
    manifest = sorted(output.glob("manifest-*.jsonl"))[1]
    gone = sum('"status":"ok"' in line for line in manifest.read_text().splitlines())
    manifest.unlink()
    with pytest.warns(UserWarning, match=r"tables have no manifest and are left out: .*-000001\."):
        archive = echo_gpu.read(output)
    assert len(archive) == whole - gone < whole


@pytest.mark.parametrize("name", ["small parts", "files"])
def test_what_is_whole_gives_no_warning(archives, name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        echo_gpu.read(archives(name))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b'"width":1344', b'"width":"1344"', r'line \d: "width" is not there or not of'),
        (b'"width":1344', b'"wide":1344', r'line \d: "width" is not there or not of its type'),
        (b'"attempt":1', b'"attempt":0', r'line 1: "attempt"'),
        (b'"status":"ok"', b'"status":"fine"', r'line \d: "status"'),
        (b'"utterance-', b'"../utterance-', r'line \d: "utterance_file"'),
        (b'"segment_rows":[0,', b'"segment_rows":[9999,', r'line \d: "segment_rows"'),
        (b'"utterance_row":1', b'"utterance_row":-1', r'line \d: "utterance_row"'),
        (b'"utterance_row":1', b'"utterance_row":null', r'names no "utterance_row" for'),
        (b'"width":1344', b'"fields":3,"width":1344', r'line \d: "fields"'),
        (b'{"id"', b'{"id', r"line 1 is no JSON object"),
        (b'{"id"', b'{"x":' + b"[" * 99_999 + b"]" * 99_999 + b',"id"', r"line 1 is no JSON"),
        (b'"id":"r0', b'"id":"\xff', r"line \d is no JSON object"),
    ],
)
def test_manifests(archives, tmp_path, old, new, message):
    output = copied(archives("parts"), tmp_path)
    manifest = output / "manifest-000000.jsonl"
    manifest.write_bytes(manifest.read_bytes().replace(old, new, 1))
    with pytest.raises(EchoError, match=rf"manifest-000000\.jsonl: .*{message}") as caught:
        echo_gpu.read(output)
    assert caught.value.kind == "data"


def test_manifests_of_parts_that_are_cut_off(archives, tmp_path):
    output = copied(archives("parts"), tmp_path)
    manifest = output / "manifest-000000.jsonl"
    manifest.write_bytes(manifest.read_bytes()[:-1])
    with pytest.raises(EchoError, match=r"manifest-000000\.jsonl: it is cut off"):
        echo_gpu.read(output)


def test_two_folders_in_one(archives, tmp_path):
    output = copied(archives("parts"), tmp_path)
    text = (output / "manifest-000000.jsonl").read_bytes()
    (output / "manifest-000001.jsonl").write_bytes(text)
    message = r"is there twice, in manifest-000000.jsonl and in manifest-000001.jsonl"
    with pytest.raises(EchoError, match=message):
        echo_gpu.read(output)


def test_a_manifest_that_is_replaced_meanwhile(archives, tmp_path):
    output = copied(archives("parts"), tmp_path)
    archive = echo_gpu.read(output)
    (output / "manifest-000000.jsonl").write_bytes(b"short\n")
    with pytest.raises(EchoError, match="replaced it since the folder was read"):
        archive[0]
