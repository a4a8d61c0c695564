"""Checks what EchoExtract makes public, by the symbol graph that .ci/symbol-graph writes:

    python -m api documented GRAPH             everything has a comment
    python -m api consumed GRAPH SOURCES...    the Swift files of these folders use every type by its name
"""

import argparse
import sys
from pathlib import Path

from . import consumed, documented, graph


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m api", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("check", choices=["documented", "consumed"])
    parser.add_argument("graph", type=Path, help="a folder of symbol graphs")
    parser.add_argument("sources", type=Path, nargs="*", help="folders of Swift files")
    options = parser.parse_args()
    symbols = graph.symbols(options.graph)
    if not symbols:
        sys.exit(f"{options.graph} has no symbol graph: run .ci/symbol-graph {options.graph}")
    if options.check == "documented":
        found = documented.faults(symbols)
    else:
        files = [path for folder in options.sources for path in sorted(folder.rglob("*.swift"))]
        found = consumed.faults(symbols, [path.read_text() for path in files])
    for fault in found:
        print(fault, file=sys.stderr)
    if found:
        sys.exit(1)
    types = sum(symbol.is_type for symbol in symbols)
    print(f"{options.check}: {len(symbols)} public declarations, {types} of them types")


if __name__ == "__main__":
    main()
