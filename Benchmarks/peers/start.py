"""Times what a script that embeds one thing waits for first: start.py SELECTOR

Prints medians over processes of their own: Python itself, `import echo_gpu` on top of it, and of a process that has imported
it, opening the demo model and closing it.
"""
import statistics
import subprocess
import sys

RUNS = 9
TIMED = """
import sys, time, warnings
warnings.simplefilter("ignore")
start = time.perf_counter()
import echo_gpu
imported = time.perf_counter()
echo_gpu.Echo
loaded = time.perf_counter()
with echo_gpu.Echo.from_pretrained("demo", device=sys.argv[1]):
    opened = time.perf_counter()
print(imported - start, loaded - imported, opened - loaded)
"""


def main() -> None:
    command = [sys.executable, "-c", TIMED, sys.argv[1]]
    runs = [subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(RUNS + 1)]
    times = zip(*(map(float, run.stdout.split()) for run in runs[1:]))  # the first fills caches
    imported, loaded, opened = map(statistics.median, times)
    print(f"import {imported:.3f} s, the class Echo with numpy {loaded:.3f} s, opening the demo model {opened:.3f} s "
          f"(medians of {RUNS} processes)")


if __name__ == "__main__":
    main()
