#!/usr/bin/env python3
"""Sizes that no test has the time for, with the real echo-gpu; Python's own library is all it needs.

    Benchmarks/scale.py hours --hours 10            one recording, 8 channels at 48 kHz
    Benchmarks/scale.py recordings --count 100000   so many recordings of half a second
    Benchmarks/scale.py known --count 1000000       a run that finds so many recordings embedded already
    Benchmarks/scale.py layouts --rounds 5          --layout parts against --layout files
    Benchmarks/scale.py host                        what the host can feed: devices compute nothing

The model is one layer, 64 wide, so that reading and writing are most of the work; --model takes another.
Memory is the peak of the process, as the system counts it. `host` needs echo-bench beside echo-gpu (swift
build -c release --product echo-bench) and counts the processor's time, which other processes do not change as
much as they change the clock's. Tests/EchoCLITests/ScaleTests.swift does the
same with less.
"""
import argparse
import json
import math
import os
import pathlib
import random
import statistics
import struct
import subprocess
import sys
import tarfile
import tempfile
import time

WIDTH = 64


def checkpoint(folder):
    """A checkpoint of one layer with weights from a seed."""
    shapes = {
        "cls_token": [1, 1, WIDTH], "pos_embed": [1, 126, WIDTH],
        "patch_embed.proj.weight": [WIDTH, 1, 32, 16], "patch_embed.proj.bias": [WIDTH],
        "norm.weight": [WIDTH], "norm.bias": [WIDTH],
    }
    for name, shape in {
        "self_attn.in_proj_weight": [3 * WIDTH, WIDTH], "self_attn.in_proj_bias": [3 * WIDTH],
        "self_attn.out_proj.weight": [WIDTH, WIDTH], "self_attn.out_proj.bias": [WIDTH],
        "linear1.weight": [WIDTH, WIDTH], "linear1.bias": [WIDTH],
        "linear2.weight": [WIDTH, WIDTH], "linear2.bias": [WIDTH],
        "norm1.weight": [WIDTH], "norm1.bias": [WIDTH],
        "norm2.weight": [WIDTH], "norm2.bias": [WIDTH],
    }.items():
        shapes["encoder.layers.0." + name] = shape
    header, data = {}, b""
    numbers = random.Random(1)
    for name, shape in shapes.items():
        values = [numbers.gauss(0, 0.1) for _ in range(math.prod(shape))]
        start = len(data)
        data += struct.pack(f"<{len(values)}f", *values)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [start, len(data)]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path = folder / "one-layer"
    path.mkdir()
    (path / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
    return path


def silence(path, seconds, channels, rate):
    """16-bit PCM as RF64, whose sizes have 64 bits: a header and a hole."""
    size = seconds * rate * channels * 2
    header = b"RF64" + b"\xff" * 4 + b"WAVE"
    header += b"ds64" + struct.pack("<IQQQI", 28, size + 72, size, seconds * rate, 0)
    header += b"fmt " + struct.pack("<IHHIIHH", 16, 1, channels, rate, rate * channels * 2,
                                    channels * 2, 16)
    header += b"data" + b"\xff" * 4
    with open(path, "wb") as file:
        file.write(header)
        file.truncate(len(header) + size)


def noise(path, seconds, rate, seed, channels=1):
    """16-bit PCM as WAV."""
    numbers = random.Random(seed)
    size = 2 * channels
    samples = numbers.randbytes(int(seconds * rate) * size)
    header = b"RIFF" + struct.pack("<I", 36 + len(samples)) + b"WAVEfmt "
    header += struct.pack("<IHHIIHH", 16, 1, channels, rate, size * rate, size, 16)
    path.write_bytes(header + b"data" + struct.pack("<I", len(samples)) + samples)


def extract(options, output, inputs, *more):
    """Runs extract; wall seconds, processor seconds and the peak of its memory in MB."""
    command = [options.binary, "extract", "--model", str(options.model), "--device", options.device,
               "--output", str(output), *more, *map(str, inputs)]
    start = time.monotonic()
    child = os.posix_spawn(command[0], command, os.environ,
                           file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                                         (os.POSIX_SPAWN_OPEN, 2, str(output) + ".log",
                                          os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)])
    _, status, usage = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(pathlib.Path(str(output) + ".log").read_text())
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000


