"""`echo_gpu.convert` on files of torch.save, as upstream and training scripts write them."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import warnings

import numpy as np
import pytest
import synthetic
from conftest import noise

import echo_gpu
from echo_gpu import EchoError, ModelError, UsageError
from echo_gpu._formats.safetensors import read_header
from echo_gpu.checkpoint import convert_with_report
from echo_gpu.errors import InputError

torch = pytest.importorskip("torch")

WIDTH, LAYERS = 128, 2


def encoder(width=WIDTH, layers=LAYERS, seed=5):
    """A state dict of upstream's encoder."""
    return {
        name: torch.from_numpy(synthetic.tensor(name, shape, seed, 1.0))
        for name, shape in synthetic.shapes(width, layers).items()
    }


def decoder():
    """What else upstream trains, by the names of masked autoencoders."""
    return {
        "mask_token": torch.zeros(1, 1, 64),
        "pos_embed": torch.zeros(1, 126, 64),
        "embed.weight": torch.zeros(64, WIDTH),
        "norm.weight": torch.ones(64),
        "layers.0.linear1.weight": torch.zeros(256, 64),
    }


def prefixed(prefix, tensors):
    return {prefix + name: tensor for name, tensor in tensors.items()}


@pytest.fixture
def save(tmp_path):
    def write(content, name="echo.pth", **options):
        torch.save(content, tmp_path / name, **options)
        return tmp_path / name

    return write


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """The same weights, written by other code, and what they give."""
    folder = synthetic.write(tmp_path_factory.mktemp("expected"), 5, 1.0, WIDTH, LAYERS)
    with echo_gpu.Echo.from_pretrained(folder, device="cpu") as echo:
        return echo.embed(noise(1), 16000)


def check(folder, expected):
    with echo_gpu.Echo.from_pretrained(folder, device="cpu") as echo:
        np.testing.assert_array_equal(echo.embed(noise(1), 16000), expected, strict=True)
        assert echo.head_count == WIDTH // 64


LAYOUTS = {
    "state dict": encoder,
    # As upstream's from_pretrained and README take it.
    "upstream": lambda: {"encoder": encoder(), "decoder": decoder(), "model_type": "small"},
    "model": lambda: {"model": prefixed("encoder.", encoder()) | prefixed("decoder.", decoder())},
    "data parallel": lambda: {"state_dict": prefixed("module.", encoder()), "epoch": 3},
    "arguments": lambda: {"model": encoder(), "args": argparse.Namespace(lr=0.1, num_heads=2)},
    "optimiser": lambda: {
        "encoder": encoder(),
        "optimizer": {"state": {0: {"exp_avg": torch.zeros(3)}}, "param_groups": [{"lr": 0.1}]},
        "ema": [torch.zeros(2)],
    },
    "parameters": lambda: {k: torch.nn.Parameter(v) for k, v in encoder().items()},
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(save, layout, expected):
    content = LAYOUTS[layout]()
    path = save(content)
    done = convert_with_report(path)
    assert done.path == path.with_suffix("")
    check(done.path, expected)
    others = {
        "upstream": 5,
        "model": 5,
        "optimiser": 2,
    }
    assert len(done.left_out) == others.get(layout, 0)
    configuration = json.loads((done.path / "config.json").read_text())
    assert configuration["num_heads"] == WIDTH // 64
    assert configuration["encoder_depth"] == LAYERS
    assert configuration["converted_from"]["tensors_left_out"] == others.get(layout, 0)
    assert sorted(p.name for p in path.parent.iterdir()) == ["echo", "echo.pth"]


def test_the_old_format_of_torch(save, expected):
    path = save(encoder(), _use_new_zipfile_serialization=False)
    check(echo_gpu.convert(path), expected)


def test_the_file_is_safetensors(save):
    load_file = pytest.importorskip("safetensors.torch").load_file
    tensors = load_file(echo_gpu.convert(save(encoder())) / "model.safetensors")
    for name, tensor in encoder().items():
        assert torch.equal(tensors[name], tensor)


def test_the_command_reads_it(command, save):
    folder = echo_gpu.convert(save({"encoder": encoder()}))
    arguments = [command, "inspect", "--json", str(folder)]
    done = subprocess.run(arguments, capture_output=True, check=True)  # noqa: S603
    assert json.loads(done.stdout)


class TestTypes:
    @pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
    def test_half_is_exact(self, save, dtype):
        path = save({name: tensor.to(dtype) for name, tensor in encoder().items()})
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            done = convert_with_report(path)
        assert done.rounded == []
        file = done.path / "model.safetensors"
        place = read_header(file)["norm.weight"]
        values = np.memmap(file, "<f4", "r", place.offset, place.shape)
        expected = encoder()["norm.weight"].to(dtype).float().numpy()
        np.testing.assert_array_equal(values, expected)

    def test_double_that_float_has(self, save, expected):
        path = save({name: tensor.double() for name, tensor in encoder().items()})
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            check(echo_gpu.convert(path), expected)

    def test_double_that_is_rounded_is_said(self, save):
        content = encoder()
        content["norm.bias"] = content["norm.bias"].double() + 1e-12
        with pytest.warns(UserWarning, match=r"1 tensors of float64 are rounded.*norm\.bias"):
            done = convert_with_report(save(content))
        assert done.rounded == ["norm.bias"]
        configuration = json.loads((done.path / "config.json").read_text())
        assert configuration["converted_from"]["tensors_rounded"] == 1

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (lambda t: t.long(), "norm.bias. is torch.int64"),
            (lambda t: t.to_sparse(), "torch.sparse_coo"),
            (lambda t: t * float("nan"), "not finite"),
            (lambda t: t.double() + 1e300, "not finite in float32"),
        ],
    )
    def test_those_that_no_encoder_has(self, save, change, message):
        content = encoder()
        content["norm.bias"] = change(content["norm.bias"])
        path = save(content)
        with pytest.raises(ModelError, match=message):
            echo_gpu.convert(path)
        assert [found.name for found in path.parent.iterdir()] == ["echo.pth"]


