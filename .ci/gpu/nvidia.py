"""NVIDIA's assembler, and its machine code: ptxas and nvdisasm."""

import re
import subprocess
from pathlib import Path

from .clang import CompileError
from .row import Instruction, Row, fill


def rows(ptx: Path, gpu: str, tools: Path, work: Path) -> list[Row]:
    """What a program takes of a GPU such as sm_90, a row for each kernel."""
    cubin = work / f"{ptx.stem}.{gpu}.cubin"
    command = [str(tools / "ptxas"), "-v", f"-arch={gpu}", str(ptx), "-o", str(cubin)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CompileError(f"ptxas refused {ptx.name} for {gpu}:\n{done.stderr}")
    table = resources(done.stderr, gpu)
    code = subprocess.run(
        [str(tools / "nvdisasm"), "-c", str(cubin)], capture_output=True, text=True, check=True
    ).stdout
    cubin.unlink()
    for section in re.split(r"^//-+ \.text\.", code, flags=re.MULTILINE)[1:]:
        row = table[section.split()[0]]
        fill(row, *machine_code(section))
    return list(table.values())


def resources(log: str, gpu: str) -> dict[str, Row]:
    """What `ptxas -v` says, by kernel."""
    found: dict[str, Row] = {}
    for part in re.split(r"Compiling entry function '", log)[1:]:
        name = part[: part.index("'")]

        def number(pattern: str, text: str = part) -> int:
            match = re.search(pattern, text)
            return int(match[1]) if match else 0

        found[name] = Row(
            gpu, name,
            registers=number(r"Used (\d+) registers"),
            spilled=number(r"(\d+) bytes spill stores"),
            stack=number(r"(\d+) bytes stack frame"),
            local=number(r"(\d+) bytes smem"),
        )  # fmt: skip
    return found


def machine_code(text: str) -> tuple[list[Instruction], dict[str, int]]:
    instructions: list[Instruction] = []
    labels: dict[str, int] = {}
    for line in text.splitlines():
        if label := re.match(r"(\.L_x_\d+):", line):
            labels[label[1]] = len(instructions)
        elif match := re.match(r"\s+/\*[0-9a-f]+\*/\s+(?:@!?U?P\w+\s+)?(\w+)(.*)", line):
            name, rest = match.groups()
            branch = re.search(r"`\((\.L_x_\d+)\)", rest) if name == "BRA" else None
            instructions.append(
                Instruction(
                    is_product=name in ("HMMA", "QGMMA", "HGMMA"),
                    is_multiply_add=name in ("FFMA", "FFMA2"),
                    is_spill="SpillRefill" in rest,
                    target=branch[1] if branch else None,
                )
            )
    return instructions, labels