def hours(options, folder):
    path = folder / "long.wav"
    silence(path, round(3600 * options.hours), options.channels, options.rate)
    result = extract(options, folder / "out", [path], "--layout", "parts", "--batch",
                     str(options.batch))
    print(f"{options.hours:g} h, {options.channels} channels at {options.rate} Hz "
          f"({path.stat().st_size / 1e9:.1f} GB), --batch {options.batch}: "
          f"{result[0]:.0f} s ({result[1]:.0f} s of processor), peak {result[2]:.0f} MB")


def recordings(options, folder):
    inputs = folder / "in"
    inputs.mkdir()
    for index in range(options.count):
        place = inputs / f"{index // 1000:04}"
        if index % 1000 == 0:
            place.mkdir()
            # A file has 65,000 links at most.
            noise(place / "0.wav", 0.5, 1000, index)
        else:
            os.link(place / "0.wav", place / f"{index % 1000}.wav")
    result = extract(options, folder / "out", [inputs], "--layout", "parts")
    print(f"{options.count} recordings: {result[0]:.0f} s ({result[1]:.0f} s of processor), "
          f"peak {result[2]:.0f} MB")


def known_inputs(options, folder):
    """Makes recordings that are never read; yields the id, path, size and time of each."""
    inputs = folder / "in"
    inputs.mkdir()
    if options.source == "list":
        path = inputs / "0.wav"
        noise(path, 0.5, 1000, 0)
        facts = path.stat()
        with open(folder / "list.jsonl", "w") as file:
            for index in range(options.count):
                name = f"machine-{index % 97:03}/{index:08}.wav"
                file.write(f'{{"id":"{name}","path":"{path}"}}\n')
                yield name, str(path), facts.st_size, facts.st_mtime_ns
        return
    for first in range(0, options.count, 10_000):
        names = [f"{i:08}.wav" for i in range(first, min(first + 10_000, options.count))]
        place = inputs / f"machine-{first // 10_000:04}"
        if options.source == "tar":
            place = place.with_suffix(".tar")
            with open(place, "wb") as file:
                for name in names:
                    file.write(tarfile.TarInfo(name).tobuf(tarfile.USTAR_FORMAT))
                file.write(bytes(1024))
        else:
            place.mkdir()
            for name in names:
                os.close(os.open(place / name, os.O_CREAT | os.O_WRONLY))
        for name in names:
            changed = os.stat(place if options.source == "tar" else place / name).st_mtime_ns
            yield f"{place.name}/{name}", f"{place}/{name}", 0, changed


def system_part(folder):
    """Seconds that it takes to list the folder and to ask for each file's size and time."""
    start = time.monotonic()
    count = 0
    for place in os.scandir(folder):
        for entry in os.scandir(place):
            entry.stat()
            count += 1
    return f"{time.monotonic() - start:.1f} s to list and stat {count} files, in Python"


def table(path, rows, width):
    """Writes the header of a table, and behind it a hole."""
    text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {width}), }}"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\1\0" + (118).to_bytes(2, "little") + text.ljust(117).encode() + b"\n")
        file.truncate(128 + 4 * rows * width)


