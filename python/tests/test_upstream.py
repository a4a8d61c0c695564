"""`echo_gpu.upstream.AudioMAEWithBand`: upstream's interface and its numbers."""

from __future__ import annotations

import copy
import inspect
import pickle
import tempfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import synthetic  # noqa: E402
from upstream_models import AUDIO, NARROW, narrow, tensors  # noqa: E402

from echo_gpu import ModelError, UsageError  # noqa: E402
from echo_gpu.upstream import AudioMAEWithBand  # noqa: E402

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


def test_weights_that_were_changed_behind_autograd_are_used():
    model = narrow()
    before = model.extract_features_from_audio(AUDIO)[0]
    model.norm.bias.data.add_(1)
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
    return pickle.loads(pickle.dumps(model))


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


def test_threads_share_it():
    model = narrow()
    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(model.extract_features_from_audio, AUDIO) for _ in range(8)]
        results = [call.result() for call in calls]
    expected = narrow().extract_features_from_audio(AUDIO)
    assert all(torch.equal(found[0], expected[0]) for found in results)
    assert all(torch.equal(found[1], expected[1]) for found in results)
