"""Writes the first Python example of each README that imports echo_gpu into one file: example.py FILE README...

Word for word, but for the model's name: a model of the hub is not to be had without a network.
"""

import re
import sys
from pathlib import Path

PUBLISHED = re.compile(r"yucongzh/echo-\w+-\d+")


def example(text: str) -> str | None:
    """The example's code, with the demo model; None where there is none."""
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    found = [block for block in blocks if re.search(r"^(import|from) .*\becho_gpu\b", block, re.MULTILINE)]
    return PUBLISHED.sub("demo", found[0]) if found else None


if __name__ == "__main__":
    examples = [example(Path(path).read_text()) for path in sys.argv[2:]]
    if None in examples:
        lacking = sys.argv[2 + examples.index(None)]
        sys.exit(f"example: no ```python block of {lacking} imports echo_gpu")
    Path(sys.argv[1]).write_text("\n".join(map(str, examples)))
