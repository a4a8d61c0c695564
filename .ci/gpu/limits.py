"""What a kernel may take of a GPU, and how much of its inner loop must be matrix products.

A share is that of the inner loop with the most products. It is what limits the matrix units' use from above: what
Benchmarks/NOTES.md says of each kernel rests on it.
"""

import re
from collections.abc import Iterator

from .row import Row

# Bytes of registers that ptxas may keep in memory: outside of loops they cost nothing that counts.
NVIDIA_SPILLED = 64

# Kernels for vector units that ocloc 22.43 compiles for 32 lanes on pvc although they do not fit: 448 and 5,760 bytes
# of registers are kept in memory. They fit dg2. Matrix kernels ask for 16 lanes, and fit.
SPILLING_ON_PVC = r"(attention|matmul_norm)_simt_f32"

# Least shares of products: kernel, GPU, share. The first that fits counts.
SHARES: list[tuple[str, str, float]] = []


def problems(row: Row) -> Iterator[str]:
    """What is wrong with a kernel, in words."""
    in_loops = sum(loop.spills for loop in row.loops)
    if in_loops:
        yield f"{in_loops} accesses in loops to registers that are kept in memory"
    if row.gpu.startswith("sm_"):
        if row.spilled > NVIDIA_SPILLED:
            yield f"{row.spilled} bytes of registers are kept in memory; {NVIDIA_SPILLED} are allowed"
    elif row.gpu.startswith("gfx"):
        if row.stack:
            yield f"{row.stack} bytes of scratch memory"
    elif row.spilled and not (row.gpu == "pvc" and re.fullmatch(SPILLING_ON_PVC, row.kernel)):
        yield f"{row.spilled} bytes of registers are kept in memory"
    least = least_share(row)
    if least is None:
        return
    busiest = row.busiest
    share = busiest.product_share if busiest else 0
    if share < least:
        yield f"{100 * share:.0f} % of its inner loop are matrix products, not {100 * least:.0f} %"


def least_share(row: Row) -> float | None:
    """The share of products that is asked of a kernel; nothing where none is."""
    return next(
        (share for kernel, gpu, share in SHARES
         if re.fullmatch(kernel, row.kernel) and re.fullmatch(gpu, row.gpu)),
        None,
    )  # fmt: skip
