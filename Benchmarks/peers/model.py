"""ECHO on PyTorch: `torch.stft` and `nn.TransformerEncoder`, as its users run it.

Written from the model's definition, not from upstream's code; golden.py checks it.
"""
import functools
import math

import synthetic
import torch
from torch import Tensor, nn

BAND, SHIFT, SEGMENT = 32, 16, 2000  # bins, frames, frames


class Encoder(nn.Module):
    """Bands of spectrograms `[n, 32, frames]` and their frequency encodings `[n, D]` to tokens
    `[n, 1 + patches, D]`, CLS first."""

    def __init__(self, width: int = 192, depth: int = 12, heads: int = 3) -> None:
        super().__init__()
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.pos_embed = nn.Parameter(torch.zeros(1, 1 + math.ceil(SEGMENT / SHIFT), width))
        patch = nn.Conv2d(1, width, (BAND, SHIFT), stride=(BAND, SHIFT))
        self.patch_embed = nn.ModuleDict({"proj": patch})
        layer = nn.TransformerEncoderLayer(
            width, heads, 4 * width, activation="gelu", layer_norm_eps=1e-6, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, depth, enable_nested_tensor=False)
        self.norm = nn.LayerNorm(width)

    @classmethod
    def synthetic(
        cls, seed: int = 1, gain: float = 1.0, width: int = 192, depth: int = 12, heads: int = 3
    ) -> "Encoder":
        """The encoder with weights made from a seed, ready for inference."""
        encoder = cls(width, depth, heads)
        shapes = {name: tuple(value.shape) for name, value in encoder.state_dict().items()}
        weights = synthetic.checkpoint(shapes, seed, gain)
        encoder.load_state_dict({name: torch.from_numpy(v) for name, v in weights.items()})
        return encoder.eval().requires_grad_(False)

    def forward(self, bands: Tensor, frequency: Tensor) -> Tensor:
        short = -bands.shape[-1] % SHIFT
        bands = nn.functional.pad(bands, (0, short))
        patches = self.patch_embed["proj"](bands.unsqueeze(1)).flatten(2).transpose(1, 2)
        patches = patches + self.pos_embed[:, 1 : 1 + patches.shape[1]]
        cls = self.cls_token.expand(patches.shape[0], -1, -1)
        tokens = torch.cat([cls, patches], dim=1) + frequency.unsqueeze(1)
        return self.norm(self.encoder(tokens))


def spectrogram(signal: Tensor, rate: int) -> Tensor:
    """Samples `[..., L]` at `rate` Hz to normalised log magnitudes `[..., bins, frames]`."""
    window, hop = int(0.025 * rate), int(0.01 * rate)
    signal = signal - signal.mean(-1, keepdim=True)
    spectrum = torch.stft(
        signal, window, hop, window=_hann(window, signal.device), center=False,
        return_complex=True)
    return (torch.log(spectrum.abs() + 1e-9) + 5.874158) / (5.223174 * 2)


def bands_of(spectrogram: Tensor) -> Tensor:
    """`[..., bins, frames]` to `[..., N, 32, frames]`; a short last band gets zeros in front."""
    bins = spectrogram.shape[-2]
    start = (math.ceil(bins / BAND) - 1) * BAND
    pieces = [spectrogram[..., b : b + BAND, :] for b in range(0, bins, BAND)]
    pieces[-1] = nn.functional.pad(pieces[-1], (0, 0, BAND - (bins - start), 0))
    return torch.stack(pieces, dim=-3)


@functools.cache
def _hann(window: int, device: torch.device) -> Tensor:
    return torch.hann_window(window, periodic=True, device=device)


@functools.cache
def frequency_encoding(rate: int, width: int) -> Tensor:
    """`[N, D]`: sine and cosine, interleaved, of where each band's centre lies below rate / 2."""
    window = int(0.025 * rate)
    bins = window // 2 + 1
    rows = []
    for start in range(0, bins, BAND):
        centre = (start + min(start + BAND, bins) - 1) / 2
        rows.append((centre * rate / window) / (rate / 2))
    omega = torch.exp(torch.arange(0, width, 2).float() * (-math.log(10000.0) / width))
    angle = 25.0 * torch.tensor(rows, dtype=torch.float32)[:, None] * omega
    return torch.stack([angle.sin(), angle.cos()], dim=-1).flatten(1)


def segments(spectrogram: Tensor) -> list[Tensor]:
    """Cuts `[..., frames]` into 2000 frames each; a rest is covered by the last 2000."""
    frames = spectrogram.shape[-1]
    cut = [spectrogram[..., s : s + SEGMENT] for s in range(0, frames - SEGMENT + 1, SEGMENT)]
    return cut if frames % SEGMENT == 0 else cut + [spectrogram[..., -SEGMENT:]]


def features(encoder: Encoder, signal: Tensor, rate: int) -> tuple[Tensor, Tensor]:
    """One recording's utterance embedding `[N*D]` and its segments' rows `[T, N*D]`."""
    frequency = frequency_encoding(rate, encoder.norm.weight.shape[0])
    utterances, rows = [], []
    for segment in segments(spectrogram(signal, rate)):
        tokens = encoder(bands_of(segment), frequency)
        utterances.append(tokens[:, 0].flatten())
        rows.append(tokens[:, 1:].transpose(0, 1).flatten(1))
    return torch.stack(utterances).mean(0), torch.cat(rows)
