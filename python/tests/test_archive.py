"""`echo_gpu.read` on folders that the command made."""

from __future__ import annotations

import json
import pickle
import subprocess
import warnings

import numpy as np
import pytest
from conftest import noise
from extracted import (
    VARIANTS,
    by_key,
    copied,
    extract,
    write_list,
    write_signal,
)

import echo_gpu
from echo_gpu import BusyError, UsageError


@pytest.fixture(params=VARIANTS)
def folder(request, archives):
    return archives(request.param)


class TestContent:
    @pytest.mark.parametrize("name", ["files", "parts", "small parts", "float16"])
    def test_equals_what_the_example_reads(self, archives, name):
        folder = archives(name)
        archive = echo_gpu.read(folder)
        expected = by_key(folder)
        assert len(archive) == len(expected) == 8
        for recording in archive:
            row = expected[recording.id, recording.channel]
            np.testing.assert_array_equal(recording.utterance, row, strict=True)

    def test_every_variant_has_the_same_values(self, folder, archives):
        archive, plain = echo_gpu.read(folder), echo_gpu.read(archives("files"))
        for recording in archive:
            other = plain[recording.id, recording.channel]
            for level in ("utterance", "segments"):
                values, expected = getattr(recording, level), getattr(other, level)
                assert values.dtype == archive.table(recording.width).dtype
                np.testing.assert_array_equal(values, expected.astype(values.dtype))

    def test_tables_are_in_the_order_of_the_ids(self, folder):
        archive = echo_gpu.read(folder)
        assert archive.widths == (768, 1344)
        for width in archive.widths:
            table = archive.table(width)
            indices = archive.indices_of(width)
            assert archive.ids_of(width) == [archive.ids[index] for index in indices]
            assert table.shape == (len(indices), width)
            rows = [archive[int(index)] for index in indices]
            np.testing.assert_array_equal(table, np.stack([row.utterance for row in rows]))
            segments = np.concatenate([row.segments for row in rows])
            np.testing.assert_array_equal(archive.table(width, "segment"), segments)

    def test_ids_are_in_the_order_of_the_manifests(self, archives):
        folder = archives("small parts")
        lines = [
            json.loads(line)
            for manifest in sorted(folder.glob("manifest-*.jsonl"))
            for line in manifest.read_text().splitlines()
        ]
        assert len(list(folder.glob("manifest-*"))) == 4
        expected = [line["id"] for line in lines if line["status"] == "ok"]
        assert echo_gpu.read(folder).ids == expected

    def test_segments_say_whose_and_when(self, folder):
        archive = echo_gpu.read(folder)
        values, items, starts = archive.segments(768)
        assert values.shape == (items.size, 768)
        assert items.size == starts.size
        for index in archive.indices_of(768).tolist():
            recording = archive[index]
            mine = items == index
            np.testing.assert_array_equal(values[mine], recording.segments)
            np.testing.assert_array_equal(starts[mine], recording.segment_starts)
        long = archive["long.wav", 0]
        # 45 s are pieces of 20 s from 0 and 20 s, and the last 20 s, of 4498 frames.
        assert long.frames == 4498
        assert long.segments.shape[0] == 375
        assert long.segment_starts[[0, 1, 125, 250, 374]].tolist() == pytest.approx(
            [0, 0.16, 20, 24.98, 24.98 + 124 * 0.16]
        )

    def test_failures_are_said(self, folder):
        archive = echo_gpu.read(folder)
        (failure,) = archive.failures
        assert (failure.id, failure.code) == ("broken.wav", "unreadable")
        assert "broken.wav" not in archive
        with pytest.raises(KeyError, match=r"broken\.wav could not be embedded: .*libsndfile"):
            archive["broken.wav"]

    def test_settings(self, folder):
        archive = echo_gpu.read(folder)
        assert archive.settings["channels"] == "each"
        assert archive.run.information["model"] == "demo (untrained weights)"
        assert archive.levels == ("utterance", "segment")
        # What a line calls its run is the digest of the settings as they are in the file.
        assert set(archive.runs) == {recording.run for recording in archive}
        assert "8 embedded, 1 failed" in repr(archive)

    def test_pickles(self, folder):
        archive = echo_gpu.read(folder)
        archive.table(768)
        copy = pickle.loads(pickle.dumps(archive))  # noqa: RUF100, S301
        np.testing.assert_array_equal(copy.table(768), archive.table(768))
        with pytest.raises(TypeError, match="send its id and arrays"):
            pickle.dumps(archive[0])


