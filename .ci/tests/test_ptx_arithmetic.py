"""Instructions of one lane."""

import numpy as np
import pytest
from kernels import compute
from ptx.faults import NotModelled, Stop

MINUS_2 = 0xFFFFFFFE


@pytest.mark.parametrize(
    ("instruction", "given", "expected"),
    [
        ("add.s32 %r20, %r10, %r11", (0xFFFFFFFF, 3), 2),
        ("mul.lo.s32 %r20, %r10, %r11", (MINUS_2, 3), 0xFFFFFFFA),
        ("mul.hi.s32 %r20, %r10, %r11", (MINUS_2, 3), 0xFFFFFFFF),
        ("mul.hi.u32 %r20, %r10, %r11", (MINUS_2, 3), 2),
        ("mad.lo.s32 %r20, %r10, %r11, 5", (7, 6), 47),
        ("div.s32 %r20, %r10, %r11", (MINUS_2 - 5, 2), 0xFFFFFFFD),  # -7 / 2, towards zero
        ("rem.s32 %r20, %r10, %r11", (MINUS_2 - 5, 2), 0xFFFFFFFF),
        ("shl.b32 %r20, %r10, %r11", (1, 32), 0),
        ("shr.s32 %r20, %r10, %r11", (MINUS_2, 40), 0xFFFFFFFF),
        ("shr.u32 %r20, %r10, %r11", (MINUS_2, 31), 1),
        ("shf.l.wrap.b32 %r20, %r10, %r11, 8", (0x12345678, 0x9ABCDEF0), 0xBCDEF012),
        ("bfe.u32 %r20, %r10, 4, 8", (0xABCDE,), 0xCD),
        (
            "cvt.u64.u32 %rd8, %r10; shl.b64 %rd8, %rd8, 33; mul.hi.u64 %rd8, %rd8, %rd8; "
            "cvt.u32.u64 %r20, %rd8", (3,), 36,
        ),
        ("prmt.b32 %r20, %r10, %r11, 0x3210", (0x04030201, 0x08070605), 0x04030201),
        ("prmt.b32 %r20, %r10, %r11, 0x5410", (0x04030201, 0x08070605), 0x06050201),
        ("min.s32 %r20, %r10, %r11", (MINUS_2, 1), MINUS_2),
        ("min.u32 %r20, %r10, %r11", (MINUS_2, 1), 1),
        ("abs.s32 %r20, %r10", (MINUS_2,), 2),
        ("not.b32 %r20, %r10", (0xFFFF0000,), 0xFFFF),
        ("mov.b32 {%h1, %h2}, %r10; mov.b32 %r20, {%h2, %h1}", (0x00010002,), 0x00020001),
        ("setp.lt.s32 %p1, %r10, %r11; selp.b32 %r20, 7, 8, %p1", (MINUS_2, 1), 7),
        ("setp.lt.u32 %p1, %r10, %r11; selp.b32 %r20, 7, 8, %p1", (MINUS_2, 1), 8),
        ("mov.u32 %r20, 1; setp.eq.s32 %p1, %r10, 3; @!%p1 mov.u32 %r20, 9", (3,), 1),
    ],
)
def test_integers(instruction: str, given: tuple, expected: int) -> None:
    assert set(compute(f"{instruction};", *given)) == {expected}


