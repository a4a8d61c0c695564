"""Checks model.py against the golden outputs; exits 1, naming the case, where one does not agree.

The bounds are those of echo-gpu's own tests: cosine 0.999999, and an absolute error of 5e-5 plus
four times what upstream's float32 run loses on that case.
"""
import json
import pathlib
import sys

import numpy as np
import soundfile
import torch

import model
from agreement import deviation, worst

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "Tests/Fixtures/golden"


def check(case: dict) -> list[tuple[float, float]]:
    """The cosine and error of a case's outputs. Raises ValueError where they pass the bounds."""
    config = case["config"]
    encoder = model.Encoder.synthetic(
        case["weights_seed"], case["gain"], config["dim"], config["depth"], config["heads"])
    signal, rate = soundfile.read(GOLDEN / f"audio/{case['name']}.wav", dtype="float32")
    with torch.inference_mode():
        outputs = model.features(encoder, torch.from_numpy(signal), rate)
    found = []
    for kind, output in zip(("utterance", "segment"), outputs):
        reference = np.load(GOLDEN / f"{case['name']}.{kind}.npy")
        if tuple(output.shape) != reference.shape:
            raise ValueError(f"{case['name']} {kind}: shape {tuple(output.shape)}")
        cosine, error = deviation(output.numpy(), reference)
        bound = 5e-5 + 4 * case["upstream_f32_max_abs_error"][kind]
        if not (cosine >= 0.999999 and error <= bound):
            raise ValueError(
                f"{case['name']} {kind}: cosine {cosine:.7f}, error {error:.1e}, bound {bound:.1e}")
        found.append((cosine, error))
    return found


if __name__ == "__main__":
    try:
        print(worst(sum(map(check, json.loads((GOLDEN / "index.json").read_text())), [])))
    except ValueError as error:
        sys.exit(f"PyTorch's model does not match {GOLDEN}: {error}")
