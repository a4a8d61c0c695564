#!/usr/bin/env python3
"""Draws the pictures of docs/architecture.md: rooms.svg and threads.svg, beside this file.

    python3 docs/pictures/draw.py            # writes them
    python3 docs/pictures/draw.py --check    # fails where the files are not what it would write

A picture is boxes, arrows and notes on a grid of 10 x 10 pixels. It has a background of its own and follows the
reader's light or dark theme, so that it can be read on any page.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

GRID = 10
STYLE = """
    .page { fill: #ffffff; }
    .box { fill: #eef3f8; stroke: #4a6785; }
    .queue { fill: #fff4dc; stroke: #9a7423; }
    .file { fill: #eef7ec; stroke: #4d7d45; }
    .frame { fill: none; stroke: #8a96a3; stroke-dasharray: 5 4; }
    .arrow { stroke: #3c4a58; fill: none; }
    .head { fill: #3c4a58; }
    text { fill: #17202a; font-family: system-ui, "DejaVu Sans", sans-serif; font-size: 13px; }
    .small { fill: #46525e; font-size: 11px; }
    .name { font-weight: 600; }
    @media (prefers-color-scheme: dark) {
      .page { fill: #12181f; }
      .box { fill: #1d2a38; stroke: #7fa3c7; }
      .queue { fill: #352b14; stroke: #cfa955; }
      .file { fill: #1b2e19; stroke: #86b57d; }
      .frame { stroke: #6d7985; }
      .arrow { stroke: #b3c0cc; }
      .head { fill: #b3c0cc; }
      text { fill: #e8edf2; }
      .small { fill: #a9b5c0; }
    }
"""


@dataclass
class Picture:
    """What is drawn so far; sizes and places are in grid units."""

    title: str
    width: int
    height: int
    parts: list[str] = field(default_factory=list)

    def box(self, x: float, y: float, width: float, height: float, name: str, *lines: str, kind: str = "box") -> None:
        """Draw a box with a name and smaller lines below it."""
        self.parts.append(
            f'<rect class="{kind}" x="{x * GRID:g}" y="{y * GRID:g}" width="{width * GRID:g}"'
            f' height="{height * GRID:g}" rx="4"/>'
        )
        middle, top = x + width / 2, y + height / 2 - 0.7 * len(lines) + 0.45
        self.text(middle, top, name, "name", "middle")
        for number, line in enumerate(lines, start=1):
            self.text(middle, top + 1.45 * number, line, "small", "middle")

    def frame(self, x: float, y: float, width: float, height: float, name: str) -> None:
        """Draw a dashed frame around boxes, with its name at the top."""
        self.parts.append(
            f'<rect class="frame" x="{x * GRID:g}" y="{y * GRID:g}" width="{width * GRID:g}"'
            f' height="{height * GRID:g}" rx="6"/>'
        )
        self.text(x + 1, y + 1.7, name, "small", "start")

    def text(self, x: float, y: float, words: str, kind: str = "small", anchor: str = "start") -> None:
        """Write a line; `y` is its base line."""
        self.parts.append(
            f'<text class="{kind}" x="{x * GRID:g}" y="{y * GRID:g}" text-anchor="{anchor}">{escape(words)}</text>'
        )

    def arrow(self, *points: tuple[float, float]) -> None:
        """Draw a line through the points, with a head at the last."""
        path = " L ".join(f"{x * GRID:g} {y * GRID:g}" for x, y in points)
        self.parts.append(f'<path class="arrow" d="M {path}" marker-end="url(#head)"/>')

    def svg(self) -> str:
        """Give the picture as a file."""
        width, height = self.width * GRID, self.height * GRID
        drawn = "\n  ".join(self.parts)
        return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">
  <title>{escape(self.title)}</title>
  <style>{STYLE}  </style>
  <defs>
    <marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse">
      <path class="head" d="M 0 0 L 8 4 L 0 8 z"/>
    </marker>
  </defs>
  <rect class="page" width="{width}" height="{height}"/>
  {drawn}
</svg>
"""


def rooms() -> Picture:
    """Draw the rooms: who imports whom, from the users at the top to what everything stands on."""
    picture = Picture("The rooms of echo-gpu, and who imports whom", 92, 60)
    picture.text(2, 2.4, "An arrow points at what is imported. Nothing points upwards.")

    picture.box(2, 4, 20, 5, "echo-gpu, EchoCLI", "the command")
    picture.box(26, 4, 20, 5, "Python, echo_gpu", "the wheel")
    picture.box(50, 4, 16, 5, "EchoC", "the C library")
    picture.box(70, 4, 20, 5, "your Swift program")
    picture.arrow((46, 6.5), (50, 6.5))

    picture.box(2, 14, 88, 6, "EchoExtract", "the public face; the pipeline that joins the rooms below; search, score, report")
    for x in (12, 58, 80):
        picture.arrow((x, 9), (x, 14))

    picture.frame(2, 24, 20, 13, "recordings in")
    picture.box(4, 27, 16, 8, "EchoSignal", "formats, channels,", "segments")
    picture.frame(24, 24, 42, 34, "from samples to embeddings")
    picture.box(26, 27, 17, 6, "EchoModel", "encoder, as a graph")
    picture.box(47, 27, 17, 6, "EchoVerify", "cases, comparison")
    picture.box(26, 37, 17, 6, "EchoCPU", "the definition")
    picture.box(47, 37, 17, 6, "EchoGPU", "OpenCL backend")
    picture.box(26, 47, 17, 9, "EchoGraph", "operations, plan,", "executor")
    picture.box(47, 47, 6.5, 9, "Kernels", "OpenCL C")
    picture.box(54, 47, 10, 9, "EchoOpenCL", "typed OpenCL")
    picture.frame(68, 24, 22, 34, "embeddings out")
    picture.box(70, 27, 18, 7, "EchoReport", "page, pictures")
    picture.box(70, 38, 18, 7, "EchoScore", "nearest, metrics, trend")
    picture.box(70, 49, 18, 7, "EchoStore", "tables, manifests")
    picture.box(4, 40, 16, 6, "EchoHub", "fetches models")
    picture.arrow((12, 20), (12, 24))
    picture.arrow((45, 20), (45, 24))
    picture.arrow((79, 20), (79, 24))
    picture.arrow((23, 20), (23, 43), (20, 43))

    picture.arrow((47, 30), (43, 30))
    picture.arrow((49.5, 33), (49.5, 35), (40, 35), (40, 37))
    picture.arrow((55.5, 33), (55.5, 37))
    picture.arrow((30, 33), (30, 35), (25, 35), (25, 51), (26, 51))
    picture.arrow((34.5, 43), (34.5, 47))
    picture.arrow((47, 41), (45, 41), (45, 50), (43, 50))
    picture.arrow((50, 43), (50, 47))
    picture.arrow((59, 43), (59, 47))
    picture.arrow((79, 34), (79, 38))
    picture.arrow((79, 45), (79, 49))

    picture.text(4, 51, "All rooms may import:")
    picture.text(4, 52.6, "EchoTensor (shapes, tensors)")
    picture.text(4, 54.2, "EchoFormats (JSON, NPY, names)")
    picture.text(4, 55.8, "EchoInvariant (ends on a bug)")
    return picture


def threads() -> Picture:
    """Draw the threads and queues of an extraction, from files to tables."""
    picture = Picture("Threads and queues of an extraction, from file to table", 92, 56)
    picture.text(2, 2.4, "Blue: threads. Yellow: what lies between them; queues are bounded, and who writes waits while one is full. Green: files.")

    picture.box(2, 5, 17, 7, "recordings", "files, folders,", "tar members", kind="file")
    picture.box(2, 17, 17, 7, "the plan", "what is missing,", "in order", kind="queue")
    picture.box(24, 5, 26, 19, "decode 0 ... decode P - 2", "P processors; at most 32 a device", "take the next recording of the plan,",
                "remove its mean, cut it into", "segments of up to 2000 frames")
    picture.box(56, 5, 15, 19, "decoded", "segments,", "batch x devices", "at most", kind="queue")
    picture.box(75, 5, 15, 19, "BatchGatherer", "not a thread:", "one submitter", "at a time makes", "the next batch", kind="queue")
    picture.arrow((10.5, 12), (10.5, 17))
    picture.arrow((19, 20.5), (24, 20.5))
    picture.arrow((19, 8.5), (24, 8.5))
    picture.arrow((50, 14.5), (56, 14.5))
    picture.arrow((71, 14.5), (75, 14.5))

    picture.frame(24, 28, 66, 13, "for each device")
    picture.box(72, 31, 16, 8, "submit", "lays out, plans,", "queues kernels")
    picture.box(49, 31, 17, 8, "in flight", "2 batches", kind="queue")
    picture.box(26, 31, 17, 8, "collect", "waits for results")
    picture.arrow((80, 24), (80, 31))
    picture.arrow((72, 35), (66, 35))
    picture.arrow((49, 35), (43, 35))

    picture.box(2, 31, 17, 8, "OrderedQueue", "batches, by number;", "128 MiB", kind="queue")
    picture.arrow((26, 35), (19, 35))
    picture.box(2, 45, 26, 9, "the caller's thread", "joins channels, means,", "checks that values are finite,", "writes, reports progress")
    picture.arrow((10.5, 39), (10.5, 45))
    picture.box(36, 45, 20, 9, "tables", "flushed, then renamed", kind="file")
    picture.box(64, 45, 20, 9, "manifest", "commits the part", kind="file")
    picture.arrow((28, 49.5), (36, 49.5))
    picture.arrow((56, 49.5), (64, 49.5))
    picture.text(58, 48.6, "then")
    return picture


def main() -> int:
    """Write the pictures, or compare them; the status is 1 where one differs."""
    folder = Path(__file__).parent
    pictures = {"rooms.svg": rooms().svg(), "threads.svg": threads().svg()}
    if "--check" not in sys.argv[1:]:
        for name, text in pictures.items():
            (folder / name).write_text(text, encoding="utf-8")
        return 0
    differing = [name for name, text in pictures.items() if (folder / name).read_text(encoding="utf-8") != text]
    for name in differing:
        print(f"{folder / name}: not what draw.py draws; run python3 {folder / 'draw.py'}", file=sys.stderr)
    return min(len(differing), 1)


if __name__ == "__main__":
    sys.exit(main())
