"""Faults that are put into PTX."""

from ptx.mutations import of_ptx

PTX = """
.visible .entry other() { bar.sync 0; ret; }
.visible .entry test() {
    cp.async.wait_group 0;
    bar.sync 0;
    mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32
        {%f1,%f2,%f3,%f4}, {%r1,%r2,%r3,%r4}, {%r5,%r6}, {%f1,%f2,%f3,%f4};
    movmatrix.sync.aligned.m8n8.trans.b16 %r7, %r8;
    shfl.sync.bfly.b32 %r7, %r8, 1, 0x1f, 0xffffffff;
    bar.sync 0;
    ld.shared.b32 %r9, [%rd1];
    bar.sync 0;
    ret;
}
"""


def test_each_fault_is_one_change_of_the_kernel_alone() -> None:
    found = {mutation.name: mutation.text for mutation in of_ptx(PTX, "test")}
    assert len(found) == 8
    assert "mov.b32 %r7, %r8;" in found["the first matrix not transposed"]
    assert "wait_group 1;" in found["copies waited for a group too late"]
    assert "{%r1,%r3,%r2,%r4}" in found["left registers of the first product swapped"]
    assert "{%r6,%r5}" in found["right registers of the first product swapped"]
    assert "%r8, 13, 0x1f" in found["a shuffle asks the wrong lane"]
    assert all(".entry other() { bar.sync 0;" in text for text in found.values())


def test_barriers_that_nothing_follows_are_left_alone() -> None:
    found = {mutation.name: mutation.text for mutation in of_ptx(PTX, "test")}
    assert found["no barrier 1 of 2"].count("bar.sync") == found["no barrier 2 of 2"].count("bar.sync") == 3
    assert "bar.sync 0;\n    ret;" in found["no barrier 2 of 2"]
