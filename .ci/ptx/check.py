"""A captured launch executed and compared: with what the device made of it, and with the CPU path."""

from dataclasses import dataclass
from time import perf_counter

import numpy as np

from . import source
from .captured import Launch
from .faults import NotModelled, Stop
from .launch import Result, launch

ELEMENTS = {"float32": np.float32, "float16": np.float16}


@dataclass
class Verdict:
    """What came of a launch, in numbers and in words."""

    seconds: float
    race_count: int = 0
    used: float = 0.0
    """The largest error against the CPU path as a share of the tolerance."""
    error: float = 0.0
    """The largest error against the CPU path."""
    difference: int = 0
    """Bytes that differ from what the device's run left, in all buffers."""
    problem: str | None = None
    """What is wrong; nothing where the kernel is right."""
    is_modelled: bool = True
    """False where the kernel has what is not modelled."""

    def __str__(self) -> str:
        if self.problem:
            return self.problem
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
    verdict = Verdict(perf_counter() - start, race_count=result.race_count)
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
        before = captured.arguments[number]
        after = captured.after.get(number)
        assert isinstance(before, bytes)
        if after is None:
            if content != before:
                return f"argument {number} was written, which the device did not"
            continue
        here, there = (np.frombuffer(data, np.uint8) for data in (content, after))
        verdict.difference += int((here != there).sum())
        changed_here = here != np.frombuffer(before, np.uint8)
        # Where neither wrote, nothing may have been written: compared by words, as values differ by rounding.
        words = len(here) // 4 * 4
        touched_here = changed_here[:words].reshape(-1, 4).any(1)
        touched_there = (there != np.frombuffer(before, np.uint8))[:words].reshape(-1, 4).any(1)
        if not captured.output and (touched_here & ~touched_there).sum() > 0.01 * touched_there.sum():
            return f"argument {number} was written where the device did not write"
    return None
