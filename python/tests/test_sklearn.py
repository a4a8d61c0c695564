"""`echo_gpu.sklearn.EchoTransformer`: a table of embeddings, in pipelines, copies and processes."""

from __future__ import annotations

import pickle
import subprocess
import sys
import tarfile

import numpy as np
import pytest

pytest.importorskip("sklearn")

from recordings import hum, leak, write
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from echo_gpu import ModelError, SignalError, UsageError
from echo_gpu import sklearn as ours
from echo_gpu.sklearn import EchoTransformer

pytestmark = pytest.mark.filterwarnings("ignore::echo_gpu.errors.UntrainedWarning")
CLIPS = np.stack([hum(seed) for seed in range(3)])


def transformer(**arguments):
    return EchoTransformer("demo", **{"sample_rate": 16000, "device": "cpu", **arguments})


@pytest.fixture
def files(tmp_path):
    return [write(tmp_path / f"{place}.wav", clip) for place, clip in enumerate(CLIPS)]


# ---- What X may be ----


def test_an_array_gives_what_embed_gives(demo):
    table = transformer().fit_transform(CLIPS)
    assert (table.shape, table.dtype) == ((3, 1344), np.float32)
    assert np.array_equal(table, demo.embed(CLIPS, 16000))
    fitted = transformer().fit(CLIPS)
    assert np.array_equal(fitted.transform(CLIPS), table)
    assert (fitted.width_, fitted.embedding_width_) == (1344, 192)


def test_signals_may_have_any_lengths(demo):
    signals = [CLIPS[0], CLIPS[1][:1234], CLIPS[2][:5000].astype(np.float32)]
    expected = np.stack([demo.embed(signal, 16000) for signal in signals])
    assert np.array_equal(transformer().fit_transform(signals), expected)
    objects = np.empty(3, dtype=object)
    objects[:] = signals
    assert np.array_equal(transformer().fit_transform(objects), expected)
    lists = [list(map(float, signal)) for signal in signals]
    assert np.array_equal(transformer().fit_transform(lists), expected)


def test_tensors_give_an_array(demo):
    torch = pytest.importorskip("torch")
    table = transformer().fit_transform(torch.from_numpy(CLIPS))
    assert isinstance(table, np.ndarray)
    assert np.array_equal(table, demo.embed(CLIPS, 16000))


def test_paths_are_files(demo, files):
    expected = np.stack([row.utterance for row in demo.embed_files(files)])
    for paths in (files, tuple(map(str, files)), np.array(list(map(str, files)))):
        assert np.array_equal(transformer(sample_rate=None).fit_transform(paths), expected)


def test_a_column_of_a_table_is_paths(demo, files):
    pandas = pytest.importorskip("pandas")
    column = pandas.DataFrame({"file": list(map(str, files))})["file"]
    expected = np.stack([row.utterance for row in demo.embed_files(files)])
    assert np.array_equal(transformer(sample_rate=None).fit_transform(column), expected)


def test_a_path_that_is_there_twice_has_two_rows(files):
    table = transformer(sample_rate=None).fit_transform([files[0], files[1], files[0]])
    assert table.shape == (3, 1344)
    assert np.array_equal(table[0], table[2])
    assert not np.array_equal(table[0], table[1])


def test_paths_are_no_patterns(tmp_path):
    path = write(tmp_path / "[a]*.wav", CLIPS[0])
    assert transformer(sample_rate=None).fit_transform([path]).shape == (1, 1344)


def test_files_without_a_rate_take_sample_rate(demo, tmp_path):
    np.save(tmp_path / "clip.npy", CLIPS[0].astype(np.float32))
    table = transformer().fit_transform([tmp_path / "clip.npy"])
    assert np.array_equal(table[0], demo.embed(CLIPS[0].astype(np.float32), 16000))


def test_reading_says_how_files_are_read(tmp_path):
    paths = [
        write(tmp_path / "16.wav", hum(1)),
        write(tmp_path / "8.wav", hum(2), rate=8000),
    ]
    resampled = transformer(sample_rate=None, reading={"resample": 8000}).fit_transform(paths)
    assert resampled.shape == (2, 768)


# ---- Refusals ----


def test_rows_of_several_widths_are_refused_with_the_reason(tmp_path):
    paths = [
        write(tmp_path / "16.wav", hum(1)),
        write(tmp_path / "48.wav", hum(2), rate=48000),
        write(tmp_path / "also-16.wav", hum(3)),
    ]
    with pytest.raises(ValueError, match="2 widths") as caught:
        transformer(sample_rate=None).fit_transform(paths)
    for part in ("1344 (2 recordings at 16000 Hz", "3648 (1 recordings at 48000 Hz", "resample"):
        assert part in str(caught.value)


def test_another_width_than_fit_saw_is_refused(files, tmp_path):
    fitted = transformer(sample_rate=None).fit(files)
    other = write(tmp_path / "48.wav", hum(1), rate=48000)
    with pytest.raises(ValueError, match=r"3648, and fit\(\) saw 1344"):
        fitted.transform([other])


