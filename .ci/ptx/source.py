"""The text of PTX, as clang writes it, as instructions, registers and variables."""

import re
import struct
from dataclasses import dataclass, field

from .faults import NotModelled

# Bytes of a type; predicates have none.
SIZES = {
    **{f"{kind}{bits}": bits // 8 for kind in "bus" for bits in (8, 16, 32, 64)},
    "f16": 2, "f16x2": 4, "bf16": 2, "bf16x2": 4, "f32": 4, "f64": 8,
}  # fmt: skip

Operand = str | tuple[str, ...]


@dataclass(frozen=True)
class Instruction:
    """A statement, such as `@!%p1 ld.global.v2.f32 {%f1, %f2}, [%rd1+8]`."""

    text: str
    guard: str | None
    """The predicate's register, where there is one."""
    guard_is: bool
    """What the predicate must be."""
    name: str
    modifiers: tuple[str, ...]
    """What follows the name: `("global", "v2", "f32")`."""
    operands: tuple[Operand, ...]
    """A tuple for operands in braces."""

    @property
    def type(self) -> str:
        return self.modifiers[-1]

    def has(self, *modifiers: str) -> bool:
        return any(modifier in self.modifiers for modifier in modifiers)


@dataclass(frozen=True)
class Variable:
    """An array in a space of memory."""

    space: str
    name: str
    alignment: int
    byte_count: int
    content: bytes = b""


@dataclass
class Kernel:
    """The code of one entry and what it declares."""

    name: str
    parameters: list[tuple[str, str]] = field(default_factory=list)
    """Names and types."""
    registers: dict[str, str] = field(default_factory=dict)
    """Types by name; `%r<7>` declares %r0 to %r6."""
    variables: list[Variable] = field(default_factory=list)
    code: list[Instruction] = field(default_factory=list)
    labels: dict[str, int] = field(default_factory=dict)


def parse(text: str, name: str) -> Kernel:
    """The kernel of this name in a module."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL)
    entry = re.search(r"\.entry\s+" + re.escape(name) + r"\s*\(", text)
    if not entry:
        found = ", ".join(re.findall(r"\.entry\s+(\w+)", text)) or "none"
        raise NotModelled(f"there is no kernel {name}; there are: {found}")
    kernel = Kernel(name)
    close = text.index(")", entry.end())
    for parameter in text[entry.end() : close].split(","):
        words = parameter.replace(".", " .").split()
        kinds = [word[1:] for word in words if word[1:] in SIZES]
        if words and len(kinds) != 1:
            raise NotModelled(f"a parameter: {parameter.strip()}")
        if words:
            kernel.parameters.append((words[-1], kinds[0]))
    # Variables of the module stand outside of all functions.
    outside = re.sub(r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}(?!\s*;)", "", text)
    for statement in outside.split(";"):
        declaration = re.search(r"\.(?:const|global|shared)\b.*", statement, re.DOTALL)
        if declaration:
            kernel.variables.append(_variable(declaration[0]))
    _Body(kernel).read(text[text.index("{", close) :])
    return kernel


def _variable(text: str) -> Variable:
    """Such as `.const .align 4 .b8 terms[2] = {1, 2}`, without the semicolon."""
    match = re.match(
        r"\.(\w+)\s+(?:\.attribute\S*\s+)?(?:\.align\s+(\d+)\s+)?\.(\w+)\s+([\w$%]+)"
        r"(?:\[(\d*)\])?(?:\s*=\s*(.*))?$",
        text.strip(),
        re.DOTALL,
    )
    if not match:
        raise NotModelled(f"a variable: {text.strip()[:100]}")
    space, alignment, kind, name, count, values = match.groups()
    size = SIZES[kind]
    content = b"".join(_element(value, kind) for value in re.findall(r"[\w.+-]+", values or ""))
    return Variable(space, name, int(alignment or size), int(count or 1) * size, content)


def _element(text: str, kind: str) -> bytes:
    if text.startswith("0f"):
        return struct.pack("<I", int(text[2:], 16))
    if kind.startswith("f"):
        return struct.pack("<f" if kind == "f32" else "<d", float(text))
    return (int(text, 0) & (2 ** (8 * SIZES[kind]) - 1)).to_bytes(SIZES[kind], "little")


class _Body:
    """Reads a function's body, statement by statement."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.scopes: list[dict[str, str]] = []
        self.blocks = 0

    def read(self, text: str) -> None:
        at = 0
        while True:
            at += len(text[at:]) - len(text[at:].lstrip())
            if text[at] == "{":
                # The registers of a block, as inline assembly has them, are named apart.
                self.scopes.append({})
                self.blocks += 1
                at += 1
            elif text[at] == "}":
                self.scopes.pop()
                at += 1
                if not self.scopes:
                    return
            elif label := re.compile(r"([$\w]+):").match(text, at):
                self.kernel.labels[label[1]] = len(self.kernel.code)
                at = label.end()
            else:
                end = text.index(";", at)
                self._statement(re.sub(r"\s+", " ", text[at:end]).strip())
                at = end + 1

    def _statement(self, text: str) -> None:
        if text.startswith(".reg"):
            _, kind, names = text.split(" ", 2)
            for name in names.split(","):
                self._declare(kind[1:], name.strip())
        elif text.startswith((".shared", ".local")):
            self.kernel.variables.append(_variable(text))
        elif not text.startswith(".") and text:
            self.kernel.code.append(self._instruction(text))

    def _declare(self, kind: str, name: str) -> None:
        several = re.match(r"(.+)<(\d+)>$", name)
        names = [f"{several[1]}{i}" for i in range(int(several[2]))] if several else [name]
        for plain in names:
            unique = plain if len(self.scopes) == 1 else f"{plain}.{self.blocks}"
            self.scopes[-1][plain] = unique
            self.kernel.registers[unique] = kind

    def _instruction(self, text: str) -> Instruction:
        match = re.match(r"(?:@(!?)([%\w$]+)\s+)?([\w.:]+)\s*(.*)$", text)
        if not match:
            raise NotModelled(f"a statement: {text[:100]}")
        negated, guard, operation, rest = match.groups()
        name, *modifiers = operation.replace("::", "_").split(".")
        operands = [self._operand(piece) for piece in _split(rest)]
        return Instruction(
            text, self._named(guard) if guard else None, not negated, name,
            tuple(modifiers), tuple(operands),
        )  # fmt: skip

    def _operand(self, text: str) -> Operand:
        if text.startswith("{"):
            return tuple(self._named(piece.strip()) for piece in text[1:-1].split(","))
        if text.startswith("["):
            base = re.match(r"\[\s*([^+\s\]]+)", text)
            return text.replace(base[1], self._named(base[1]), 1) if base else text
        return self._named(text)

    def _named(self, name: str) -> str:
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        return name


def _split(text: str) -> list[str]:
    """Operands between the commas that stand outside of brackets."""
    pieces, depth, start = [], 0, 0
    for at, character in enumerate(text):
        depth += (character in "{[") - (character in "}]")
        if character == "," and depth == 0:
            pieces.append(text[start:at].strip())
            start = at + 1
    pieces.append(text[start:].strip())
    return [piece for piece in pieces if piece]