class TestCode:
    """A pickle can name any function of Python, to be called when it is loaded."""

    @pytest.mark.parametrize("new_format", [True, False])
    def test_is_never_run(self, save, tmp_path, new_format):
        victim = tmp_path / "victim"

        class Hostile:
            def __reduce__(self):
                return os.mkdir, (str(victim),)

        content = {"encoder": encoder(), "args": Hostile()}
        path = save(content, _use_new_zipfile_serialization=new_format)
        # It is what it seems: loaded without care, it acts.
        torch.load(path, weights_only=False)
        assert victim.is_dir()
        victim.rmdir()
        message = r"echo\.pth: asks for (posix|os)\.mkdir when it is loaded.*never run.*state_dict"
        with pytest.raises(ModelError, match=message) as caught:
            echo_gpu.convert(path)
        assert caught.value.code == 78
        assert not victim.exists()
        assert not (tmp_path / "echo").exists()

    def test_a_torch_that_could_run_it_is_refused(self, save, monkeypatch):
        path = save(encoder())
        monkeypatch.setattr(torch, "__version__", torch.torch_version.TorchVersion("2.5.1+cpu"))
        with pytest.raises(UsageError, match=r"torch 2\.5\.1.* 2\.6 or later"):
            echo_gpu.convert(path)

    def test_a_whole_module_is_refused(self, save):
        with pytest.raises(ModelError, match=r"asks for torch\.nn\.modules.* save the tensors"):
            echo_gpu.convert(save(torch.nn.Linear(2, 2)))


