"""Writes synthetic-hashes.txt: what upstream's generator of synthetic checkpoints makes.

    python3 make_synthetic_hashes.py path/to/synthetic.py > synthetic-hashes.txt

A line is a hash and a tensor's name, under a line `case SEED GAIN D DEPTH`. The hash is FNV-1a of 64
bits over the little-endian bytes of the float32 values in C order.
"""
import importlib.util
import sys

CASES = [  # seed, gain, D, depth
    (1, 1.0, 192, 12),  # the demonstration model and most golden cases
    (2, 3.0, 192, 12),  # the golden cases with sharp attention
    (3, 1.0, 384, 2),  # the golden case of `small`, its first layers
    (2**64 - 1, 0.5, 64, 1),
    (7, 1.0, 768, 1),
    (7, 1.0, 1024, 1),
]


def fnv1a64(data: bytes) -> int:
    h = 0xCBF29CE484222325
    for b in data:
        h = ((h ^ b) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return h


def main() -> None:
    spec = importlib.util.spec_from_file_location("synthetic", sys.argv[1])
    synthetic = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(synthetic)
    for seed, gain, dim, depth in CASES:
        print(f"case {seed} {gain} {dim} {depth}")
        for name, value in synthetic.checkpoint(seed, gain, dim=dim, depth=depth).items():
            print(f"{fnv1a64(value.astype('<f4').tobytes()):016x} {name}")


main()
