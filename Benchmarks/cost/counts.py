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
    """One card's share of multiply-adds by kernel, and issue slots of a warp for a matrix product."""

    source: str
    product: float = 0.82
    attention: float = 0.60
    # 16,006 issue slots a layer with 3,648 products, in a kernel of all layers.
    slots_per_product: float = 16_006 / 3_648

    def share(self, stem: str) -> float:
        return self.attention if stem == "attention" else self.product


DEFAULT = Counts("read by hand, sm_90")


def read(path: pathlib.Path, gpu: str) -> Counts:
    """Counts for one GPU; what the table does not have stays as it is by default."""
    rows = [row for row in json.loads(path.read_text()) if row["gpu"] == gpu]
    found = {}
    for name, kernel in (("product", "matmul_simt_f32"), ("attention", "attention_simt_f32")):
        loops = _busiest(rows, kernel, "multiply_adds")
        if loops:
            found[name] = OUTSIDE_LOOP * max(l["multiply_adds"] / l["instructions"] for l in loops)
    loops = _busiest(rows, "encoder_stack_matrix_f16", "products")
    if loops:
        # The loop with the most products for its instructions is the MLP's, half of a layer; the
        # attention's takes more. Weighted by the products that they hold.
        found["slots_per_product"] = (
            sum(l["instructions"] for l in loops) / sum(l["products"] for l in loops))
    named = f"{path.name}, {gpu}" if found else DEFAULT.source
    return dataclasses.replace(DEFAULT, source=named, **found)


def _busiest(rows: list[dict], kernel: str, what: str) -> list[dict]:
    """Loops of a kernel that do what it is for, in the first of its programs."""
    for row in rows:
        if row["kernel"] == kernel:
            loops = [loop for loop in row["loops"] if loop[what] > 0]
            if loops:
                return loops
    return []
