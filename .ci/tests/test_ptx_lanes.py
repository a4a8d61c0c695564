"""Instructions of a warp: each layout is written out here as the PTX ISA has it, element by element."""

import numpy as np
import pytest
from kernels import LANES, compute, execute
from ptx.faults import Stop

RANDOM = np.random.default_rng(1)


def halves(*shape: int) -> np.ndarray:
    return RANDOM.standard_normal(shape).astype(np.float16)


def pair(low: np.float16, high: np.float16) -> int:
    return int(low.view(np.uint16)) | int(high.view(np.uint16)) << 16


def test_mma_multiplies_by_the_documented_fragments() -> None:
    """PTX ISA 9.7.14.5.8, "Matrix Fragments for mma.m16n8k16", .f16 and .f32."""
    a, b, c = halves(16, 16), halves(16, 8), RANDOM.standard_normal((16, 8)).astype(np.float32)
    words = np.zeros((10, LANES), np.uint32)
    for lane in range(LANES):
        group, thread = lane >> 2, lane % 4
        for i in range(0, 8, 2):
            row = group if i < 2 or 4 <= i < 6 else group + 8
            column = thread * 2 + (8 if i >= 4 else 0)
            words[i // 2, lane] = pair(a[row, column], a[row, column + 1])
        for i in range(0, 4, 2):
            row = thread * 2 + (8 if i >= 2 else 0)
            words[4 + i // 2, lane] = pair(b[row, group], b[row + 1, group])
        for i in range(4):
            words[6 + i, lane] = c[group + (8 if i >= 2 else 0), thread * 2 + i % 2].view(np.uint32)
    body = "mul.wide.u32 %rd4, %r1, 4; add.s64 %rd5, %rd1, %rd4; add.s64 %rd6, %rd2, %rd4;"
    body += "".join(f"ld.global.b32 %r{10 + i}, [%rd5+{i * 4 * LANES}];" for i in range(10))
    body += "".join(f"mov.b32 %f{10 + i}, %r{16 + i};" for i in range(4))
    body += """mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32
        {%f20,%f21,%f22,%f23}, {%r10,%r11,%r12,%r13}, {%r14,%r15}, {%f10,%f11,%f12,%f13};"""
    body += "".join(f"st.global.f32 [%rd6+{i * 4 * LANES}], %f{20 + i};" for i in range(4))
    result = np.frombuffer(execute(body, words, 16 * LANES).buffers[1], np.float32).reshape(4, LANES)
    expected = a.astype(np.float64) @ b.astype(np.float64) + c
    for lane in range(LANES):
        for i in range(4):
            place = (lane >> 2) + (8 if i >= 2 else 0), lane % 4 * 2 + i % 2
            assert result[i, lane] == np.float32(expected[place])


@pytest.mark.parametrize("transposed", [False, True])
def test_ldmatrix_gives_lanes_their_pairs(transposed: bool) -> None:
    """Two 8 x 8 matrices; the addresses of their rows are those of lanes 0 to 15."""
    matrices = halves(2, 8, 8)
    body = f"""
    mul.wide.u32 %rd4, %r1, 8;
    add.s64 %rd5, %rd1, %rd4;
    add.s64 %rd6, %rd3, %rd4;
    ld.global.v2.b32 {{%r10, %r11}}, [%rd5];
    st.shared.v2.b32 [%rd6], {{%r10, %r11}};
    bar.sync 0;
    and.b32 %r3, %r1, 15;
    mul.wide.u32 %rd7, %r3, 16;
    add.s64 %rd7, %rd3, %rd7;
    ldmatrix.sync.aligned.m8n8.x2{".trans" if transposed else ""}.shared.b16 {{%r20, %r21}}, [%rd7];
    add.s64 %rd8, %rd2, %rd4;
    st.global.v2.b32 [%rd8], {{%r20, %r21}};
    """
    result = np.frombuffer(execute(body, matrices, 8 * LANES).buffers[1], np.uint32).reshape(LANES, 2)
    for lane in range(LANES):
        for i in range(2):
            matrix = matrices[i].T if transposed else matrices[i]
            row, column = lane // 4, lane % 4 * 2
            assert result[lane, i] == pair(matrix[row, column], matrix[row, column + 1])


def test_movmatrix_transposes() -> None:
    matrix = halves(8, 8)
    words = [pair(matrix[lane // 4, lane % 4 * 2], matrix[lane // 4, lane % 4 * 2 + 1]) for lane in range(LANES)]
    result = compute("movmatrix.sync.aligned.m8n8.trans.b16 %r20, %r10;", words)
    for lane in range(LANES):
        row, column = lane // 4, lane % 4 * 2
        assert result[lane] == pair(matrix[column, row], matrix[column + 1, row])


@pytest.mark.parametrize(
    ("mode", "by", "expected"),
    [
        ("bfly", 3, [lane ^ 3 for lane in range(32)]),
        ("idx", 5, [5] * 32),
        ("up", 2, [0, 1, *range(30)]),
        ("down", 2, [*range(2, 32), 30, 31]),
    ],
)
def test_shuffles(mode: str, by: int, expected: list[int]) -> None:
    clamp = "0" if mode == "up" else "0x1f"
    body = f"shfl.sync.{mode}.b32 %r20, %r1, {by}, {clamp}, 0xffffffff;"
    assert compute(body).tolist() == expected


def test_a_part_of_a_warp_alone_stops() -> None:
    body = """
    setp.lt.u32 %p1, %r1, 7;
    @!%p1 bra DONE;
    shfl.sync.bfly.b32 %r20, %r1, 1, 0x1f, 0xffffffff;
    DONE:
    mov.u32 %r20, 0;
    """
    with pytest.raises(Stop, match="some lanes of a warp alone"):
        compute(body)
