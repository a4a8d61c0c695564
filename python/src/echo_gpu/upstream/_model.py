"""`AudioMAEWithBand`: upstream's interface over `echo_gpu.Echo`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from echo_gpu._models.encoder_tensors import select
from echo_gpu._models.torch_file import load
from echo_gpu.errors import UsageError

from ._module import FeatureModule
from ._sizes import FRAMES, HEAD_WIDTH, NormLayer, check
from ._tensors import samples_of, spectrogram_of

if TYPE_CHECKING:
    from typing_extensions import Self

    from echo_gpu.results import Embedding


class AudioMAEWithBand(FeatureModule):
    """Upstream's encoder, for features only.

    A `torch.nn.Module` whose parameters have upstream's names: `load_state_dict`, `state_dict`,
    `parameters`, `torch.save` and modules around it work as they do there. Features are computed by
    `echo_gpu.Echo`, which is opened at the first call that needs it, and again where weights or
    device have changed since.

    It differs from upstream in this, always with an error or a warning:

    - it has no random weights: features before `load_state_dict` are a `ModelError`;
    - it is always in evaluation mode, without dropout: `train()` warns. There is no gradient, no
      output asks for one, and `forward` (a step of training) is refused;
    - samples that are NaN, infinite, float64 or integers are refused, and so are spectrograms whose
      bins are not those of the sample rate.

    Parameters
    ----------
    spec_len, band_width, shift_size, in_chans : int
        2000, 32, 16 and 1, as in every published configuration; others are refused. Upstream's
        default of `spec_len` is 1024, so pass 2000.
    embed_dim, encoder_depth, num_heads : int
        Width D of a token, layers, heads of a layer: 192, 12, 3 for tiny; 384, 12, 6 for small.
    mlp_ratio : float
        Width of the MLP, in D.
    norm_layer : callable
        Makes the final norm from D: `torch.nn.LayerNorm`, with any epsilon.
    fix_pos_emb, mask_ratio
        Of no effect on features; taken for the sake of scripts.
    freq_pos_emb_dim : int
        The same as `embed_dim`.
    device : str, optional
        Not upstream's: a device as `echo_gpu.Echo` takes it. `to()` then moves tensors, and does
        not choose where features are computed.

    Raises
    ------
    UsageError
        If an argument asks for something that echo-gpu does not compute.

    Notes
    -----
    Any number of threads may embed at the same time. If nothing was said of devices, ``"auto"``
    chooses. Weights that were changed since the last call are seen, through ``parameter.data`` too.
    """

    def __init__(
        self,
        spec_len: int = 1024,
        band_width: int = 32,
        shift_size: int = 16,
        in_chans: int = 1,
        embed_dim: int = 768,
        encoder_depth: int = 12,
        num_heads: int = 12,
        mlp_ratio: float = 4.0,
        norm_layer: NormLayer = nn.LayerNorm,
        fix_pos_emb: bool = True,
        mask_ratio: float = 0.8,
        freq_pos_emb_dim: int = 768,
        *,
        device: str | None = None,
    ) -> None:
        given = {
            "spec_len": spec_len,
            "band_width": band_width,
            "shift_size": shift_size,
            "in_chans": in_chans,
            "embed_dim": embed_dim,
            "encoder_depth": encoder_depth,
            "num_heads": num_heads,
            "mlp_ratio": mlp_ratio,
            "norm_layer": norm_layer,
            "fix_pos_emb": fix_pos_emb,
            "mask_ratio": mask_ratio,
            "freq_pos_emb_dim": freq_pos_emb_dim,
        }
        super().__init__(check(given), device)
        # Upstream keeps them as attributes, and scripts read them.
        for name, value in given.items():
            setattr(self, name, value)

    @classmethod
    def from_pretrained(
        cls, checkpoint_path: str, device: str | torch.device | None = None, **kwargs: Any
    ) -> Self:
        """Load a checkpoint that PyTorch saved (Zenodo's ``.pth``).

        Parameters
        ----------
        checkpoint_path : str
            The file: a state dict, or a dictionary that has one as ``"encoder"``, as
            `echo_gpu.convert` takes it. No code of the file is run.
        device : str or torch.device, optional
            As `to()` takes it; chosen by itself if it is left out.
        **kwargs
            Arguments of the constructor, in place of what the shapes of the tensors say.

        Returns
        -------
        AudioMAEWithBand
            With weights, on the device.

        Raises
        ------
        FileNotFoundError
            If the file does not exist.
        ModelError
            If it holds no ECHO encoder.
        UsageError
            If it says several numbers of heads, and `num_heads` is not given.

        Notes
        -----
        Sizes are those of the tensors; heads are 64 wide where the checkpoint does not say.
        Upstream takes sizes from the checkpoint's ``model_type``, and so does not know tiny.
        """
        content = load(Path(checkpoint_path))
        selection = select(str(checkpoint_path), content.tensors, None)
        heads = content.heads or {selection.width // HEAD_WIDTH}
        if "num_heads" not in kwargs and len(heads) > 1:
            numbers = " and ".join(map(str, sorted(heads)))
            raise UsageError(f"{checkpoint_path}: says {numbers} attention heads. Give num_heads.")
        sizes = {
            "embed_dim": selection.width,
            "encoder_depth": selection.layers,
            "num_heads": min(heads),
            "mlp_ratio": selection.hidden / selection.width,
            "freq_pos_emb_dim": selection.width,
        }
        model = cls(**{"spec_len": FRAMES, "mask_ratio": 0.75, **sizes, **kwargs})
        model.load_state_dict(selection.tensors)
        return model if device is None else model.to(device)

    def extract_features_from_audio(
        self, audio_signal: torch.Tensor, sample_rate: int = 16000
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Embed a signal.

        Parameters
        ----------
        audio_signal : torch.Tensor
            Samples of one channel, ``[1, samples]`` or ``[samples]``, full scale being -1 to 1.
        sample_rate : int
            Hz.

        Returns
        -------
        utterance : torch.Tensor
            ``[N*D]``, float32, on the CPU.
        segments : torch.Tensor
            ``[T, N*D]``, one row for every 160 ms; likewise.

        Raises
        ------
        SignalError
            If it cannot be embedded: shorter than 25 ms, not finite, several channels, float64.
        ModelError
            If no weights were loaded.
        DeviceError
            If the device is not there, or failed.
        """
        samples = samples_of(audio_signal)
        result = self._encoder().embed(samples, sample_rate, level="both")
        return _tensors(result, torch.device("cpu"))

    def preprocess_audio_to_spectrogram(
        self, audio_signal: torch.Tensor, sample_rate: int, max_length: int = 2000
    ) -> torch.Tensor:
        """Compute the normalised log spectrogram of a signal.

        Parameters
        ----------
        audio_signal : torch.Tensor
            As `extract_features_from_audio` takes it.
        sample_rate : int
            Hz.
        max_length : int
            Of no effect, as upstream: the spectrogram is that of the whole signal.

        Returns
        -------
        torch.Tensor
            ``[bins, frames]``, float32, where `audio_signal` is.

        Raises
        ------
        SignalError, ModelError, DeviceError
            As `extract_features_from_audio`.
        """
        del max_length
        samples = samples_of(audio_signal)
        values = self._encoder().spectrogram(samples, sample_rate)
        return torch.from_numpy(values).to(audio_signal.device)

    def extract_features(
        self, spectrogram: torch.Tensor, sample_rate: int
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Embed a spectrogram.

        Parameters
        ----------
        spectrogram : torch.Tensor
            ``[bins, frames]``, at most 2000 frames, as `preprocess_audio_to_spectrogram` gives it.
        sample_rate : int
            Hz: it says which frequencies the bins are.

        Returns
        -------
        utterance : torch.Tensor
            ``[N*D]``, float32, where `spectrogram` is.
        segments : torch.Tensor
            ``[ceil(frames / 16), N*D]``; likewise.

        Raises
        ------
        SignalError
            If the shape does not fit the sample rate, or a value is not finite.
        ModelError, DeviceError
            As `extract_features_from_audio`.
        """
        values = spectrogram_of(spectrogram)
        result = self._encoder().embed_spectrograms(values, sample_rate, level="both")
        return _tensors(result, spectrogram.device)


def _tensors(result: Embedding, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    utterance, segments = (torch.from_numpy(array).to(device) for array in result)
    return utterance, segments
