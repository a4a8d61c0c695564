"""Local memory as kernels get it from OpenCL, made what CUDA's driver offers.

A __local argument is a pointer whose memory the OpenCL runtime sets aside. CUDA's driver has one
block of dynamic shared memory and no pointers into it, and where that begins differs by
architecture. So the PTX is changed: in place of each such parameter's value, the address of a
declared block, plus an offset. The parameter stays, and what is passed for it is not read.
"""
import re

BLOCK = "echo_gpu_local_memory"
ALIGNMENT = 128  # bytes; the widest vector that kernels load is 16


def parameters(ptx: str, kernel: str) -> list[str]:
    """The declaration of each of a kernel's parameters. Raises ValueError if there is none."""
    entry = re.search(rf"\.entry\s+{re.escape(kernel)}\s*\(([^)]*)\)", ptx)
    if entry is None:
        raise ValueError(f"the PTX has no kernel {kernel}")
    return [line.strip() for line in entry[1].split(",") if line.strip()]


def byte_count(parameter: str) -> int:
    """Bytes of a parameter by its declaration. Raises ValueError where kernels have none such."""
    found = re.search(r"\.param\s+\.[busf](\d+)\s", parameter + " ")
    if found is None:
        raise ValueError(f"a parameter declared as {parameter}")
    return int(found[1]) // 8


def offsets(byte_counts: dict[int, int]) -> tuple[dict[int, int], int]:
    """Where each argument's memory begins in the block, by its index, and the block's size."""
    begins, end = {}, 0
    for index, byte_count in sorted(byte_counts.items()):
        begins[index] = end
        end += -(-byte_count // ALIGNMENT) * ALIGNMENT
    return begins, end


def place(ptx: str, kernel: str, begins: dict[int, int]) -> str:
    """The PTX with the kernel's local parameters at these offsets of one dynamic block."""
    for index, begin in begins.items():
        name = rf"{re.escape(kernel)}_param_{index}"
        ptx, count = re.subn(
            rf"ld\.param\.[bu]64\s+(%\w+), \[{name}\];",
            rf"mov.u64 \1, {BLOCK};" + (rf" add.s64 \1, \1, {begin};" if begin else ""), ptx)
        if count == 0 and re.search(rf"\[{name}\]", ptx):
            raise ValueError(f"{kernel}: parameter {index} is not loaded as a pointer is")
    if not begins:
        return ptx
    declaration = f".extern .shared .align {ALIGNMENT} .b8 {BLOCK}[];\n"
    return re.sub(r"(\.address_size\s+64\s*\n)", rf"\1{declaration}", ptx, count=1)
