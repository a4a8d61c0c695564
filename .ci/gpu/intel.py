"""Intel's offline compiler for GPUs: ocloc, and the machine code that it dumps."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

from .clang import CompileError
from .row import Instruction, Row, fill

# What Debian's version does not declare. Devices declare it with the extension.
DECLARATIONS = """\
float8 __attribute__((overloadable)) intel_sub_group_f16_f16_matrix_mad_k16(int8, int8, float8);
float8 __attribute__((overloadable)) intel_sub_group_f16_f16_matrix_mad_k16(short8, int8, float8);
"""


def rows(source: Path, options: list[str], gpu: str, tools: Path) -> list[Row]:
    """What a program takes of a GPU, dg2 or pvc, a row for each kernel."""
    root = tools / "ocloc" / "usr"
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / source.name
        declarations = DECLARATIONS if any(o.startswith("-DUNIT_XMX") for o in options) else ""
        # ocloc takes no macros with arguments as options.
        macros = [o for o in options if "(" in o]
        options = [o for o in options if o not in macros]
        declarations += "".join("#define {} {}\n".format(*o[2:].split("=", 1)) for o in macros)
        text.write_text(f"{declarations}#line 1\n{source.read_text()}")
        environment = {
            **os.environ,
            "LD_LIBRARY_PATH": str(root / "lib" / "x86_64-linux-gnu"),
            "IGC_ShaderDumpEnable": "1",
            "IGC_DumpToCustomDir": folder,
        }
        command = [
            str(root / "bin" / "ocloc"), "compile", "-file", str(text), "-device", gpu,
            "-options", " ".join(options), "-out_dir", folder,
        ]  # fmt: skip
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env=environment, cwd=folder
        )
        if done.returncode or "Build succeeded" not in done.stdout:
            raise CompileError(f"ocloc refused {source.name} for {gpu}:\n{done.stdout}{done.stderr}")
        return _chosen([_row(file, gpu) for file in sorted(Path(folder).glob("*.asm"))])


def _chosen(rows: list[tuple[int, Row]]) -> list[Row]:
    """Of each kernel the widest form, which is the one that runs."""
    widest: dict[str, tuple[int, Row]] = {}
    for width, row in rows:
        if row.kernel not in widest or width > widest[row.kernel][0]:
            widest[row.kernel] = (width, row)
    return [row for _, row in widest.values()]


def _row(file: Path, gpu: str) -> tuple[int, Row]:
    """The lanes of a form of a kernel, and its row."""
    text = file.read_text()
    width = re.search(r"simd(\d+)", file.name)

    def number(pattern: str) -> int:
        match = re.search(pattern, text, re.MULTILINE)
        return int(match[1]) if match else 0

    name = re.search(r"^//\.kernel (\S+)", text, re.MULTILINE)
    if not name or not width:
        raise CompileError(f"{file.name} names no kernel")
    row = Row(
        gpu, name[1],
        registers=number(r"numGRF=(\d+)"),
        spilled=number(r"^//\.spill size (\d+)"),
        stack=number(r"^//\.private memory size (\d+)"),
    )  # fmt: skip
    return int(width[1]), fill(row, *machine_code(text))


def machine_code(text: str) -> tuple[list[Instruction], dict[str, int]]:
    instructions: list[Instruction] = []
    labels: dict[str, int] = {}
    for line in text.splitlines():
        if label := re.match(r"(\w+):", line):
            labels[label[1]] = len(instructions)
            continue
        # Such as `(W)  add (1|M0)  r62.1<1>:d ...`; a jump has no lanes.
        match = re.match(r"(?:\(\S+\)\s*)?\s*(?:([a-z]\w*(?:\.\w+)*)\s+\(\w+\|M\d+\)|(jmpi))(.*)", line)
        if not match:
            continue
        name, rest = match[1] or match[2], match[3]
        target = re.findall(r"\b(_\d+_\w+|L\d+)\b", rest) if name in ("jmpi", "while", "goto", "br") else []
        instructions.append(
            Instruction(
                is_product=name.startswith("dpas"),
                is_multiply_add=name.split(".")[0] in ("mad", "fma"),
                target=target[0] if target else None,
            )
        )
    return instructions, labels