class TestNames:
    def test_channels(self, archives):
        archive = echo_gpu.read(archives("parts"))
        assert archive["stereo.wav", 1].channel == 1
        assert ("stereo.wav", 1) in archive
        assert ("stereo.wav", 2) not in archive
        message = r"stands for 2 channels.*\['stereo.wav', 0\], \['stereo.wav', 1\]"
        with pytest.raises(UsageError, match=message):
            archive["stereo.wav"]
        with pytest.raises(KeyError, match="has channels 0, 1, not 2"):
            archive["stereo.wav", 2]
        assert archive["r0.wav"].channel == 0

    def test_without_channels(self, command, recordings_folder, tmp_path):
        output = extract(command, tmp_path / "out", recordings_folder / "r0.wav")
        archive = echo_gpu.read(output)
        assert archive.channels == [None]
        assert archive["r0.wav"].channel is None
        with pytest.raises(KeyError, match="has no channels of its own"):
            archive["r0.wav", 0]
        with pytest.raises(KeyError, match="is not in"):
            archive["r9.wav"]

    def test_places(self, archives):
        archive = echo_gpu.read(archives("parts"))
        assert archive[-1].index == len(archive) - 1
        with pytest.raises(IndexError, match="has 8 recordings"):
            archive[8]

    def test_widths_that_are_not_there(self, archives):
        archive = echo_gpu.read(archives("parts"))
        with pytest.raises(ValueError, match=r"widths 768, 1344, which make no one array"):
            archive.table()
        with pytest.raises(ValueError, match=r"width 5; its widths: 768, 1344"):
            archive.table(5)
        with pytest.raises(UsageError, match="level 'both' is none"):
            archive.table(768, "both")


class TestMemory:
    def test_a_single_part_is_mapped(self, archives):
        table = echo_gpu.read(archives("parts")).table(1344)
        assert isinstance(table, np.memmap)
        assert not table.flags.writeable

    def test_several_parts_are_a_copy_in_memory_or_in_a_file(self, archives, tmp_path):
        archive = echo_gpu.read(archives("small parts"))
        table = archive.table(1344)
        assert table.flags.owndata
        into = tmp_path / "table.npy"
        mapped = archive.table(1344, into=into)
        assert isinstance(mapped, np.memmap)
        np.testing.assert_array_equal(mapped, table)
        np.testing.assert_array_equal(np.load(into), table)
        assert [path.name for path in tmp_path.iterdir()] == ["table.npy"]


def utterances_by_key(folder):
    """What `by_key` gives, of tables that numpy cannot read."""
    return {(row.id, row.channel): np.array(row.utterance) for row in echo_gpu.read(folder)}


