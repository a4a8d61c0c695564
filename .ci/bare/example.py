"""Writes the README's first Python example that imports echo_gpu into a file: example.py README.md FILE

Word for word, but for the model's name: a model of the hub is not to be had without a network.
"""

import re
import sys
from pathlib import Path

PUBLISHED = re.compile(r"yucongzh/echo-\w+-\d+")


def example(text: str) -> str:
    """The example's code, with the demo model."""
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    found = [block for block in blocks if re.search(r"^(import|from) .*\becho_gpu\b", block, re.MULTILINE)]
    if not found:
        raise SystemExit("example: no ```python block of the README imports echo_gpu")
    return PUBLISHED.sub("demo", found[0])


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(example(Path(sys.argv[1]).read_text()))
