"""Which machines sound unusual: the distance of each recording to the nearest normal one.

    python3 Examples/anomaly.py --model yucongzh/echo-tiny-0828 normal/ test/

Prints a line for each recording of the second folder, the most unusual first: its distance (cosine
of the embeddings, 0 to 2), the share of the normal recordings that lie at least as far from the
others (0 is more unusual than all of them), and its path. Needs echo-gpu and scikit-learn.
"""

import argparse
import pathlib

import numpy as np
from echo_gpu.sklearn import EchoTransformer
from sklearn.neighbors import NearestNeighbors

ENDINGS = {".wav", ".flac", ".ogg", ".mp3", ".aiff"}


def recordings(folder):
    """Give the recordings of a folder and those below it, in order."""
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS)
    if not found:
        raise SystemExit(f"{folder}: no recordings that end in {', '.join(sorted(ENDINGS))}")
    return found


def distances(normal, test, model, device="auto"):
    """Give the distance of each test recording to the nearest normal one.

    Also the distance of each normal recording to the nearest other: what is usual.
    """
    embed = EchoTransformer(model, device=device)
    nearest = NearestNeighbors(n_neighbors=1, metric="cosine").fit(embed.fit_transform(normal))
    unusual, _ = nearest.kneighbors(embed.transform(test))
    usual, _ = nearest.kneighbors()  # Of each of its own rows, that row itself left out.
    return unusual[:, 0], usual[:, 0]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "normal", type=pathlib.Path, help="a folder of at least two normal recordings"
    )
    parser.add_argument("test", type=pathlib.Path, help="a folder of recordings to look at")
    parser.add_argument(
        "--model", required=True, help='a folder, or a name such as "yucongzh/echo-tiny-0828"'
    )
    parser.add_argument("--device", default="auto")
    options = parser.parse_args()
    normal, test = recordings(options.normal), recordings(options.test)
    if len(normal) < 2:
        parser.error(f"{options.normal}: one normal recording says nothing of what is usual")
    unusual, usual = distances(normal, test, options.model, options.device)
    for place in np.argsort(-unusual):
        share = np.mean(usual >= unusual[place])
        print(f"{unusual[place]:.4f} {share:.2f} {test[place]}")


if __name__ == "__main__":
    main()
