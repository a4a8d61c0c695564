"""Whether a Ray cluster has what workers need; Ray itself would wait for it for ever."""

from __future__ import annotations

import ray

from echo_gpu.errors import UsageError


def require_resources(workers: int, gpus_per_worker: float, cpus_per_worker: float) -> None:
    """Check that the cluster has room for workers, and a CPU more for reading and writing.

    Parameters
    ----------
    workers : int
        How many there are at least.
    gpus_per_worker, cpus_per_worker : float
        What each asks for.

    Raises
    ------
    UsageError
        If it has not.
    """
    resources: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
    _require_gpus(resources.get("GPU", 0.0), workers, gpus_per_worker)
    _require_cpus(resources.get("CPU", 0.0), workers, cpus_per_worker)


_ADDED = "Where the cluster adds machines by itself, say wait_for_resources=True."


def _require_gpus(there: float, workers: int, each: float) -> None:
    wanted = workers * each
    if wanted <= there:
        return
    if there == 0:
        raise UsageError(
            f"This Ray cluster has no GPU, and gpus_per_worker is {each:g}. On machines without "
            "GPUs say gpus_per_worker=0. Ray counts a GPU that it does not find by itself if it is "
            f"told: ray.init(num_gpus=1), or ray start --num-gpus=1. {_ADDED}"
        )
    raise UsageError(
        f"{workers} workers with {each:g} GPUs each need {wanted:g}, and this Ray cluster has "
        f"{there:g}. Lower num_workers or gpus_per_worker (0.5 lets two share one). {_ADDED}"
    )


def _require_cpus(there: float, workers: int, each: float) -> None:
    wanted = workers * each
    if wanted + 1 <= there:
        return
    raise UsageError(
        f"{workers} workers with {each:g} CPUs each hold {wanted:g} of the {there:g} CPUs of this "
        "Ray cluster, and reading and writing a dataset needs 1 more: Ray Data would wait for "
        f"ever. Lower num_workers or cpus_per_worker, or start Ray with more CPUs. {_ADDED}"
    )
