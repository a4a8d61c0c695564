"""Memory: what is out of bounds, what races, and when copies arrive."""

import numpy as np
import pytest
from kernels import LANES, execute
from ptx.faults import Stop

GIVEN = np.arange(4 * LANES, dtype=np.uint32)

# Each work-item's word of local memory, and of the output.
PLACES = """
    mul.wide.u32 %rd4, %r1, 4;
    add.s64 %rd5, %rd3, %rd4;
    add.s64 %rd6, %rd2, %rd4;
"""
# The word of the next work-item but one.
NEIGHBOUR = """
    xor.b32 %r3, %r1, 2;
    mul.wide.u32 %rd7, %r3, 4;
    add.s64 %rd7, %rd3, %rd7;
    ld.shared.u32 %r20, [%rd7];
    st.global.u32 [%rd6], %r20;
"""


@pytest.mark.parametrize("threads", [32, 64])
def test_a_barrier_orders_local_memory(threads: int) -> None:
    store = PLACES + "st.shared.u32 [%rd5], %r1;"
    result = execute(store + "bar.sync 0;" + NEIGHBOUR, GIVEN, 4 * threads, threads)
    assert result.race_count == 0
    assert np.frombuffer(result.buffers[1], np.uint32).tolist() == [i ^ 2 for i in range(threads)]


@pytest.mark.parametrize("threads", [32, 64])
def test_without_a_barrier_lanes_race(threads: int) -> None:
    result = execute(PLACES + "st.shared.u32 [%rd5], %r1;" + NEIGHBOUR, GIVEN, 4 * threads, threads)
    assert result.race_count == 1
    assert result.races[0].startswith("ld.shared.u32")


def test_a_write_behind_a_read_races() -> None:
    body = PLACES + "st.shared.u32 [%rd5], %r1; bar.sync 0;" + NEIGHBOUR + "st.shared.u32 [%rd5], %r20;"
    assert execute(body, GIVEN).races == ["st.shared.u32 [%rd5], %r20"]


@pytest.mark.parametrize(("value", "races"), [("%r2", 0), ("%r1", 1)])
def test_writing_the_same_to_one_place_is_no_race(value: str, races: int) -> None:
    assert execute(f"st.shared.u32 [%rd3], {value};", GIVEN).race_count == races


def test_local_memory_starts_as_nan() -> None:
    result = execute(PLACES + "ld.shared.f32 %f1, [%rd5]; st.global.f32 [%rd6], %f1;", GIVEN)
    assert np.isnan(np.frombuffer(result.buffers[1], np.float32)).all()


def test_work_groups_race_in_global_memory() -> None:
    """Two work-groups write different values to the same words of the output."""
    result = execute(PLACES + "st.global.u32 [%rd6], %r2;", GIVEN, groups=2)
    assert result.race_count == 1


@pytest.mark.parametrize(("offset", "stops"), [(0, False), (4, True), (-4, True)])
def test_bounds_of_buffers(offset: int, stops: bool) -> None:
    body = PLACES + f"ld.global.u32 %r20, [%rd6+{offset}];"
    if stops:
        with pytest.raises(Stop, match="global memory out of bounds"):
            execute(body, GIVEN)
    else:
        execute(body, GIVEN)


def test_bounds_of_local_memory() -> None:
    with pytest.raises(Stop, match="shared memory out of bounds, 0 bytes past the end"):
        execute("st.shared.u32 [%rd3+1024], %r1;", GIVEN)


def test_alignment() -> None:
    with pytest.raises(Stop, match="not aligned to 8 bytes"):
        execute("ld.global.v2.u32 {%r20, %r21}, [%rd1+4];", GIVEN)


def test_a_barrier_that_some_leave_out_stops() -> None:
    body = "setp.lt.u32 %p1, %r1, 32; @%p1 bra DONE; bar.sync 0; DONE: mov.u32 %r20, 0;"
    with pytest.raises(Stop, match="returned before a barrier"):
        execute(body, GIVEN, threads=64)


def test_a_loop_that_does_not_end_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptx.machine.BRANCHES", 100)
    with pytest.raises(Stop, match="a loop that does not end"):
        execute("AGAIN: bra.uni AGAIN;", GIVEN)


# Each work-item copies 16 bytes to its place in local memory.
COPY = """
    mul.wide.u32 %rd4, %r1, 16;
    add.s64 %rd5, %rd3, %rd4;
    add.s64 %rd7, %rd1, %rd4;
    add.s64 %rd6, %rd2, %rd4;
    cvt.u32.u64 %r4, %rd5;
    cp.async.cg.shared.global [%r4], [%rd7], 16;
    cp.async.commit_group;
"""
READ = "ld.shared.v4.u32 {%r20, %r21, %r22, %r23}, [%rd5]; st.global.v4.u32 [%rd6], {%r20, %r21, %r22, %r23};"


@pytest.mark.parametrize(
    ("wait", "arrives"),
    [
        ("cp.async.wait_group 0;", True),
        ("cp.async.wait_all;", True),
        ("cp.async.wait_group 1;", False),
        ("bar.sync 0;", False),
    ],
)
def test_a_copy_arrives_when_it_is_waited_for(wait: str, arrives: bool) -> None:
    result = execute(COPY + wait + READ, GIVEN, GIVEN.nbytes)
    assert (result.buffers[1] == GIVEN.tobytes()) == arrives


# The same of another work-item's copy.
READ_OTHER = """
    xor.b32 %r3, %r1, 2;
    mul.wide.u32 %rd8, %r3, 16;
    add.s64 %rd8, %rd3, %rd8;
    ld.shared.u32 %r20, [%rd8];
"""


@pytest.mark.parametrize(
    ("between", "races"),
    [
        ("cp.async.wait_group 0; bar.sync 0;", False),
        ("cp.async.wait_group 0;", True),
        ("bar.sync 0; cp.async.wait_group 0;", True),
        ("bar.sync 0;", True),  # on its way behind the barrier, too
    ],
)
def test_a_copy_is_a_write_until_it_has_arrived(between: str, races: bool) -> None:
    assert (execute(COPY + between + READ_OTHER, GIVEN).race_count > 0) == races


@pytest.mark.parametrize(("between", "races"), [("bar.sync 0;", 0), ("", 1)])
def test_atomics_race_with_loads_alone(between: str, races: int) -> None:
    """Every work-item takes a number of its own; then all read how many there were."""
    body = f"""
    mov.u32 %r4, 0;
    st.shared.u32 [%rd3], %r4;
    bar.sync 0;
    atom.shared.add.u32 %r5, [%rd3], 1;
    {between}
    ld.shared.u32 %r6, [%rd3];
    shl.b32 %r5, %r5, 8;
    or.b32 %r20, %r5, %r6;
    {PLACES}
    st.global.u32 [%rd6], %r20;
    """
    result = execute(body, GIVEN)
    assert result.race_count == races
    numbers = np.frombuffer(result.buffers[1], np.uint32)
    assert sorted(numbers >> 8) == list(range(LANES))
    assert set(numbers & 255) == {LANES}


def test_an_atomic_races_with_a_store() -> None:
    body = "st.shared.u32 [%rd3], %r2; atom.shared.add.u32 %r5, [%rd3], 1;"
    assert execute(body, GIVEN).races == ["atom.shared.add.u32 %r5, [%rd3], 1"]
