"""`echo_gpu.upstream.AudioMAEWithBand`: devices, and what is refused."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from conftest import device_of  # noqa: E402
from upstream_models import AUDIO, NARROW, loaded, narrow, tensors  # noqa: E402

import echo_gpu  # noqa: E402
from echo_gpu import DeviceError, ModelError, SignalError, UsageError  # noqa: E402
from echo_gpu.upstream import AudioMAEWithBand  # noqa: E402

# ---- Devices ----


def test_to_cpu_is_the_cpu_path():
    model = loaded()
    expected = narrow()._encoder().device
    assert model.to("cpu")._encoder().device == expected
    assert model.cpu()._encoder().device == expected
    assert model.to(torch.device("cpu"), torch.float32)._encoder().device == expected
    assert model.to(AUDIO)._encoder().device == expected


def test_a_device_that_is_not_there_is_an_error_at_once():
    model = loaded()
    model.to("cpu").extract_features_from_audio(AUDIO)
    with pytest.raises(DeviceError, match="no-such-device"):
        model.to("no-such-device")
    with pytest.raises(DeviceError, match="no-such-device"):
        model.extract_features_from_audio(AUDIO)


def test_cuda_is_the_gpu():
    model = loaded()
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
    model = loaded(device=device_of("opencl"))
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
