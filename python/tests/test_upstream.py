"""`echo_gpu.upstream.AudioMAEWithBand`: upstream's interface, its numbers, and what is refused."""

from __future__ import annotations

import copy
import inspect
import pickle
import subprocess
import sys
import tempfile

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import synthetic  # noqa: E402
from conftest import device_of  # noqa: E402

import echo_gpu  # noqa: E402
from echo_gpu import DeviceError, ModelError, SignalError, UsageError  # noqa: E402
from echo_gpu.upstream import AudioMAEWithBand  # noqa: E402

NARROW = {"embed_dim": 64, "encoder_depth": 2, "num_heads": 1, "freq_pos_emb_dim": 64}
AUDIO = torch.from_numpy(np.random.default_rng(1).normal(0, 0.1, (1, 8000)).astype(np.float32))


def tensors(seed=1, gain=1.0, *, dim=64, depth=2):
    """A state dict, as upstream's checkpoints have it."""
    return {
        name: torch.from_numpy(synthetic.tensor(name, shape, seed, gain))
        for name, shape in synthetic.shapes(dim, depth).items()
    }


def narrow(**arguments):
    """A small encoder on the CPU path, with weights."""
    model = AudioMAEWithBand(spec_len=2000, **{**NARROW, **arguments}, device="cpu")
    model.load_state_dict(tensors())
    return model


# ---- Numbers ----


def test_golden_parity(golden):
    sizes = golden.case["config"]
    model = AudioMAEWithBand(
        spec_len=2000,
        embed_dim=sizes["dim"],
        encoder_depth=sizes["depth"],
        num_heads=sizes["heads"],
        freq_pos_emb_dim=sizes["dim"],
    )
    state = tensors(
        golden.case["weights_seed"], golden.case["gain"], dim=sizes["dim"], depth=sizes["depth"]
    )
    model.load_state_dict(state, strict=False)
    model.to("cpu").eval()
    audio = torch.from_numpy(golden.samples() / np.float32(32768))[None]
    with torch.inference_mode():
        utterance, segments = model.extract_features_from_audio(audio, sample_rate=golden.rate)
    golden.check("utterance", utterance.numpy())
    golden.check("segment", segments.numpy())


def test_two_steps_give_what_one_does():
    model = narrow()
    spectrogram = model.preprocess_audio_to_spectrogram(AUDIO, sample_rate=16000)
    assert (spectrogram.shape, spectrogram.dtype) == ((201, 48), torch.float32)
    for one, two in zip(
        model.extract_features_from_audio(AUDIO),
        model.extract_features(spectrogram, 16000),
        strict=True,
    ):
        assert one.shape == two.shape
        # The spectrogram is the same; products of other shapes may round otherwise.
        assert (one - two).abs().max() < 1e-5


def test_a_signal_without_its_channel_axis_is_the_same():
    model = narrow()
    for one, two in zip(
        model.extract_features_from_audio(AUDIO),
        model.extract_features_from_audio(AUDIO[0]),
        strict=True,
    ):
        assert torch.equal(one, two)


@pytest.mark.parametrize("epsilon", [1e-6, 1e-5, 1e-3])
def test_the_epsilon_of_the_final_norm_is_what_norm_layer_says(epsilon):
    # With a weight of 1, the variance of what the final norm gives is v / (v + epsilon), v being
    # that of its input: small here, so that epsilon matters.
    state = tensors()
    for name in ("weight", "bias"):
        state[f"encoder.layers.1.norm2.{name}"] *= 0.003
    state["norm.weight"].fill_(1)
    state["norm.bias"].fill_(0)
    model = AudioMAEWithBand(
        spec_len=2000,
        **NARROW,
        norm_layer=lambda width: torch.nn.LayerNorm(width, eps=epsilon),
        device="cpu",
    )
    plain = AudioMAEWithBand(spec_len=2000, **NARROW, device="cpu")
    model.load_state_dict(state)
    plain.load_state_dict(state)
    given = plain.extract_features_from_audio(AUDIO)[1].reshape(-1, 64)
    variance = given.double().var(1, unbiased=False, keepdim=True)
    variance = 1e-5 * variance / (1 - variance)
    assert 1e-6 < variance.mean() < 1e-4
    expected = given * torch.sqrt((variance + 1e-5) / (variance + epsilon))
    result = model.extract_features_from_audio(AUDIO)[1].reshape(-1, 64)
    assert (result - expected).abs().max() < 1e-4
    assert epsilon == 1e-5 or (result - given).abs().max() > 0.1


