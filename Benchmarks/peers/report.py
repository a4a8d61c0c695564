"""Medians, ratios within rounds, and the table."""
import dataclasses
from statistics import median

from measurement import Measurement

Rounds = list[list[Measurement]]
OURS = ("echo-gpu, pocl", "echo-gpu, Intel's OpenCL", "echo-gpu, no OpenCL")
ENCODER = "encoder, 16 kHz"
PYTHON = ("signals in Python, 16 kHz", "files one by one in Python, 16 kHz")
RATIOS = [  # (test, peer) over (test, peer)
    *((("pipeline, 16 kHz", peer), ("pipeline, 16 kHz", "PyTorch")) for peer in OURS),
    *((("pipeline, 48 kHz", peer), ("pipeline, 48 kHz", "PyTorch")) for peer in OURS),
    *(((test, peer), (test, "PyTorch")) for test in PYTHON for peer in OURS),
    *((("pipeline, 16 kHz", OURS[0]), (ENCODER, peer))
      for peer in ("OpenVINO float32", "OpenVINO bfloat16")),
    *(((ENCODER, OURS[0]), (ENCODER, peer))
      for peer in ("PyTorch", "ONNX Runtime", "OpenVINO float32", "OpenVINO bfloat16")),
    ((ENCODER, OURS[1]), (ENCODER, OURS[0])),
]


def _row(configurations: dict[str, list[tuple[Measurement, float | None]]]) -> dict:
    """The configuration with the best median; each figure comes with its round's FMA peak."""
    medians = {name: median(m.clips_per_second for m, _ in found)
               for name, found in configurations.items()}
    best = max(medians, key=lambda name: medians[name])
    found = configurations[best]
    shares = [100 * m.gflops / peak for m, peak in found if peak]
    cosines = [m.cosine for m, _ in found if m.cosine is not None]
    first = found[0][0]
    return {
        "test": first.test, "peer": first.peer, "configuration": best,
        "clips_per_second": medians[best], "rounds": [m.clips_per_second for m, _ in found],
        "gflops": median(m.gflops for m, _ in found),
        "percent_of_peak": median(shares) if shares else None,
        "cosine_with_pytorch": min(cosines, default=None), "tried": medians}


def results(rounds: Rounds) -> dict:
    """Everything that the rounds show, as JSON: a row for each test and peer, and the ratios.

    The FMA peak of a round is the best that a device showed in it, for all share the cores.
    """
    peaks = [max((m.peak_gflops for m in found if m.peak_gflops), default=None) for found in rounds]
    series: dict[tuple[str, str], dict[str, list]] = {}
    for found, peak in zip(rounds, peaks):
        for m in found:
            configurations = series.setdefault((m.test, m.peer), {})
            configurations.setdefault(m.configuration, []).append((m, peak))
    rows = {name: _row(configurations) for name, configurations in series.items()}
    ratios = []
    for over, under in RATIOS:
        if over in rows and under in rows:
            pairs = [a / b for a, b in zip(rows[over]["rounds"], rows[under]["rounds"])]
            ratios.append({"what": f"{over[1]} ({over[0]}) / {under[1]} ({under[0]})",
                           "median": median(pairs), "rounds": pairs})
    known = [peak for peak in peaks if peak]
    return {
        "results": sorted(rows.values(), key=lambda row: (row["test"], -row["clips_per_second"])),
        "ratios": ratios, "peak_gflops": median(known) if known else None,
        "measurements": [[dataclasses.asdict(m) for m in found] for found in rounds]}


def table(results: dict) -> str:
    """The results for a terminal."""
    lines, test = [], ""
    for row in results["results"]:
        if row["test"] != test:
            test = row["test"]
            lines += ["", f"{test:<38} clips/s   least    most  GFLOP/s  % of peak"]
        share = f"{row['percent_of_peak']:.0f}" if row["percent_of_peak"] else ""
        lines.append(
            f"  {row['peer']:<36} {row['clips_per_second']:7.1f} {min(row['rounds']):7.1f} "
            f"{max(row['rounds']):7.1f}  {row['gflops']:7.0f}  {share:>9}  {row['configuration']}")
    lines += ["", "ratios, median over rounds"] if results["ratios"] else []
    lines += [f"  {r['median']:5.2f}  {r['what']}" for r in results["ratios"]]
    if results["peak_gflops"]:
        lines += ["", f"FMA peak: {results['peak_gflops']:.0f} GFLOP/s"]
    lines += ["", *(f"{name}: {check}" for name, check in results["checks"].items())]
    return "\n".join(lines + [f"MISSING {k}: {why}" for k, why in results["missing"].items()])
