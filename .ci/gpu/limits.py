"""What a kernel may take of a GPU, and how much of its loops must be matrix products.

The share limits the use of the matrix units from above: what Benchmarks/NOTES.md says of kernels rests on it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .row import Row

# Bytes of registers that ptxas may keep in memory: outside of loops they cost nothing that counts.
NVIDIA_SPILLED = 64



@dataclass(frozen=True)
class Known:
    """What is beyond the limits and known to be: the most bytes of registers that are kept in memory, and why."""

    kernels: str
    gpus: str
    spilled: int
    why: str


KNOWN = [
    Known(
        r"(attention|matmul_norm)_simt_f32", "pvc", 5760,
        "ocloc 22.43 compiles kernels for vector units for 32 lanes although they do not fit; they fit dg2",
    ),
    Known(
        r"(matmul|matmul_norm|patch_embed)_matrix_f32", "dg2", 1856,
        "two sets of sums and split operands are more than 128 registers of 32 bytes hold",
    ),
]  # fmt: skip


@dataclass(frozen=True)
class Share:
    """The least share of products in every loop that has some."""

    kernels: str
    gpus: str
    least: float


# The first that fits a kernel counts. A few points below what was measured.
SHARES = [
    Share("encoder_stack_matrix_f16", "sm_.*", 0.20),
    Share("attention_matrix_f16", "sm_.*", 0.12),
    Share("attention_matrix_f32", "sm_.*", 0.17),
    Share("(matmul|matmul_norm|patch_embed)_matrix_f16", "sm_.*", 0.22),
    Share("(matmul|matmul_norm|patch_embed)_matrix_f32", "sm_.*", 0.12),
]

# Macros of programs for shapes that no published model has, to which no share applies.
ODD = re.compile(r"\bODD_")


def problems(row: Row) -> Iterator[str]:
    """What is wrong with a kernel, in words."""
    in_loops = sum(loop.spills for loop in row.loops)
    if in_loops:
        yield f"{in_loops} accesses in loops to registers that are kept in memory"
    if row.gpu.startswith("gfx") and row.stack:
        yield f"{row.stack} bytes of scratch memory"
    allowed = allowed_spills(row)
    if row.spilled > allowed:
        yield f"{row.spilled} bytes of registers are kept in memory; {allowed} are allowed"
    least = least_share(row)
    for loop in row.loops:
        if least and loop.products and loop.product_share < least:
            yield (
                f"{100 * loop.product_share:.0f} % of a loop of {loop.instructions} are matrix products, "
                f"not {100 * least:.0f} %"
            )
    if least and not any(loop.products for loop in row.loops):
        yield "no loop has matrix products"


def allowed_spills(row: Row) -> int:
    """Bytes of registers that a kernel may keep in memory."""
    for known in KNOWN:
        if re.fullmatch(known.kernels, row.kernel) and re.fullmatch(known.gpus, row.gpu):
            return known.spilled
    return NVIDIA_SPILLED if row.gpu.startswith("sm_") else 0


def least_share(row: Row) -> float | None:
    """The share of products that is asked of a kernel; nothing where none is."""
    if ODD.search(row.options):
        return None
    return next(
        (share.least for share in SHARES
         if re.fullmatch(share.kernels, row.kernel) and re.fullmatch(share.gpus, row.gpu)),
        None,
    )  # fmt: skip