# ---- Interface ----


def test_the_constructor_takes_upstreams_arguments():
    parameters = inspect.signature(AudioMAEWithBand).parameters
    assert {name: value.default for name, value in parameters.items() if name != "device"} == {
        "spec_len": 1024,
        "band_width": 32,
        "shift_size": 16,
        "in_chans": 1,
        "embed_dim": 768,
        "encoder_depth": 12,
        "num_heads": 12,
        "mlp_ratio": 4.0,
        "norm_layer": torch.nn.LayerNorm,
        "fix_pos_emb": True,
        "mask_ratio": 0.8,
        "freq_pos_emb_dim": 768,
    }


def test_parameters_have_upstreams_names_and_shapes():
    model = AudioMAEWithBand(2000, 32, 16, 1, 192, 12, 3, 4.0, freq_pos_emb_dim=192)
    found = {name: tuple(value.shape) for name, value in model.named_parameters()}
    assert found == synthetic.shapes(192, 12)
    assert set(model.state_dict()) == set(found)
    assert sum(value.numel() for value in model.parameters()) == 5_461_632
    assert not any(value.requires_grad for value in model.parameters())
    assert (model.embed_dim, model.band_width, model.mask_ratio) == (192, 32, 0.8)


def test_load_state_dict_answers_as_pytorch_does():
    model = AudioMAEWithBand(spec_len=2000, **NARROW)
    state = tensors()
    del state["norm.bias"]
    missing, unexpected = model.load_state_dict({**state, "decoder": torch.zeros(1)}, strict=False)
    assert (missing, unexpected) == (["norm.bias"], ["decoder"])
    with pytest.raises(RuntimeError, match=r"norm\.bias"):
        model.load_state_dict(state)
    with pytest.raises(RuntimeError, match="size mismatch"):
        model.load_state_dict(tensors(dim=128, depth=2), strict=False)


def test_the_table_of_positions_may_be_left_out():
    state = tensors()
    del state["pos_embed"]
    model = AudioMAEWithBand(spec_len=2000, **NARROW, device="cpu")
    model.load_state_dict(state, strict=False)
    result = model.extract_features_from_audio(AUDIO)[0]
    assert (result - narrow().extract_features_from_audio(AUDIO)[0]).abs().max() < 1e-6


def test_from_pretrained_takes_its_sizes_from_the_tensors(tmp_path):
    path = tmp_path / "checkpoint.pth"
    torch.save({"encoder": tensors(), "model_type": "small"}, path)
    model = AudioMAEWithBand.from_pretrained(path, device="cpu")
    assert (model.embed_dim, model.encoder_depth, model.num_heads) == (64, 2, 1)
    assert torch.equal(
        model.extract_features_from_audio(AUDIO)[0], narrow().extract_features_from_audio(AUDIO)[0]
    )
    with pytest.raises(FileNotFoundError):
        AudioMAEWithBand.from_pretrained(tmp_path / "none.pth")
    torch.save([torch.zeros(1)], path)
    with pytest.raises(ModelError, match="no encoder"):
        AudioMAEWithBand.from_pretrained(path)
    torch.save({"encoder": tensors(), "args": {"num_heads": 2}, "decoder": {"num_heads": 4}}, path)
    with pytest.raises(UsageError, match="2 and 4"):
        AudioMAEWithBand.from_pretrained(path)
    assert AudioMAEWithBand.from_pretrained(path, num_heads=4).num_heads == 4


def test_outputs_ask_for_no_gradient():
    model = narrow()
    spectrogram = model.preprocess_audio_to_spectrogram(AUDIO, 16000)
    results = [spectrogram, *model.extract_features(spectrogram, 16000)]
    assert not any(result.requires_grad for result in results)


def test_it_stays_in_evaluation_mode():
    model = narrow()
    assert not model.training
    with pytest.warns(UserWarning, match="evaluation mode"):
        assert model.train() is model
    assert not model.training
    assert model.eval() is model


# ---- Weights that change ----


