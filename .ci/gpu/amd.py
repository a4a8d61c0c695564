"""Clang's assembly for AMD."""

import re
from pathlib import Path

from .clang import to_amd
from .row import Instruction, Row, fill

MULTIPLY_ADDS = ("v_fma_f32", "v_fmac_f32", "v_pk_fma_f32", "v_dual_fmac_f32", "v_dual_fmaak", "v_mad_f32")


def rows(source: Path, options: list[str], gpu: str, work: Path) -> list[Row]:
    """What a program takes of a GPU such as gfx942, a row for each kernel."""
    assembly = work / f"{source.stem}.{gpu}.s"
    to_amd(source, options, gpu, assembly)
    text = assembly.read_text()
    assembly.unlink()
    parts = re.split(r"^\t\.globl\t", text, flags=re.MULTILINE)[1:]
    return [_row(part, gpu, text) for part in parts if ".amdhsa_kernel" in part]


def _row(text: str, gpu: str, program: str) -> Row:
    name = text.split()[0]

    def number(key: str) -> int:
        match = re.search(rf"^; {key}: (\d+)", text, re.MULTILINE)
        return int(match[1]) if match else 0

    # Scalar registers are kept in vector registers, if at all.
    spilled = re.search(rf"\.symbol:\s+{name}\.kd.*?\.vgpr_spill_count:\s+(\d+)", program, re.DOTALL)
    row = Row(
        gpu, name,
        # With accumulation registers, where there are some.
        registers=number("TotalNumVgprs") or number("NumVgprs"),
        spilled=4 * int(spilled[1]) if spilled else 0,
        stack=number("ScratchSize"),
        local=number("LDSByteSize"),
    )  # fmt: skip
    return fill(row, *machine_code(text[: text.index(".amdhsa_kernel")]))


def machine_code(text: str) -> tuple[list[Instruction], dict[str, int]]:
    instructions: list[Instruction] = []
    labels: dict[str, int] = {}
    for line in text.splitlines():
        if label := re.match(r"(\.LBB\w+):", line):
            labels[label[1]] = len(instructions)
        elif match := re.match(r"\t([a-z]\w+)(.*)", line):
            name, rest = match.groups()
            branch = re.search(r"(\.LBB\w+)", rest) if name.startswith(("s_branch", "s_cbranch")) else None
            instructions.append(
                Instruction(
                    is_product=name.startswith(("v_mfma_", "v_wmma_")),
                    is_multiply_add=name.startswith(MULTIPLY_ADDS),
                    is_spill="Folded" in rest,
                    target=branch[1] if branch else None,
                )
            )
    return instructions, labels
