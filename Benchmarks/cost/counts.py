"""What compilers made of the kernels: shares of multiply-adds and of matrix products.

From the table that `.ci/gpu-code --json FILE` writes, or, without one, from what was read off the
machine code for sm_90 by hand.
"""
import dataclasses
import json
import pathlib

# Of a kernel's instructions, those outside its inner loop: 96 of 109 (88 %) in a product's loop are
# multiply-adds, 82 % of all that it issues.
OUTSIDE_LOOP = 0.93


@dataclasses.dataclass(frozen=True)
class Counts:
    """One card's shares of multiply-adds, and issue slots of a warp for a matrix instruction."""

    source: str
    product: float = 0.82
    attention: float = 0.60
    # By the way to use matrix units. Fused: 16,006 slots a layer with 3,648 of them, in a kernel of
    # all layers; unfused and split: the loops of matmul_matrix_f16 and _f32.
    slots: dict[str, float] = dataclasses.field(default_factory=lambda: {
        "fused": 16_006 / 3_648, "unfused": 153 / 48, "split": 377 / 72})

    def share(self, stem: str) -> float:
        return self.attention if stem == "attention" else self.product


DEFAULT = Counts("read by hand, sm_90")
KERNELS = {"fused": "encoder_stack_matrix_f16", "unfused": "matmul_matrix_f16",
           "split": "matmul_matrix_f32"}


def read(path: pathlib.Path, gpu: str) -> Counts:
    """Counts for one GPU; what the table does not have stays as it is by default."""
    rows = [row for row in json.loads(path.read_text()) if row["gpu"] == gpu]
    found = {}
    for name, kernel in (("product", "matmul_simt_f32"), ("attention", "attention_simt_f32")):
        shares = [OUTSIDE_LOOP * loop["multiply_adds"] / loop["instructions"]
                  for row in rows if row["kernel"] == kernel for loop in row["loops"]]
        if shares:
            found[name] = max(shares)
    slots = {way: _slots(rows, kernel) for way, kernel in KERNELS.items()}
    slots = {way: count for way, count in slots.items() if count}
    named = f"{path.name}, {gpu}" if found or slots else DEFAULT.source
    return dataclasses.replace(DEFAULT, source=named, slots=DEFAULT.slots | slots, **found)


def _slots(rows: list[dict], kernel: str) -> float | None:
    """Instructions for a matrix instruction in the loops that have some, of the kernel's leanest
    program: the others take sizes that fill no tile."""
    found = []
    for row in rows:
        loops = [loop for loop in row["loops"] if row["kernel"] == kernel and loop["products"]]
        if loops:
            found.append(sum(loop["instructions"] for loop in loops)
                         / sum(loop["products"] for loop in loops))
    return min(found, default=None)