def test_changed_weights_are_used():
    model = narrow()
    before = model.extract_features_from_audio(AUDIO)[0]
    with torch.no_grad():
        model.norm.bias.add_(1)
    after = model.extract_features_from_audio(AUDIO)[0]
    assert (after - before - 1).abs().max() < 1e-5


def test_it_is_opened_once():
    model = narrow()
    model.extract_features_from_audio(AUDIO)
    opened = model._opened
    model.extract_features_from_audio(AUDIO)
    model.to(torch.float32)
    assert model._opened is opened


def through_pickle(model):
    return pickle.loads(pickle.dumps(model))  # noqa: S301


@pytest.mark.parametrize("duplicate", [copy.deepcopy, through_pickle])
def test_copies_compute_the_same(duplicate):
    model = narrow()
    before = model.extract_features_from_audio(AUDIO)[0]
    assert torch.equal(duplicate(model).extract_features_from_audio(AUDIO)[0], before)


def test_it_works_inside_a_module():
    class Classifier(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = AudioMAEWithBand(spec_len=2000, **NARROW, device="cpu")
            self.head = torch.nn.Linear(448, 2)

        def forward(self, audio):
            return self.head(self.encoder.extract_features_from_audio(audio)[0])

    model = Classifier()
    state = {f"encoder.{name}": value for name, value in tensors().items()}
    assert model.load_state_dict(state, strict=False).missing_keys == ["head.weight", "head.bias"]
    model.to("cpu").eval()
    model(AUDIO).sum().backward()
    assert model.head.weight.grad is not None


def test_nothing_is_left_of_the_files(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    narrow().extract_features_from_audio(AUDIO)
    assert list(tmp_path.iterdir()) == []


# ---- Devices ----


def test_to_cpu_is_the_cpu_path():
    model = AudioMAEWithBand(spec_len=2000, **NARROW)
    model.load_state_dict(tensors())
    expected = narrow()._encoder().device
    assert model.to("cpu")._encoder().device == expected
    assert model.cpu()._encoder().device == expected
    assert model.to(torch.device("cpu"), torch.float32)._encoder().device == expected
    assert model.to(AUDIO)._encoder().device == expected


def test_a_device_that_is_not_there_is_an_error_at_once():
    model = AudioMAEWithBand(spec_len=2000, **NARROW)
    model.load_state_dict(tensors())
    model.to("cpu").extract_features_from_audio(AUDIO)
    with pytest.raises(DeviceError, match="no-such-device"):
        model.to("no-such-device")
    with pytest.raises(DeviceError, match="no-such-device"):
        model.extract_features_from_audio(AUDIO)


def test_cuda_is_the_gpu():
    model = AudioMAEWithBand(spec_len=2000, **NARROW)
    model.load_state_dict(tensors())
    if any(device.type == "gpu" for device in echo_gpu.devices()):
        assert model.to("cuda").extract_features_from_audio(AUDIO)[0].shape == (448,)
    else:
        with pytest.raises(DeviceError):
            model.to("cuda")
        with pytest.raises(DeviceError):
            model.cuda()


def test_a_fixed_device_is_kept():
    assert narrow().to("no-such-device")._encoder().device == narrow()._encoder().device


@pytest.mark.parametrize("move", [torch.float64, torch.bfloat16, "cuda:1", 3])
def test_types_and_devices_that_are_not_there_are_refused(move):
    model = AudioMAEWithBand(spec_len=2000, **NARROW)
    with pytest.raises(UsageError, match=str(move).removeprefix("torch.")):
        model.to(move)
    assert model.cls_token.dtype == torch.float32


def test_half_is_fp16_and_outputs_stay_float32():
    model = AudioMAEWithBand(spec_len=2000, **NARROW, device=device_of("opencl"))
    model.load_state_dict(tensors())
    assert model.half()._encoder().precision == "fp16"
    half, single = (kind.extract_features_from_audio(AUDIO)[0] for kind in (model, narrow()))
    assert half.dtype == torch.float32
    # As the Swift tests: 0.9995 a recording.
    assert torch.nn.functional.cosine_similarity(half, single, dim=0) >= 0.9995
    assert not torch.equal(half, single)
    assert model.float()._encoder().precision == "fp32"


def test_the_number_of_heads_is_the_constructors():
    one, two = (narrow(num_heads=heads) for heads in (1, 2))
    assert (one._encoder().head_count, two._encoder().head_count) == (1, 2)
    results = [model.extract_features_from_audio(AUDIO)[0] for model in (one, two)]
    assert not torch.allclose(*results, atol=1e-3)


# ---- Refusals ----


@pytest.mark.parametrize(
    ("arguments", "value"),
    [
        ({"spec_len": 1024}, "spec_len=1024"),
        ({"band_width": 16}, "band_width=16"),
        ({"shift_size": 8}, "shift_size=8"),
        ({"in_chans": 2}, "in_chans=2"),
        ({"num_heads": 5}, "num_heads=5"),
        ({"num_heads": 0}, "num_heads=0"),
        ({"encoder_depth": 1.5}, "encoder_depth=1.5"),
        ({"mlp_ratio": 0}, "mlp_ratio=0"),
        ({"freq_pos_emb_dim": 768}, "freq_pos_emb_dim=768"),
        ({"norm_layer": torch.nn.Identity}, "Identity"),
        ({"norm_layer": lambda width: torch.nn.LayerNorm(width, eps=0)}, "eps=0"),
    ],
)
def test_arguments_that_are_not_computed_are_refused(arguments, value):
    with pytest.raises(UsageError, match=value):
        AudioMAEWithBand(**{"spec_len": 2000, **NARROW, **arguments})


def test_there_are_no_random_weights():
    model = AudioMAEWithBand(spec_len=2000, **NARROW)
    with pytest.raises(ModelError, match="29 of 30 tensors"):
        model.extract_features_from_audio(AUDIO)
    wrong = {f"module.{name}": value for name, value in tensors().items()}
    model.load_state_dict(wrong, strict=False)
    with pytest.raises(ModelError, match="29 of 30 tensors"):
        model.extract_features_from_audio(AUDIO)
    state = tensors()
    del state["norm.bias"]
    model.load_state_dict(state, strict=False)
    with pytest.raises(ModelError, match=r"1 of 30 tensors .*norm\.bias"):
        model.preprocess_audio_to_spectrogram(AUDIO, 16000)


@pytest.mark.parametrize(
    ("audio", "error", "reason"),
    [
        (torch.zeros(2, 8000), SignalError, r"\[2, 8000\]"),
        (torch.zeros(1, 1, 8000), SignalError, r"\[1, 1, 8000\]"),
        (AUDIO.double(), SignalError, "float64"),
        ((AUDIO * 32768).short(), SignalError, "32768"),
        (AUDIO.numpy(), UsageError, "ndarray"),
        (AUDIO.clone().requires_grad_(), UsageError, "gradient"),
        (AUDIO[:, :399], SignalError, "399"),
        (AUDIO * torch.nan, SignalError, "NaN"),
    ],
)
def test_signals_that_cannot_be_embedded_are_refused(audio, error, reason):
    model = narrow()
    with pytest.raises(error, match=reason):
        model.extract_features_from_audio(audio)
    with pytest.raises(error, match=reason):
        model.preprocess_audio_to_spectrogram(audio, 16000)


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        ((128, 50), "201"),
        ((1, 201, 50), r"\[1, 201, 50\]"),
        ((201, 2001), "2001"),
        ((201, 0), "frames"),
    ],
)
def test_spectrograms_that_cannot_be_embedded_are_refused(shape, reason):
    with pytest.raises(SignalError, match=reason):
        narrow().extract_features(torch.zeros(shape), 16000)


@pytest.mark.parametrize("rate", [16000, 16000.0, np.int64(16000), torch.tensor(16000)])
def test_a_sample_rate_is_any_whole_number(rate):
    assert narrow().extract_features_from_audio(AUDIO, rate)[0].shape == (448,)


@pytest.mark.parametrize("rate", [16000.5, "16000", None])
def test_other_sample_rates_are_refused(rate):
    with pytest.raises(SignalError, match="whole number"):
        narrow().extract_features_from_audio(AUDIO, rate)


def test_forward_is_refused():
    with pytest.raises(UsageError, match="extract_features"):
        narrow()(AUDIO, 16000)


def test_without_pytorch_the_error_names_what_to_install():
    code = "import sys; sys.modules['torch'] = None; import echo_gpu.upstream"
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert "pip install 'echo-gpu[torch]'" in run.stderr