class TestRefusals:
    def test_missing_tensors_are_named(self, save):
        content = encoder()
        del content["encoder.layers.1.norm2.bias"], content["cls_token"]
        message = r"2 of 30 tensors are missing \(cls_token, encoder\.layers\.1\.norm2\.bias\)"
        with pytest.raises(ModelError, match=message):
            echo_gpu.convert(save({"encoder": content}))

    def test_shapes(self, save):
        content = encoder()
        content["pos_embed"] = torch.zeros(1, 65, WIDTH)
        message = r'tensor "module\.pos_embed" has shape \[1, 65, 128\], expected \[1, 126, 128\]'
        with pytest.raises(ModelError, match=message):
            echo_gpu.convert(save(prefixed("module.", content)))

    def test_no_encoder(self, save):
        with pytest.raises(ModelError, match=r"holds no encoder among 5 tensors \(mask_token, "):
            echo_gpu.convert(save(decoder()))
        with pytest.raises(ModelError, match="holds no encoder among 0 tensors"):
            echo_gpu.convert(save([1, "two"]))

    def test_several_encoders(self, save, expected):
        content = {"student": encoder(), "teacher": encoder(seed=6)}
        path = save(content)
        message = r"has 2 encoders, 'student' and 'teacher'\. Name one: part="
        with pytest.raises(UsageError, match=message):
            echo_gpu.convert(path)
        with pytest.raises(UsageError, match=r"no encoder 'ema'\. Its encoders: 'student', 'teac"):
            echo_gpu.convert(path, part="ema")
        done = convert_with_report(path, part="student")
        assert len(done.left_out) == 30
        check(done.path, expected)

    def test_upstream_takes_its_own(self, save, expected):
        done = convert_with_report(save({"teacher": encoder(seed=6), "encoder": encoder()}))
        check(done.path, expected)
        assert len(done.left_out) == 30

    def test_heads(self, save, tmp_path):
        path = save({"encoder": encoder(), "a": {"num_heads": 2}, "b": {"num_heads": 4}})
        with pytest.raises(UsageError, match="says 2 and 4 attention heads"):
            echo_gpu.convert(path)
        folder = echo_gpu.convert(path, tmp_path / "four", num_heads=4)
        with echo_gpu.Echo.from_pretrained(folder, device="cpu") as echo:
            assert echo.head_count == 4
        with pytest.raises(UsageError, match="3 heads do not divide width 128"):
            echo_gpu.convert(path, tmp_path / "three", num_heads=3)
        odd = save(encoder(width=96), "odd.pth")
        with pytest.raises(UsageError, match="width 96 is not a multiple of 64"):
            echo_gpu.convert(odd)

    def test_files_that_are_none(self, save, tmp_path):
        with pytest.raises(InputError, match="there is no such file"):
            echo_gpu.convert(tmp_path / "missing.pth")
        (tmp_path / "text.pth").write_text("no checkpoint\n")
        (tmp_path / "empty.pth").write_bytes(b"")
        cut = tmp_path / "cut.pth"
        cut.write_bytes(save(encoder()).read_bytes()[:100_000])
        for name in ("text.pth", "empty.pth", "cut.pth"):
            with pytest.raises(
                ModelError, match=rf"{name}: is not a file of torch\.save"
            ) as caught:
                echo_gpu.convert(tmp_path / name)
            assert "\n" not in str(caught.value)
        (tmp_path / "model.safetensors").write_bytes(b"")
        with pytest.raises(ModelError, match="is a safetensors file"):
            echo_gpu.convert(tmp_path / "model.safetensors", tmp_path / "x")

    def test_outputs_that_are_there(self, save, tmp_path, expected):
        path = save(encoder())
        taken = tmp_path / "taken"
        taken.mkdir()
        (taken / "file").write_text("")
        with pytest.raises(EchoError, match="taken: is there already") as caught:
            echo_gpu.convert(path, taken)
        assert caught.value.code == 73
        with pytest.raises(EchoError, match="echo: is there already"):
            echo_gpu.convert(save(encoder(), "echo"))
        with pytest.raises(EchoError, match="cannot write: No such file or directory"):
            echo_gpu.convert(path, tmp_path / "no" / "folder")
        empty = tmp_path / "empty"
        empty.mkdir()
        check(echo_gpu.convert(path, empty), expected)


def test_torch_is_not_installed(save, subprocess_run):
    path = save(encoder())
    output = subprocess_run(
        "import sys, echo_gpu",
        "sys.modules['torch'] = None",
        "try: echo_gpu.convert(sys.argv[1])",
        "except ImportError as error: print(error)",
        arguments=(path,),
    )
    assert output == "torch is not installed. Install it: pip install 'echo-gpu[torch]'\n"


def test_names_that_meet_and_depths_without_end_are_refused(tmp_path):
    path = tmp_path / "odd.pth"
    one, other = torch.zeros(1), torch.ones(1)
    torch.save({"a.b": one, "a": {"b": other}}, path)
    with pytest.raises(ModelError, match=r"odd\.pth: two tensors of it would be called 'a\.b'"):
        echo_gpu.convert(path)
    nested = {"x": one}
    for _ in range(20):
        nested = {"x": nested}
    torch.save(nested, path)
    with pytest.raises(ModelError, match="lies deeper than 16 levels"):
        echo_gpu.convert(path)
