"""Encoders of upstream's interface, for tests."""

from __future__ import annotations

import numpy as np
import synthetic
import torch

from echo_gpu.upstream import AudioMAEWithBand

NARROW = {"embed_dim": 64, "encoder_depth": 2, "num_heads": 1, "freq_pos_emb_dim": 64}
AUDIO = torch.from_numpy(np.random.default_rng(1).normal(0, 0.1, (1, 8000)).astype(np.float32))


def tensors(seed=1, gain=1.0, *, dim=64, depth=2):
    """A state dict, as upstream's checkpoints have it."""
    return {
        name: torch.from_numpy(synthetic.tensor(name, shape, seed, gain))
        for name, shape in synthetic.shapes(dim, depth).items()
    }


def loaded(**arguments):
    """A small encoder with weights, on the device that is chosen by itself."""
    model = AudioMAEWithBand(spec_len=2000, **{**NARROW, **arguments})
    model.load_state_dict(tensors())
    return model


def narrow(**arguments):
    """A small encoder with weights, on the CPU path."""
    return loaded(**{"device": "cpu", **arguments})
