"""What a result depends on: the machine, its load, the versions and environment of what ran."""
import datetime
import importlib.metadata
import os
import pathlib
import platform
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Unavailable(Exception):
    """A peer that cannot run here, and why."""


def cores() -> int:
    """Cores that this process, and so every peer, may use."""
    return len(os.sched_getaffinity(0))


def facts() -> dict:
    """The processor and its features for bfloat16, the system, and the date and load now."""
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    cpu = {line.partition(":")[0].strip(): line.partition(":")[2].strip() for line in lines}
    flags = cpu.get("flags", "").split()
    return {
        "cpu": cpu.get("model name", platform.machine()), "cores": cores(),
        "features": {f: f in flags for f in ("avx2", "avx512f", "avx512_bf16", "amx_bf16")},
        "system": f"{platform.system()} {platform.release()}",
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "load_average": os.getloadavg(),
    }


def versions() -> dict[str, str]:
    """Python's, its packages', and echo-gpu's revision."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    revision = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    wanted = ("torch", "onnx", "onnxruntime", "openvino", "numpy", "soundfile")
    installed = {d.metadata["Name"]: d.version for d in importlib.metadata.distributions()}
    return {"python": platform.python_version(), "echo-gpu": revision or "unknown"} | {
        name: installed[name] for name in wanted if name in installed}


def environment(threads: int) -> dict[str, str]:
    """This process's environment without any setting of a library's threads or kernels but ours."""
    foreign = ("OMP_", "GOMP_", "KMP_", "MKL_", "OPENBLAS_", "ONEDNN_", "DNNL_", "TBB_", "ORT_",
               "OV_", "OPENVINO_", "TORCH_", "ATEN_", "POCL_", "CL_CONFIG_", "ECHO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    counts = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    return kept | dict.fromkeys(counts, str(threads))


def call(command: list[str], environment: dict[str, str]) -> str:
    """What a command prints. Raises Unavailable with the last lines of its errors."""
    try:
        result = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, cwd=ROOT,
            timeout=900)
    except OSError as error:
        raise Unavailable(f"{command[0]}: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"{' '.join(command[:2])} had not ended after 15 minutes") from error
    if result.returncode != 0:
        reason = " ".join((result.stderr or result.stdout).strip().splitlines()[-2:])
        raise Unavailable(f"{' '.join(command[:2])} failed: {reason}")
    return result.stdout
