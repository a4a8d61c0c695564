"""Compares what runs the ECHO encoder on this machine's CPU: every peer, round by round.

Writes results.json and chart.svg, and prints a table. `run` makes the environment for it.
"""
import argparse
import json
import pathlib
import shutil

import agreement
import machine
import peers
import report
from measurement import Measurement


def run_rounds(
    jobs: list[peers.Job], rounds: int, missing: dict[str, str]
) -> list[list[Measurement]]:
    """Every job once a round, in turns of direction; one that fails is missing from then on."""
    measured: list[list[Measurement]] = []
    for number in range(rounds):
        measured.append([])
        for job in jobs[::-1] if number % 2 else jobs:
            if job.name in missing:
                continue
            print(f"round {number + 1} of {rounds}: {job.name}", flush=True)
            try:
                measured[-1] += job.run()
            except machine.Unavailable as error:
                missing[job.name] = str(error)
                print(f"    missing: {error}", flush=True)
    return measured


def output_checks() -> dict[str, str]:
    """How far echo-gpu's files lie from PyTorch's, for every device and rate that both embedded."""
    output = peers.WORK / "output"
    return {f"{folder.parent.name} and PyTorch, {folder.name.split('-')[0]} Hz":
            agreement.of_folders(folder, output / "PyTorch" / folder.name)
            for folder in sorted(output.glob("echo-gpu*/*"))}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run", description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, help="recordings of 10 s at 16 kHz for OpenCL "
                        "devices, half of them at 48 kHz, a sixth for the rest "
                        "(default: 256 a core)")
    parser.add_argument("--rounds", type=int, help="of every peer (default: 3)")
    parser.add_argument("--quick", action="store_true", help="one round, few recordings: shows "
                        "that everything runs; its figures are not to be quoted")
    parser.add_argument("--only", metavar="TEXT,...", default="", help="only what has one of these "
                        "in its name: pytorch, onnx, openvino, pocl, intel, pipeline, encoder, "
                        "in python, ...")
    parser.add_argument("--binaries", type=pathlib.Path, default=machine.ROOT / ".build/release",
                        help="folder of echo-gpu and echo-bench (default: .build/release)")
    parser.add_argument("--output", type=pathlib.Path, help="folder for results.json and chart.svg "
                        "(default: this one; with --quick or --only .build-peers/partial)")
    chosen = parser.parse_args()
    if chosen.clips is None:
        chosen.clips = (12 if chosen.quick else 256) * machine.cores()
    if chosen.rounds is None:
        chosen.rounds = 1 if chosen.quick else 3
    if min(chosen.clips, chosen.rounds) < 1:
        parser.error("--clips and --rounds take 1 or more")
    partial = chosen.quick or chosen.only
    chosen.output = chosen.output or (peers.WORK / "partial" if partial else peers.HERE)
    chosen.binaries = chosen.binaries.resolve()
    lacking = [name for name in ("echo-gpu", "echo-bench") if not (chosen.binaries / name).exists()]
    if lacking and not chosen.only:
        parser.error(f"no {' and '.join(lacking)} in {chosen.binaries}. Build with `swift build "
                     "-c release --product NAME`, or leave them out, as with --only pytorch,onnx")
    return chosen


def main() -> None:
    options, missing, checks = arguments(), {}, {}
    cores, facts = machine.cores(), machine.facts()
    sizes = peers.Sizes(options.clips, (4 if options.quick else 16) * cores, cores)
    print(f"{cores} cores, load average {facts['load_average'][0]:.1f}; preparing", flush=True)
    shutil.rmtree(peers.WORK / "output", ignore_errors=True)
    jobs = peers.pytorch_jobs(sizes, missing, checks)
    jobs += peers.echo_jobs(sizes, options.binaries, missing, checks)
    wanted = [text.strip().lower() for text in options.only.split(",")]
    jobs = [job for job in jobs if any(text in job.name.lower() for text in wanted)]
    if not jobs:
        raise SystemExit(f"run: nothing to run has {options.only!r} in its name; {missing=}")
    # What is compared, close in time.
    jobs.sort(key=lambda job: (job.name.endswith("encoder"), job.name.endswith("in Python")))
    rounds = run_rounds(jobs, options.rounds, missing)
    results = report.results(rounds) | {
        "machine": facts, "versions": machine.versions(), "missing": missing,
        "checks": checks | output_checks(), "clips": options.clips, "quick": options.quick}
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    print(report.table(results))
    try:
        import chart
    except ImportError as error:
        print(f"No chart: {error}. See .build-peers/pip.log.")
    else:
        chart.draw(results, options.output / "chart.svg")
    print(f"\nWritten to {options.output}")


if __name__ == "__main__":
    main()