class TestRuns:
    """What later runs do to a folder."""

    @pytest.mark.parametrize("layout", ["files", "parts"])
    def test_changed_recordings_are_replaced(self, command, tmp_path, layout):
        source, output = tmp_path / "in", tmp_path / "out"
        source.mkdir()
        for number in range(3):
            write_signal(source / f"{number}.wav", 0.5, seed=number)
        options = {"part_size": 2} if layout == "parts" else {}
        extract(command, output, source, layout=layout, **options)
        before = echo_gpu.read(output)
        old = before["1.wav"].utterance.copy()
        write_signal(source / "1.wav", 0.7, seed=20)
        (source / "2.wav").write_text("damaged meanwhile")
        extract(command, output, source, status=3)
        after = echo_gpu.read(output)
        assert sorted(after.ids) == ["0.wav", "1.wav"]
        assert after.replaced == 2
        assert [failure.id for failure in after.failures] == ["2.wav"]
        assert not np.array_equal(after["1.wav"].utterance, old)
        assert after["1.wav"].attempt == 2
        for (name, channel), row in by_key(output).items():
            np.testing.assert_array_equal(after[name].utterance, row)
            assert channel is None
        assert after.table().shape == (2, 1344)
        write_signal(source / "2.wav", 0.5, seed=2)
        extract(command, output, source, retry_failed=True)
        assert sorted(echo_gpu.read(output).ids) == ["0.wav", "1.wav", "2.wav"]
        assert echo_gpu.read(output).failures == []

    def test_a_row_that_is_left_out_of_the_middle(self, command, tmp_path):
        source, output = tmp_path / "in", tmp_path / "out"
        source.mkdir()
        for number in range(4):
            write_signal(source / f"{number}.wav", 0.5, seed=number)
        extract(command, output, source, layout="parts", level="both")
        whole = echo_gpu.read(output).table()
        (source / "1.wav").write_text("damaged meanwhile")
        extract(command, output, source, status=3)
        archive = echo_gpu.read(output)
        assert archive.ids == ["0.wav", "2.wav", "3.wav"]
        np.testing.assert_array_equal(archive.table(), whole[[0, 2, 3]])
        segments = np.concatenate([recording.segments for recording in archive])
        np.testing.assert_array_equal(archive.table(level="segment"), segments)

    @pytest.mark.parametrize("variant", ["files", "small parts", "safetensors", "float16"])
    def test_a_folder_that_was_compacted(self, command, tmp_path, variant):
        source, output = tmp_path / "in", tmp_path / "out"
        source.mkdir()
        options = VARIANTS[variant] | {"part_size": 16} if variant != "files" else {}
        for number in range(4):
            write_signal(source / f"{number}.wav", 0.5 + number / 10, seed=number)
            write_signal(source / "0.wav", 0.6, seed=20 + number)
            extract(command, output, source, level="both", **(options if number == 0 else {}))
        # The example reads what numpy reads.
        rows = by_key if variant != "safetensors" else utterances_by_key
        opened, expected = echo_gpu.read(output), rows(output)
        assert opened.replaced == 3
        compact = [command, "compact", output]
        subprocess.run(compact, check=True, capture_output=True, timeout=60)  # noqa: S603
        archive = echo_gpu.read(output)
        assert archive.replaced == 0
        assert sorted(archive.ids) == ["0.wav", "1.wav", "2.wav", "3.wav"]
        assert archive["0.wav"].attempt == 4
        after = rows(output)
        for recording in archive:
            row = expected[recording.id, None]
            np.testing.assert_array_equal(recording.utterance, row, strict=True)
            np.testing.assert_array_equal(after[recording.id, None], row, strict=True)
        # Who read the manifests before is told to read them again, and gets no other rows.
        if variant != "files":
            for use in (opened.table, lambda: list(opened)):
                with pytest.raises(BusyError, match=r"manifest-.* Read the folder again\."):
                    use()

    def test_another_recording_of_that_name(self, command, tmp_path):
        first, second = tmp_path / "a" / "x.wav", tmp_path / "b" / "x.wav"
        for number, path in enumerate((first, second)):
            path.parent.mkdir()
            write_signal(path, 0.5 + number / 10, seed=number)
        output = extract(command, tmp_path / "out", first, layout="parts")
        extract(command, output, second, replace=True)
        archive = echo_gpu.read(output)
        assert len(archive) == 1
        assert archive["x.wav"].path == str(second)
        assert archive.replaced == 1

    def test_shards(self, command, recordings_folder, tmp_path):
        output = tmp_path / "out"
        for shard in ("0/2", "1/2"):
            options = {"layout": "parts", "part_size": 2, "shard": shard}
            # One of them has the broken recording.
            extract(command, output, recordings_folder, status=(0, 3), **options)
        archive = echo_gpu.read(output)
        assert len(archive) == 7
        assert len(archive.failures) == 1
        expected = by_key(output)
        for recording in archive:
            row = expected[recording.id, None]
            np.testing.assert_array_equal(recording.utterance, row)

    def test_settings_of_before(self, command, tmp_path):
        one, two = (write_signal(tmp_path / f"{n}.wav", 0.5, seed=n) for n in (1, 2))
        output = extract(command, tmp_path / "out", one, layout="parts")
        extract(command, output, one, two, channels="first", force=True)
        with pytest.warns(UserWarning, match=r"2 models or settings.* they differ in channels\."):
            archive = echo_gpu.read(output)
        runs = [archive.runs[recording.run] for recording in archive]
        assert [run.settings["channels"] for run in runs] == ["mean", "first"]
        assert archive.settings["channels"] == "first"

    def test_other_ways_of_reading_are_comparable(self, command, tmp_path):
        one, two = (write_signal(tmp_path / f"{n}.wav", 0.5, seed=n) for n in (1, 2))
        output = extract(command, tmp_path / "out", one, layout="parts")
        extract(command, output, one, two, sample_rate="16000")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            archive = echo_gpu.read(output)
        assert len(archive) == len(archive.runs) == 2

    def test_only_one_level(self, command, recordings_folder, tmp_path):
        output = extract(
            command, tmp_path / "out", recordings_folder / "r0.wav", level="segment", layout="parts"
        )
        archive = echo_gpu.read(output)
        assert archive.levels == ("segment",)
        with pytest.raises(UsageError, match="1 of 1 recordings have no utterance embeddings"):
            archive.table()
        with pytest.raises(UsageError, match="no utterance embeddings"):
            _ = archive[0].utterance
        assert archive.table(level="segment").shape == archive[0].segments.shape

    def test_fields_and_overrides(self, command, tmp_path):
        write_signal(tmp_path / "a.wav", 2)
        rows = [
            {"path": "a.wav", "id": "start", "end": 1, "machine": "fan", "load": 3},
            {"path": "a.wav", "id": "rest", "start": 1, "machine": "pump"},
        ]
        listed = write_list(tmp_path / "list.jsonl", rows)
        archive = echo_gpu.read(extract(command, tmp_path / "out", manifest=listed))
        assert archive["start"].fields == {"machine": "fan", "load": 3}
        assert archive["start"].overrides == {"end": 1}
        assert archive["rest"].fields == {"machine": "pump"}
        assert archive["rest"].samples == 16000

    def test_what_could_not_be_searched(self, command, recordings_folder, tmp_path):
        (tmp_path / "damaged.tar").write_bytes(b"no tar" * 200)
        output = tmp_path / "out"
        extract(command, output, tmp_path, recordings_folder / "r0.wav", status=3)
        archive = echo_gpu.read(output)
        assert archive.failures == []
        assert [entry.path for entry in archive.unsearched] == [str(tmp_path / "damaged.tar")]

    def test_the_library_gives_the_same_bits(self, command, demo, tmp_path):
        write_signal(tmp_path / "a.wav", 1.5, seed=3)
        output = extract(command, tmp_path / "out", tmp_path / "a.wav", level="both")
        samples = (noise(1.5, seed=3) * 32767).astype("<i2").astype(np.float32) / 32768
        made = demo.embed(samples, 16000, level="both")
        recording = echo_gpu.read(output)["a.wav"]
        np.testing.assert_array_equal(recording.utterance, made.utterance)
        np.testing.assert_array_equal(recording.segments, made.segments)


def test_release_0_1_0(archives, tmp_path):
    """Its folders were all in parts, and called that layout 1."""
    output = copied(archives("parts"), tmp_path)
    run = output / "run.json"
    run.write_text(run.read_text().replace('"layout": "parts"', '"layout": 1'))
    assert len(echo_gpu.read(output)) == 8
