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
    """What is beyond the limits and known to be, in bytes at most, and why."""

    kernels: str
    gpus: str
    why: str
    spilled: int = 0
    stack: int = 0


KNOWN = [
    Known(
        r"encoder_stack_matrix_f16", "gfx1[12].*|dg2|pvc",
        "declined there, its registers do not hold it: compiled because tests emulate these units",
        spilled=42528, stack=51200,
    ),
    Known(
        r"attention_matrix_f32", "dg2",
        "declined there, its registers do not hold it: compiled because tests emulate this unit",
        spilled=2432,
    ),
    Known(
        r"\w+_simt_f32", "pvc",
        "ocloc 22.43 compiles kernels for vector units for 32 lanes although they do not fit; they fit dg2",
        spilled=5824, stack=8704,
    ),
    Known(
        r"(patch_embed|stft)_simt_f32", "dg2",
        "a tile of 48 sums beside the loads of the next, and a window of 1102 in radices 19 and 29",
        spilled=416,
    ),
    Known(
        r"(matmul|matmul_norm|patch_embed)_matrix_f32", "dg2",
        "two sets of sums and split operands are more than 128 registers of 32 bytes hold",
        spilled=2336,
    ),
    Known(
        r"(attention|matmul|matmul_norm|patch_embed)_matrix_f(16|32)", "pvc",
        "ocloc 22.43 leaves the arrays of sums in memory",
        stack=13824,
    ),
    Known(r"mlp_matrix_f16", "gfx1201", "two tiles of rows at width 192, outside of its loops", 16, 20),
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
    Share("attention_matrix_f32", "sm_.*", 0.13),
    Share("mlp_matrix_f16", "sm_.*", 0.09),
    Share("(matmul|matmul_norm|patch_embed)_matrix_f16", "sm_.*", 0.22),
    Share("(matmul|matmul_norm|patch_embed)_matrix_f32", "sm_.*", 0.12),
    Share("(matmul|matmul_norm|patch_embed)_matrix_f16", "gfx9.*", 0.14),
    Share("(matmul|matmul_norm|patch_embed)_matrix_f32", "gfx9.*", 0.12),
    Share("(matmul|matmul_norm|patch_embed)_matrix_f16", "gfx1[12].*", 0.10),
    Share("(matmul|matmul_norm|patch_embed)_matrix_f32", "gfx1[12].*", 0.04),
]

# Macros of programs for shapes that no published model has, to which no share applies.
ODD = re.compile(r"\bODD_|\bWIDTH=(64|128)\b")


def problems(row: Row) -> Iterator[str]:
    """What is wrong with a kernel, in words."""
    allowed = _allowed(row)
    in_loops = sum(loop.spills for loop in row.loops)
    if in_loops and not allowed.why:
        yield f"{in_loops} accesses in loops to registers that are kept in memory"
    if row.spilled > allowed.spilled:
        yield f"{row.spilled} bytes of registers are kept in memory; {allowed.spilled} are allowed"
    if not row.gpu.startswith("sm_") and row.stack > allowed.stack:
        yield f"{row.stack} bytes of a work-item's arrays are in memory; {allowed.stack} are allowed"
    least = least_share(row)
    for loop in row.loops:
        if least and loop.products and loop.product_share < least:
            yield (
                f"{100 * loop.product_share:.0f} % of a loop of {loop.instructions} are matrix products, "
                f"not {100 * least:.0f} %"
            )
    if least and not any(loop.products for loop in row.loops):
        yield "no loop has matrix products"


def unneeded(rows: list[Row]) -> Iterator[str]:
    """What is known to be beyond the limits, and is not any more: a table that grows hides what is new."""
    for known in KNOWN:
        spilled = [row.spilled for row in rows if _allowed(row) is known]
        stacks = [row.stack for row in rows if _allowed(row) is known]
        if max(spilled, default=0) < known.spilled or max(stacks, default=0) < known.stack:
            yield (
                f"{known.kernels} for {known.gpus} may keep {known.spilled} and {known.stack} bytes in memory, "
                f"and keeps {max(spilled, default=0)} and {max(stacks, default=0)}"
            )


def _allowed(row: Row) -> Known:
    """What a kernel may keep in memory."""
    for known in KNOWN:
        if re.fullmatch(known.kernels, row.kernel) and re.fullmatch(known.gpus, row.gpu):
            return known
    return Known(row.kernel, row.gpu, "", NVIDIA_SPILLED if row.gpu.startswith("sm_") else 0)


def least_share(row: Row) -> float | None:
    """The share of products that is asked of a kernel; nothing where none is."""
    if ODD.search(row.options):
        return None
    return next(
        (share.least for share in SHARES
         if re.fullmatch(share.kernels, row.kernel) and re.fullmatch(share.gpus, row.gpu)),
        None,
    )  # fmt: skip
