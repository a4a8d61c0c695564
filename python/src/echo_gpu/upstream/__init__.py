"""Upstream's class, computed by echo-gpu: a script changes its import line and nothing else.

``from audioMAE_band_upgrade import AudioMAEWithBand`` becomes
``from echo_gpu.upstream import AudioMAEWithBand``. Constructor, weights,
`extract_features_from_audio`, `preprocess_audio_to_spectrogram` and `extract_features` are called
as before and give tensors of the same shapes and types. There is no training and no gradient.

Source of the interface: https://github.com/yucongzh/ECHO, models/ECHO/audioMAE_band_upgrade.py, and
the model cards yucongzh/echo-tiny-0828 and yucongzh/echo-small-0824.
"""

from __future__ import annotations

from echo_gpu._packages import missing_package

try:
    import torch as _torch  # noqa: F401  (asked for first, so that the remedy is ours)
except ImportError as error:
    raise missing_package("torch", "torch") from error

from ._model import AudioMAEWithBand

__all__ = ["AudioMAEWithBand"]