@pytest.mark.parametrize(
    ("instruction", "given", "expected"),
    [
        ("fma.rn.f32 %f20, %f10, %f10, %f11", (1 + 2.0**-12, -1.0), 2.0**-11 + 2.0**-24),  # rounded once
        ("sub.rn.f32 %f20, %f10, %f11", (1.0, 2.0**-25), 1.0),
        ("min.f32 %f20, %f10, %f11", (np.nan, 2.0), 2.0),
        ("max.f32 %f20, %f10, %f11", (-1.0, 2.0), 2.0),
        ("neg.f32 %f20, %f10", (2.0,), -2.0),
        ("sqrt.rn.f32 %f20, %f10", (2.0,), np.sqrt(np.float32(2))),
        ("setp.nan.f32 %p1, %f10, %f11; selp.f32 %f20, 0f3F800000, 0f00000000, %p1", (np.nan, 1.0), 1.0),
        ("setp.ltu.f32 %p1, %f10, %f11; selp.f32 %f20, 0f3F800000, 0f00000000, %p1", (np.nan, 1.0), 1.0),
        ("setp.lt.f32 %p1, %f10, %f11; selp.f32 %f20, 0f3F800000, 0f00000000, %p1", (np.nan, 1.0), 0.0),
        ("cvt.rn.f16.f32 %h1, %f10; cvt.f32.f16 %f20, %h1", (1 + 2.0**-11,), 1.0),  # ties to even
        ("cvt.rn.f16.f32 %h1, %f10; cvt.f32.f16 %f20, %h1", (70000.0,), np.inf),
        ("cvt.rni.s32.f32 %r10, %f10; cvt.rn.f32.s32 %f20, %r10", (2.5,), 2.0),
        ("cvt.rzi.s32.f32 %r10, %f10; cvt.rn.f32.s32 %f20, %r10", (-2.5,), -2.0),
        ("cvt.rzi.u32.f32 %r10, %f10; cvt.rn.f32.u32 %f20, %r10", (-2.5,), 0.0),  # into the range
    ],
)
def test_floats(instruction: str, given: tuple, expected: float) -> None:
    result = compute(f"{instruction};", *given, kind="f32", result="f4")
    assert set(result) == {np.float32(expected)}


def test_pairs_of_halves() -> None:
    """The first operand is the upper half."""
    result = compute("cvt.rn.f16x2.f32 %r20, %f10, %f11;", 2.0, 1.0, kind="f32")
    assert set(result) == {0x40003C00}


@pytest.mark.parametrize(("name", "bound"), [("ex2.approx.ftz", 2.0**-22), ("tanh.approx", 2.0**-11)])
def test_approximations_are_off_by_no_more_than_allowed(name: str, bound: float) -> None:
    x = np.linspace(-3, 3, 32).astype(np.float32)
    exact = (np.exp2 if name.startswith("ex2") else np.tanh)(x.astype(np.float64))
    error = np.abs(compute(f"{name}.f32 %f20, %f10;", x, kind="f32", result="f4") / exact - 1)
    assert bound / 2 < error.max() < bound * 1.5


def test_the_registers_of_a_block_are_its_own() -> None:
    body = """
    mov.u32 %r20, %r10;
    { .reg .b32 %r10; mov.u32 %r10, 5; add.u32 %r20, %r20, %r10; }
    add.u32 %r20, %r20, %r10;
    """
    assert set(compute(body, 100)) == {205}


def test_what_is_not_modelled_is_named() -> None:
    with pytest.raises(NotModelled, match=r"dp4a is not modelled: dp4a\.u32\.u32"):
        compute("dp4a.u32.u32 %r20, %r10, %r10, %r10;", 1)


def test_division_by_zero_stops() -> None:
    with pytest.raises(Stop, match="division by zero"):
        compute("div.s32 %r20, %r10, %r11;", 1, 0)


def test_lanes_part_and_meet() -> None:
    """Each lane goes as often around as its number says, then all are together again for a shuffle."""
    body = """
    mov.u32 %r20, 0;
    mov.u32 %r3, 0;
    LOOP:
    add.u32 %r20, %r20, %r3;
    add.u32 %r3, %r3, 1;
    setp.le.u32 %p1, %r3, %r1;
    @%p1 bra LOOP;
    shfl.sync.bfly.b32 %r20, %r20, 1, 0x1f, 0xffffffff;
    """
    lanes = np.arange(32) ^ 1
    assert (compute(body) == lanes * (lanes + 1) // 2).all()
