"""Whether everything that is public says what it is, and shows nothing of Foundation."""

import re

from .graph import Symbol

# Mangled names of what is in Foundation's modules.
FOUNDATION = re.compile(r"s:(So)?(10Foundation|20FoundationEssentials)")
# What a function that throws says of its errors: in a line of its own, or by the function that it is like.
THROWS = re.compile(r"- Throws:|``.*`` (does|throws)")
# A product outside of code: markup takes what stands between two of them for emphasis.
PRODUCT = re.compile(r"\w\*\w")
CODE = re.compile(r"```.*?```|``?[^`]*``?", re.DOTALL)
# Swift makes them, with Swift's comment.
MADE_BY_SWIFT = ("init(from:)", "encode(to:)")


def faults(symbols: list[Symbol]) -> list[str]:
    """A sentence for each declaration that a reader could not use as it is."""
    found = []
    for symbol in symbols:
        where = f"{symbol.name} ({symbol.place})" if symbol.place else symbol.name
        text = symbol.documentation.strip()
        throws = "throws" in symbol.declaration and not symbol.name.endswith(MADE_BY_SWIFT)
        if not text:
            found.append(f"{where} is public and has no comment: {symbol.declaration}")
        elif throws and not THROWS.search(text):
            found.append(f"{where} throws and does not say when: {symbol.declaration}")
        if PRODUCT.search(CODE.sub("", text)):
            found.append(f"{where} has a product outside of code: put it between backticks")
        if any(FOUNDATION.match(name) for name in symbol.types):
            found.append(f"{where} shows a type of Foundation, which its users would need: {symbol.declaration}")
    return found
