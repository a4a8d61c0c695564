"""An extractor for SIREN that is no encoder: eight energies a channel make small fixtures.

SIREN loads it by path or by module, as any extractor.
"""

from __future__ import annotations

import torch
from siren.core.base_extractor import BaseFeatureExtractor

_BANDS = 8


class FeatureExtractor(BaseFeatureExtractor):
    """The logarithm of the energy in eight bands of equal width."""

    def __init__(self) -> None:
        super().__init__("concatenate")
        self.expected_channels = 8

    def _get_single_channel_feature_dim(self) -> int:
        return _BANDS

    def _extract_single_channel_features(
        self, signal_tensor: torch.Tensor, sample_rate: int = 16000
    ) -> torch.Tensor:
        del sample_rate
        power = torch.fft.rfft(signal_tensor[0].double()).abs().square()
        bands = [band.mean() for band in torch.tensor_split(power[1:], _BANDS)]
        return torch.stack(bands).add(1e-9).log().float()
