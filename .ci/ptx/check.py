"""A captured launch executed and compared: with what the device made of it, and with the CPU path."""

from dataclasses import dataclass
from time import perf_counter

import numpy as np

from . import source
from .captured import Launch
from .faults import NotModelled, Stop
from .launch import Result, launch

ELEMENTS = {"float32": np.float32, "float16": np.float16, "int32": np.int32}


@dataclass
class Verdict:
    """What came of a launch, in numbers and in words."""

    seconds: float
    race_count: int = 0
    used: float = 0.0
    """The largest error against the CPU path as a share of the tolerance."""
    error: float = 0.0
    """The largest error against the CPU path."""
    is_result: bool = False
    """True where the launch leaves the case's result."""
    difference: int = 0
    """Bytes that differ from what the device's run left, in all buffers."""
    problem: str | None = None
    """What is wrong; nothing where the kernel is right."""
    is_modelled: bool = True
    """False where the kernel has what is not modelled."""

    def __str__(self) -> str:
        if self.problem:
            return self.problem
        if not self.is_result:
            return f"{self.difference} bytes are not the device's"
        return f"{self.error:.2g} from the CPU path, {100 * self.used:.0f} % of what is allowed"


def examine(captured: Launch, ptx: str) -> Verdict:
    """Executes a launch by its program's PTX."""
    start = perf_counter()
    try:
        kernel = source.parse(ptx, captured.kernel)
        result = launch(kernel, captured.grid, captured.block, captured.arguments)
    except Stop as stop:
        return Verdict(perf_counter() - start, problem=f"stopped: {stop}")
    except NotModelled as missing:
        return Verdict(perf_counter() - start, problem=f"not modelled: {missing}", is_modelled=False)
    verdict = Verdict(
        perf_counter() - start, race_count=result.race_count, is_result=captured.output is not None
    )
    if result.race_count:
        verdict.problem = f"{result.race_count} races, such as: {result.races[0]}"
    problem = _compare_buffers(captured, result, verdict)
    if captured.output:
        problem = _compare_output(captured, result, verdict) or problem
    verdict.problem = verdict.problem or problem
    return verdict


def _compare_output(captured: Launch, result: Result, verdict: Verdict) -> str | None:
    """The case's result against the CPU path, by the case's own tolerance."""
    output = captured.output
    assert output
    element = np.dtype(ELEMENTS[output.element])
    content = result.buffers[output.argument][: len(output.expected) * element.itemsize]
    actual = np.frombuffer(content, element).astype(np.float64)
    error = np.abs(actual - output.expected)
    error = np.where(np.isnan(error), np.where(actual == output.expected, 0, np.inf), error)
    allowed = output.allowed()
    with np.errstate(divide="ignore", invalid="ignore"):
        used = np.where(error > 0, error / allowed, 0)
    verdict.error, verdict.used = float(error.max()), float(used.max())
    wrong = np.flatnonzero(~(error <= allowed))
    if not len(wrong):
        return None
    at = int(wrong[0])
    return f"{len(wrong)} numbers are wrong: [{at}] {actual[at]:g} is not {output.expected[at]:g}"


def _compare_buffers(captured: Launch, result: Result, verdict: Verdict) -> str | None:
    """Every buffer against what the device left in it: the same where it changed nothing, else much the same."""
    for number, content in result.buffers.items():
        after = captured.after.get(number)
        if after is None:
            if content != captured.arguments[number]:
                return f"argument {number} was written, which the device did not"
            continue
        verdict.difference += _bytes_that_differ(content, after)
        if not captured.output and not any(_are_alike(content, after, kind) for kind in ("f4", "f2", "i4")):
            return f"argument {number} is not what the device left there"
    return None


def _bytes_that_differ(one: bytes, other: bytes) -> int:
    return int((np.frombuffer(one, np.uint8) != np.frombuffer(other, np.uint8)).sum())


def _are_alike(one: bytes, other: bytes, kind: str) -> bool:
    """Whether numbers of a type differ by what rounding, perhaps to half, may make of them."""
    if len(one) % np.dtype(kind).itemsize:
        return False
    here, there = (np.frombuffer(data, kind).astype(np.float64) for data in (one, other))
    known = np.isfinite(there)
    if not known.any() or not np.array_equal(here[~known], there[~known], equal_nan=True):
        return one == other
    return bool(np.abs(here - there)[known].max() <= 2.0**-9 * np.abs(there[known]).max())