def known_folder(options, folder):
    """Makes recordings and an output folder that has them all. Of tables and arrays there is no value: a run
    that finds nothing to do looks at their headers and sizes alone."""
    # Another recording begins the folder, so that its run.json is a real one.
    noise(folder / "first.wav", 0.5, 1000, 0)
    out = folder / "out"
    extract(options, out, [folder / "first.wav"], "--layout", options.layout)
    line = json.loads((out / "manifest-000000.jsonl").read_text().splitlines()[0])
    line |= {"id": "@id", "path": "@path", "bytes": "@bytes", "modified": "@changed",
             "utterance_file": "@file", "utterance_row": "@row"}
    text = json.dumps(line, separators=(",", ":")) + "\n"
    for name in ("bytes", "changed", "row"):
        text = text.replace(f'"@{name}"', f"@{name}")
    in_parts = options.layout == "parts"
    size = 1024 if in_parts else 16_384
    lines, number = [], 1
    width = line["width"]

    def end_part():
        (out / f"manifest-{number:06}.jsonl").write_text("".join(lines))
        if in_parts:
            table(out / f"utterance-{width}-{number:06}.npy", len(lines), width)

    for name, path, byte_count, changed in known_inputs(options, folder):
        if in_parts:
            file, row = f"utterance-{width}-{number:06}.npy", len(lines)
        else:
            file, row = f"{name}.utterance.npy", "null"
            (out / file).parent.mkdir(parents=True, exist_ok=True)
            with open(out / file, "wb") as array:
                array.truncate(128 + 4 * width)
        for key, value in (("id", name), ("path", path), ("bytes", byte_count),
                           ("changed", changed), ("file", file), ("row", row)):
            text_of_line = (text if key == "id" else text_of_line).replace(f"@{key}", str(value), 1)
        lines.append(text_of_line)
        if len(lines) == size:
            end_part()
            lines, number = [], number + 1
    if lines:
        end_part()


def known(options, folder):
    if options.keep:
        folder = pathlib.Path(options.keep).resolve()
    if not (folder / "out").exists():
        folder.mkdir(parents=True, exist_ok=True)
        known_folder(options, folder)
    out = folder / "out"
    if options.source == "folder":
        print("the system's part:", system_part(folder / "in"), flush=True)
    arguments = ["--manifest", str(folder / "list.jsonl")]
    if options.source != "list":
        arguments = [str(folder / "in")]
    before = len(list(out.glob("manifest-*.jsonl")))
    results = [extract(options, out, [], "--layout", options.layout, *arguments)
               for _ in range(options.rounds)]
    if len(list(out.glob("manifest-*.jsonl"))) != before:
        sys.exit("the run found something to do")
    result = min(results)
    print(f"{options.count} known recordings of a {options.source}, --layout {options.layout}: "
          f"{result[0]:.1f} s ({result[1]:.1f} s of processor), peak {result[2]:.0f} MB, best of "
          f"{options.rounds}")


def layouts(options, folder):
    inputs = folder / "in"
    inputs.mkdir()
    for index in range(options.clips):
        noise(inputs / f"{index}.wav", 10, 16_000, index)
    ratios = []
    for turn in range(options.rounds + 1):
        order = ["files", "parts"] if turn % 2 else ["parts", "files"]
        times = {layout: extract(options, folder / f"out-{turn}-{layout}", [inputs], "--layout",
                                 layout, "--level", options.level or "both")
                 for layout in order}
        if turn == 0:
            continue  # Compiles kernels and warms the cache of the disk.
        ratios.append([times["parts"][i] / times["files"][i] for i in (0, 1)])
        print(f"files {times['files'][0]:.2f} s, parts {times['parts'][0]:.2f} s: "
              f"{ratios[-1][0]:.3f} (of processor {ratios[-1][1]:.3f})", flush=True)
    wall, processor = (statistics.median(ratio[i] for ratio in ratios) for i in (0, 1))
    print(f"parts / files, median of {options.rounds}: {wall:.3f} (of processor {processor:.3f})")


