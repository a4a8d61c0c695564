"""Reads an output folder of `echo-gpu extract`, of either layout; see docs/output-layout.md.

    python3 read_parts.py FOLDER    # prints each recording's id, width and first value
"""

import sys
import json, pathlib, numpy

def recordings(folder):
    """Yields (manifest line, utterance embedding) of every recording that is embedded."""
    lines = [json.loads(line) for part in sorted(pathlib.Path(folder).glob("manifest-*.jsonl"))
             for line in part.open(encoding="utf-8") if line.endswith("\n")]
    last = {}
    for line in lines:
        last[line["id"]] = max(line["attempt"], last.get(line["id"], 0))
    for line in lines:
        if line["status"] == "ok" and line["attempt"] == last[line["id"]]:
            array = numpy.load(pathlib.Path(folder) / line["utterance_file"], mmap_mode="r")
            yield line, array if line["utterance_row"] is None else array[line["utterance_row"]]

if __name__ == "__main__":
    for line, embedding in recordings(sys.argv[1]):
        print(json.dumps([line["id"], line["width"], float(embedding[0])]))
