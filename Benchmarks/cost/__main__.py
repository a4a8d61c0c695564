"""Clips a second of the encoder on cards that are not here, on paper.

    python3 Benchmarks/cost [--size tiny|small] [--card TEXT] [--table FILE]

FILE is what `.ci/gpu-code --json FILE` writes: what compilers made of the kernels. Without it
counts that were read by hand stand for them. Python's own library is all that is needed.
"""
import argparse
import pathlib

import counts
import report
import work
from cards import CARDS


def main() -> None:
    parser = argparse.ArgumentParser(prog="cost", description=__doc__.splitlines()[0])
    parser.add_argument("--size", choices=("tiny", "small"), default="tiny")
    parser.add_argument("--card", default="", help="only cards whose name contains this")
    parser.add_argument("--table", type=pathlib.Path, help="what .ci/gpu-code --json wrote")
    options = parser.parse_args()
    cards = [card for card in CARDS if options.card.lower() in card.name.lower()]
    if not cards:
        parser.error(f"no card is called {options.card}; there are "
                     + ", ".join(card.name for card in CARDS))
    found = {card.gpu: counts.read(options.table, card.gpu) if options.table else counts.DEFAULT
             for card in cards}
    model = work.TINY if options.size == "tiny" else work.SMALL
    print(report.document(cards, model, found))


if __name__ == "__main__":
    main()