def host_inputs(options, folder):
    """Yields folders of clips of 10 s, each with what it is called."""
    for name, channels, rate, share in [("mono", 1, 16_000, 1), ("stereo", 2, 16_000, 4),
                                        ("8 channels", 8, 16_000, 16), ("mono", 1, 48_000, 4)]:
        inputs = folder / f"{name} {rate}"
        inputs.mkdir()
        # As many recordings of each, so that what a run does once counts as little; of large ones links.
        distinct = max(1, options.clips // share)
        for index in range(options.clips):
            if index < distinct:
                noise(inputs / f"{index}.wav", 10, rate, index, channels)
            else:
                os.link(inputs / f"{index % distinct}.wav", inputs / f"{index}.wav")
        yield f"{name} at {rate} Hz", inputs
    clips = sorted((folder / "mono 16000").iterdir())
    yield "mono at 16000 Hz, 4 tar", shards(folder / "tar", "w", ".tar", clips)
    yield "mono at 16000 Hz, 4 tar.gz", shards(folder / "gzip", "w:gz", ".tar.gz", clips[:128])


def shards(folder, mode, ending, clips, count=4):
    """Files in as many archives."""
    folder.mkdir()
    for number in range(count):
        with tarfile.open(folder / f"{number}{ending}", mode) as archive:
            for clip in clips[number::count]:
                archive.add(clip, clip.name)
    return folder


def host(options, folder):
    bench = pathlib.Path(options.binary).with_name("echo-bench")
    report = folder / "host.json"
    for name, inputs in host_inputs(options, folder):
        runs = []
        for _ in range(options.rounds + 1):
            subprocess.run([bench, "host", "--devices", str(options.devices), "--level",
                            options.level or "utterance", "--batch", str(options.batch), "--json",
                            report, inputs], check=True, stdout=subprocess.DEVNULL)
            runs.append(json.loads(report.read_text()))
        # The first run warms the cache of the disk.
        print_host(name, sorted(runs[1:], key=lambda run: run["milliseconds"])[options.rounds // 2])


def print_host(name, run):
    """One line of figures, and what they come to on machines of more processors."""
    stages = {stage: time for stage, time in run["stages"].items() if time >= 0.0005}
    parts = ", ".join(f"{stage} {stages[stage]:.3f}" for stage in sorted(stages, key=stages.get)[::-1])
    print(f"{name}: {run['milliseconds']:.3f} ms of processor a recording ({parts}), "
          f"{run['pageFaults']:.0f} page faults, peak {run['peakMegabytes']:.0f} MB; "
          f"{run['recordingsPerSecond']:.0f} a second here")
    # Of 'main', which writes, there is one thread, and of 'submit' one a device.
    alone = ", ".join(f"'{stage}' alone {1000 / stages[stage]:.0f}" for stage in ("main", "submit")
                      if stage in stages)
    print(f"    on paper, a second: a processor {1000 / run['milliseconds']:.0f}, 16 of them "
          f"{16000 / run['milliseconds']:.0f}; {alone}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["hours", "recordings", "known", "layouts", "host"])
    parser.add_argument("--binary", default=".build/release/echo-gpu")
    parser.add_argument("--model")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--hours", type=float, default=10)
    parser.add_argument("--channels", type=int, default=8)
    parser.add_argument("--rate", type=int, default=48_000)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--source", choices=["folder", "list", "tar"], default="folder",
                        help="of known: what the recordings are in")
    parser.add_argument("--layout", choices=["parts", "files"], default="parts", help="of known")
    parser.add_argument("--keep", help="of known: a folder to make them in, or that has them from before")
    parser.add_argument("--clips", type=int, help="default 256; of host 1000")
    parser.add_argument("--devices", type=int, default=1, help="of host: devices that share the work")
    parser.add_argument("--level", help="default both; of host utterance")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    options.binary = os.path.abspath(options.binary)
    options.clips = options.clips or (1000 if options.what == "host" else 256)
    with tempfile.TemporaryDirectory(prefix="echo-scale-") as folder:
        folder = pathlib.Path(folder)
        options.model = options.model or checkpoint(folder)
        {"hours": hours, "recordings": recordings, "known": known, "layouts": layouts,
         "host": host}[options.what](options, folder)


if __name__ == "__main__":
    main()
