"""Draws chart.svg: bars of clips/s, legible on a light and on a dark page."""
import pathlib

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot as plt  # noqa: E402

TEXT, OURS, THEIRS = "#7d838b", "#e8590c", "#8c98a6"
TITLES = {"pipeline, 16 kHz": "Whole pipeline, 16 kHz",
          "pipeline, 48 kHz": "Whole pipeline, 48 kHz",
          "encoder, 16 kHz": "Encoder alone, 16 kHz"}
STYLE = {"svg.fonttype": "none", "svg.hashsalt": "echo-gpu", "font.size": 11, "text.color": TEXT,
         "font.sans-serif": ["DejaVu Sans"]}


def _panel(axes: plt.Axes, title: str, rows: list[dict]) -> None:
    values = [row["clips_per_second"] for row in rows]
    colours = [OURS if row["peer"].startswith("echo-gpu") else THEIRS for row in rows]
    axes.barh(range(len(rows)), values, color=colours, height=0.72)
    for place, (row, value) in enumerate(zip(rows, values)):
        axes.text(value + max(values) * 0.015, place, f"{value:.1f}", va="center", weight="bold")
    axes.set_yticks(range(len(rows)), [row["peer"] for row in rows])
    axes.set_title(title, loc="left", weight="bold", fontsize=12)
    axes.set_xlim(0, max(values) * 1.12)
    axes.set_xticks([])
    axes.tick_params(colors=TEXT, length=0)
    axes.invert_yaxis()
    axes.set_facecolor("none")
    for spine in axes.spines.values():
        spine.set_visible(False)


def draw(results: dict, path: pathlib.Path) -> None:
    """Writes the chart; leaves out tests without results, and all that is not equal work."""
    rows = [row for row in results["results"] if row["configuration"] != "utterances only"]
    panels = [(title, [row for row in rows if row["test"] == test])
              for test, title in TITLES.items()]
    panels = [panel for panel in panels if panel[1]]
    if not panels:
        return
    heights = [len(rows) + 1.6 for _, rows in panels]
    machine, versions = results["machine"], results["versions"]
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(
            len(panels), 1, figsize=(8.6, 0.34 * sum(heights) + 0.5), squeeze=False,
            gridspec_kw={"height_ratios": heights}, layout="constrained")
        for panel, (title, rows) in zip(axes[:, 0], panels):
            _panel(panel, title, rows)
        names = {"torch": "PyTorch", "onnxruntime": "ONNX Runtime", "openvino": "OpenVINO"}
        used = ", ".join(f"{name} {versions[k]}" for k, name in names.items() if k in versions)
        figure.supxlabel(
            "clips of 10 s per second, more is better; medians, each in its best configuration.\n"
            f"{machine['cpu']}, {machine['cores']} cores, {machine['date'][:10]}. {used}.",
            fontsize=9, color=TEXT)
        figure.savefig(path, transparent=True, metadata={"Date": None, "Creator": None})
        plt.close(figure)