@pytest.mark.parametrize(
    ("inputs", "arguments", "reason"),
    [
        ("a.wav", {}, "one path"),
        ([], {}, "empty"),
        (CLIPS[0], {}, r"\[8000\]"),
        (CLIPS[None], {}, r"\[1, 3, 8000\]"),
        ([CLIPS[0], CLIPS[:2]], {}, r"X\[1\] has the shape \[2, 8000\]"),
        ([CLIPS[0], "a.wav"], {}, r"X\[1\]"),
        (np.array([["a.wav"], ["b.wav"]]), {}, r"\[2, 1\]"),
        (iter(["a.wav"]), {}, "list_iterator"),
        (CLIPS, {"sample_rate": None}, "sample_rate"),
        (CLIPS, {"sample_rate": [16000, 48000, 16000]}, "16000, 48000"),
        (CLIPS, {"reading": {"resample": 8000}}, "resample"),
        (["a.wav"], {"channels": "each"}, "each"),
        (["a.wav"], {"reading": {"channels": "first"}}, "channels"),
    ],
)
def test_what_is_no_table_is_refused(inputs, arguments, reason):
    with pytest.raises(UsageError, match=reason):
        transformer(**arguments).fit(inputs)


def test_what_cannot_be_embedded_is_an_error(files, tmp_path):
    with pytest.raises(SignalError) as caught:
        transformer().fit_transform([CLIPS[0], CLIPS[1][:100]])
    assert caught.value.index == 1
    short = write(tmp_path / "short.wav", hum(1, samples=100))
    paths = [files[0], files[0], short, files[1], tmp_path / "none.wav"]
    with pytest.raises(SignalError, match=r"X\[2\], .*short\.wav: .*1 more") as caught:
        transformer(sample_rate=None).fit(paths).transform(paths)
    assert caught.value.index == 2
    with pytest.raises(ModelError):
        EchoTransformer(str(tmp_path / "none"), sample_rate=16000).fit(CLIPS)


def test_a_folder_is_no_recording(files, tmp_path):
    with pytest.raises(SignalError, match=f"{tmp_path}: is a folder"):
        transformer(sample_rate=None).fit_transform([*files, tmp_path])


def test_an_archive_is_several_recordings(files, tmp_path):
    with tarfile.open(tmp_path / "all.tar", "w") as archive:
        for path in files:
            archive.add(path, path.name)
    with pytest.raises(UsageError, match="2 paths gave 4 rows"):
        transformer(sample_rate=None).fit_transform([files[0], tmp_path / "all.tar"])


def test_it_has_to_be_fitted():
    with pytest.raises(NotFittedError):
        transformer().transform(CLIPS)
    with pytest.raises(NotFittedError):
        transformer().get_feature_names_out()


# ---- Among scikit-learn's ----


def test_columns_have_names(files):
    pandas = pytest.importorskip("pandas")
    fitted = transformer().fit(CLIPS)
    names = fitted.get_feature_names_out()
    assert (len(names), names[0], names[-1]) == (1344, "echo_b00_d000", "echo_b06_d191")
    assert names[193] == "echo_b01_d001"
    frame = transformer(sample_rate=None).set_output(transform="pandas").fit_transform(files)
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame.columns) == list(names)


def test_a_clone_has_the_parameters_and_nothing_else():
    original = transformer(batch_size=2, reading={"resample": 8000})
    copied = clone(original)
    assert copied.get_params() == original.get_params()
    assert not hasattr(clone(transformer().fit(CLIPS)), "width_")


def test_clones_share_an_encoder():
    one, two = transformer().fit(CLIPS), transformer(batch_size=2).fit(CLIPS)
    other = transformer(precision="fp32", device=["cpu"]).fit(CLIPS)
    assert one._encoder() is two._encoder()
    assert other._encoder() is not one._encoder()


def test_set_params_opens_another(tmp_path):
    fitted = transformer().fit(CLIPS)
    with pytest.raises(ModelError):
        fitted.set_params(model=str(tmp_path / "none")).transform(CLIPS)


def test_a_pickle_has_no_handle():
    fitted = transformer().fit(CLIPS)
    data = pickle.dumps(fitted)
    assert b"Echo\x94" not in data.replace(b"EchoTransformer", b"")
    copied = pickle.loads(data)
    assert np.array_equal(copied.transform(CLIPS), fitted.transform(CLIPS))


def signals_and_labels():
    signals = np.stack([hum(seed) for seed in range(6)] + [leak(seed) for seed in range(6)])
    return signals, np.array(["hum"] * 6 + ["noise"] * 6)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_pipeline_is_cross_validated(jobs):
    # Two jobs are processes of loky, each of which opens the model for itself.
    signals, labels = signals_and_labels()
    pipeline = make_pipeline(transformer(), KNeighborsClassifier(n_neighbors=1))
    scores = cross_val_score(pipeline, signals, labels, cv=3, n_jobs=jobs, error_score="raise")
    assert list(scores) == [1, 1, 1]


def test_files_are_cross_validated(tmp_path):
    signals, labels = signals_and_labels()
    paths = [write(tmp_path / f"{place}.wav", each) for place, each in enumerate(signals)]
    pipeline = make_pipeline(transformer(sample_rate=None), KNeighborsClassifier(n_neighbors=1))
    assert list(cross_val_score(pipeline, paths, labels, cv=3, error_score="raise")) == [1, 1, 1]


# scikit-learn's own checks at the least sample rate, where their X of a few columns are signals.
# The reasons say why some cannot hold.
_DO_NOT_HOLD = {
    "check_estimators_dtypes": "integers of 32 bits may be counts or fractions: they are refused",
    "check_transformer_general": "signals of other lengths are no other features",
}


@parametrize_with_checks(
    [EchoTransformer("demo", sample_rate=100, device="cpu")],
    expected_failed_checks=lambda _: _DO_NOT_HOLD,
)
def test_scikit_learns_own_checks(estimator, check):
    check(estimator)


def test_without_scikit_learn_the_error_names_what_to_install():
    code = "import sys; sys.modules['sklearn'] = None; import echo_gpu.sklearn"
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert "pip install 'echo-gpu[sklearn]'" in run.stderr
    assert ours.__all__ == ["EchoTransformer"]
