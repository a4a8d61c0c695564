"""Whether a package that only imports EchoExtract uses every public type by its name."""

import re
from collections.abc import Iterable

from .graph import Symbol

# What no user writes: Swift asks for these names, as an AsyncSequence has them.
ASKED_FOR = {"RecordingEmbeddings.Element", "RecordingEmbeddings.Failure"}
COMMENTS = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
TEXTS = re.compile(r'"(?:\\.|[^"\\\n])*"')
NAME = re.compile(r"\b[A-Z]\w*(?:\.[A-Z]\w*)*")
IMPORT = re.compile(r"^[ \t]*(?:@\w+[ \t]+)*import[ \t]+(?:[a-z]+[ \t]+)?(\w+)", re.MULTILINE)


def names(source: str) -> set[str]:
    """The names of types in Swift source, with those of the types around them as they are written."""
    code = TEXTS.sub('""', COMMENTS.sub("", source))
    found = set()
    for name in NAME.findall(code):
        parts = name.split(".")
        found |= {".".join(parts[:end]) for end in range(1, len(parts) + 1)}
    return found


def faults(symbols: list[Symbol], sources: Iterable[str]) -> list[str]:
    """A sentence for each type without a use, and for each other import."""
    used: set[str] = set()
    found = []
    for source in sources:
        used |= names(source)
        for module in IMPORT.findall(source):
            if module != "EchoExtract":
                found.append(f"the consumer imports {module}: everything is to be had of EchoExtract alone")
    public = {symbol.name for symbol in symbols if symbol.is_type} - ASKED_FOR
    if not public:
        found.append("the symbol graph has no public type")
    for name in sorted(public - used):
        found.append(f"{name} is public and has no use in Tests/Consumer: give it one, or make it package")
    return found
