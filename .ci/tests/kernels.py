"""Kernels of a few instructions, for tests."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from ptx import source
from ptx.launch import Local, Result, launch

LANES = 32

HEAD = """
.version 8.1
.target sm_80
.address_size 64
.visible .entry test(.param .u64 test_param_0, .param .u64 test_param_1, .param .u64 test_param_2)
{
    .reg .pred %p<9>;
    .reg .b16 %h<9>;
    .reg .b32 %r<40>;
    .reg .f32 %f<40>;
    .reg .b64 %rd<20>;
    ld.param.u64 %rd1, [test_param_0];
    ld.param.u64 %rd2, [test_param_1];
    ld.param.u64 %rd3, [test_param_2];
    mov.u32 %r1, %tid.x;
    mov.u32 %r2, %ctaid.x;
"""


def execute(
    body: str, given: NDArray, output_bytes: int = 4 * LANES, threads: int = LANES, groups: int = 1,
    local_bytes: int = 1024,
) -> Result:  # fmt: skip
    """Runs instructions.

    There are: %r1, the work-item; %r2, the work-group; %rd1, `given`; %rd2, the output; %rd3, local memory.
    """
    kernel = source.parse(f"{HEAD}{body}\nret;\n}}", "test")
    arguments = [given.tobytes(), bytes(output_bytes), Local(local_bytes)]
    return launch(kernel, (groups, 1, 1), (threads, 1, 1), arguments)


def compute(instructions: str, *given: Sequence, kind: str = "u32", result: str = "u4") -> NDArray:
    """What instructions leave in %r20 or %f20 (`kind` f32) of each lane, with inputs in %r10 on, or %f10 on.

    Each input has a value a lane, or is one value for all.
    """
    name = "f" if kind == "f32" else "r"
    element = np.float32 if kind == "f32" else np.uint32
    columns = [np.broadcast_to(np.asarray(values).astype(element), LANES) for values in given]
    loads = "".join(
        f"ld.global.{kind} %{name}{10 + i}, [%rd5+{4 * LANES * i}];\n" for i in range(len(given))
    )
    out = "f20" if result == "f4" else "r20"
    body = f"""
    mul.wide.u32 %rd4, %r1, 4;
    add.s64 %rd5, %rd1, %rd4;
    add.s64 %rd6, %rd2, %rd4;
    {loads}
    {instructions}
    st.global.b32 [%rd6], %{out};
    """
    data = np.concatenate(columns) if columns else np.zeros(1, np.uint32)
    return np.frombuffer(execute(body, data).buffers[1], result)
