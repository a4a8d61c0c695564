"""What is read off compilers' output."""

from gpu import amd, limits, nvidia
from gpu.row import Instruction, Loop, Row, inner_loops

SASS = """
.text.k:
        /*0000*/                   MOV R1, c[0x0][0x28] ;
.L_x_1:
        /*0010*/                   HMMA.16816.F32 R4, R8, R12, R4 ;
.L_x_2:
        /*0020*/                   FFMA R2, R3, R4, R2 ;
        /*0030*/                   LDL R10, [R1+0x8]                              (*"SpillRefill"*);
        /*0040*/              @!P0 BRA `(.L_x_2) ;
        /*0050*/               @P1 BRA `(.L_x_1) ;
        /*0060*/               @P2 BRA `(.L_x_3) ;
.L_x_3:
        /*0070*/                   EXIT ;
"""


def test_loops_of_machine_code_of_nvidia() -> None:
    instructions, labels = nvidia.machine_code(SASS)
    assert len(instructions) == 8
    assert inner_loops(instructions, labels) == [Loop(5, 1, 1, 1), Loop(3, 0, 1, 1)]


def test_what_ptxas_says() -> None:
    log = """ptxas info    : Compiling entry function 'k' for 'sm_90'
    256 bytes stack frame, 60 bytes spill stores, 52 bytes spill loads
ptxas info    : Used 255 registers, used 1 barriers, 256 bytes cumulative stack size, 45056 bytes smem"""
    row = nvidia.resources(log, "sm_90")["k"]
    assert (row.registers, row.spilled, row.stack, row.local) == (255, 60, 256, 45056)


def test_loops_of_assembly_of_amd() -> None:
    text = """
k:
\tv_mov_b32_e32 v1, 0
.LBB0_1:
\tv_mfma_f32_16x16x16_f16 a[0:3], v[2:3], v[4:5], a[0:3]
\tv_fma_f32 v1, v2, v3, v1
\ts_cbranch_scc1 .LBB0_1
\ts_endpgm
"""
    assert inner_loops(*amd.machine_code(text)) == [Loop(3, 1, 1, 0)]


def test_outer_loops_are_none_of_the_inner_ones() -> None:
    back = [Instruction(), Instruction(target="inner"), Instruction(target="outer")]
    assert inner_loops(back, {"outer": 0, "inner": 1}) == [Loop(1, 0, 0, 0)]


def test_a_loop_with_products_may_have_loops_without() -> None:
    code = [Instruction(is_product=True), Instruction(), Instruction(target="inner"), Instruction(target="outer")]
    assert inner_loops(code, {"outer": 0, "inner": 1}) == [Loop(4, 1, 0, 0), Loop(2, 0, 0, 0)]


def test_limits() -> None:
    assert not list(limits.problems(Row("sm_90", "k", spilled=64)))
    assert list(limits.problems(Row("sm_90", "k", spilled=68)))
    assert list(limits.problems(Row("sm_90", "k", loops=[Loop(9, 0, 0, 1)])))
    assert list(limits.problems(Row("gfx942", "k", stack=4)))
    assert list(limits.problems(Row("dg2", "k", spilled=4)))


def test_least_shares() -> None:
    def row(*loops: Loop, options: str = "") -> Row:
        return Row("sm_90", "encoder_stack_matrix_f16", options, loops=list(loops))

    assert not list(limits.problems(row(Loop(100, 20, 0, 0), Loop(50, 0, 0, 0))))
    assert list(limits.problems(row(Loop(100, 30, 0, 0), Loop(100, 19, 0, 0))))
    assert list(limits.problems(row()))
    assert not list(limits.problems(row(options="ODD_DEPTH")))
