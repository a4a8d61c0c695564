"""Local memory placed in one dynamic block."""
import localmemory
import pytest

PTX = """.version 8.1
.address_size 64
.visible .entry two(
	.param .u64 two_param_0,
	.param .u64 two_param_1,
	.param .u32 two_param_10
)
{
	ld.param.u64 	%rd1, [two_param_0];
	ld.param.u64 	%rd2, [two_param_1];
	ld.param.u32 	%r1, [two_param_10];
}
.visible .entry one(
	.param .u64 one_param_0
)
{
	ld.param.u64 	%rd1, [one_param_0];
}
"""


def test_each_argument_begins_behind_the_one_before_on_an_aligned_place():
    assert localmemory.offsets({3: 130, 1: 4, 7: 128}) == ({1: 0, 3: 128, 7: 384}, 512)
    assert localmemory.offsets({}) == ({}, 0)


def test_only_the_kernels_own_parameters_become_addresses():
    placed = localmemory.place(PTX, "two", {0: 0, 1: 256})
    assert ".extern .shared .align 128 .b8 echo_gpu_local_memory[];" in placed
    assert "mov.u64 %rd1, echo_gpu_local_memory;\n" in placed
    assert "mov.u64 %rd2, echo_gpu_local_memory; add.s64 %rd2, %rd2, 256;" in placed
    # two_param_10 is another than two_param_1, and `one` keeps its own.
    assert "ld.param.u32 	%r1, [two_param_10];" in placed
    assert "ld.param.u64 	%rd1, [one_param_0];" in placed


def test_without_local_memory_nothing_changes():
    assert localmemory.place(PTX, "one", {}) == PTX


def test_a_parameter_that_is_loaded_otherwise_is_refused():
    odd = PTX.replace("ld.param.u64 	%rd2", "ld.param.v2.u32 	{%r3, %r4}")
    with pytest.raises(ValueError, match="parameter 1"):
        localmemory.place(odd, "two", {1: 0})


def test_parameters_are_those_of_the_kernel():
    assert len(localmemory.parameters(PTX, "two")) == 3
    assert localmemory.byte_count(localmemory.parameters(PTX, "two")[2]) == 4
    with pytest.raises(ValueError, match="no kernel three"):
        localmemory.parameters(PTX, "three")
