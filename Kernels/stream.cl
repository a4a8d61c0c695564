// The weights of a kernel as a stream: stages of STAGE_TILES right fragments, in the order of their use, through a ring of
// RING stages in local memory, from which all warps of a work-group read.
//
//   stream_t stream;
//   start_stream(&stream, stages, count, ring);
//   tiles = next_stage(&stream);  // count times: the next stage, until the next call
//   multiply(&sums, left, right_at(tiles, number));
//
// stages: count x STAGE_TILES tiles of TILE_HALVES, each in the order of RIGHT_PLACE. ring: RING * STAGE_QUADS uint4s.
// All work-items call next_stage together: it has the one barrier of a stage. Behind it all copies of the stage have
// arrived, and all warps have done with the stage before, whose place in the ring is then filled again.
//
// Copies, by what the unit has:
//   NVIDIA     cp.async goes past the registers; a stage is on its way while RING - 1 others are worked on
//   elsewhere  a stage is loaded into registers a stage early (STAGE_QUADS / work-items uint4s each) and stored behind the next
//              barrier: the multiplications of a whole stage lie between a load and its first use
// PLAIN_COPIES takes the second way on NVIDIA too, for compilers that refuse the assembly.
// Requires common.cl, fragment.cl and the unit's file. Options: WARPS, and

#ifndef STAGE_TILES
#define STAGE_TILES 12  // tiles of a stage
#endif
#ifndef RING
#define RING 2  // stages in local memory
#endif
#define ITEMS (WARPS * LANES)
#define STAGE_QUADS (STAGE_TILES * TILE_HALVES / 8)  // uint4s: 16 bytes each
#define ITEM_QUADS ((STAGE_QUADS + ITEMS - 1) / ITEMS)

#if defined(UNIT_NVIDIA) && !defined(EMULATED) && !defined(PLAIN_COPIES)
#define ASYNC_COPIES
#endif

typedef struct {
    __global const uint4 *stages;
    __local uint4 *ring;
    int number, count;  // the stage that is next, and how many there are
#ifndef ASYNC_COPIES
    uint4 held[ITEM_QUADS];  // of the stage behind those in the ring
#endif
} stream_t;

INLINED __global const uint4 *stage_source(const stream_t *stream, int number) {
    return stream->stages + (size_t)number * STAGE_QUADS;
}
INLINED __local uint4 *stage_place(const stream_t *stream, int number) {
    return stream->ring + number % RING * STAGE_QUADS;
}

// Which of a stage's quads are this work-item's: `n` from 0 to ITEM_QUADS - 1.
#define ITEM_QUAD(n) ((n) * ITEMS + WARP * LANES + LANE)
#define HAS_QUAD(n) (STAGE_QUADS % ITEMS == 0 || ITEM_QUAD(n) < STAGE_QUADS)

#ifdef ASYNC_COPIES
// Sends stage `number` on its way; beyond the last, an empty group of copies, by which wait_group counts on.
INLINED void send_stage(const stream_t *stream, int number) {
    if (number < stream->count) {
        __global const uint4 *source = stage_source(stream, number);
        __local uint4 *place = stage_place(stream, number);
#pragma unroll
        for (int n = 0; n < ITEM_QUADS; n++) {
            if (HAS_QUAD(n)) {
                __asm__ volatile("cp.async.cg.shared.global [%0], [%1], 16;"
                                 :: "r"((uint)(size_t)(place + ITEM_QUAD(n))), "l"(source + ITEM_QUAD(n))
                                 : "memory");
            }
        }
    }
    __asm__ volatile("cp.async.commit_group;" ::: "memory");
}
INLINED void start_copies(stream_t *stream) {
    for (int number = 0; number < RING - 1; number++) send_stage(stream, number);
}
INLINED void await_copies(void) { __asm__ volatile("cp.async.wait_group %0;" :: "n"(RING - 2) : "memory"); }
INLINED void go_on_copying(stream_t *stream) { send_stage(stream, stream->number + RING - 1); }

#else
INLINED void load_stage(stream_t *stream, int number) {
    if (number >= stream->count) return;
    __global const uint4 *source = stage_source(stream, number);
#pragma unroll
    for (int n = 0; n < ITEM_QUADS; n++) {
        if (HAS_QUAD(n)) stream->held[n] = source[ITEM_QUAD(n)];
    }
}
INLINED void store_stage(const stream_t *stream, int number) {
    if (number >= stream->count) return;
    __local uint4 *place = stage_place(stream, number);
#pragma unroll
    for (int n = 0; n < ITEM_QUADS; n++) {
        if (HAS_QUAD(n)) place[ITEM_QUAD(n)] = stream->held[n];
    }
}
INLINED void start_copies(stream_t *stream) {
    for (int number = 0; number < RING; number++) {
        load_stage(stream, number);
        if (number < RING - 1) store_stage(stream, number);
    }
}
INLINED void await_copies(void) {}
INLINED void go_on_copying(stream_t *stream) {
    store_stage(stream, stream->number + RING - 1);
    load_stage(stream, stream->number + RING);
}
#endif

INLINED void start_stream(
    stream_t *stream, __global const uint4 *stages, int count, __local uint4 *ring) {
    stream->stages = stages;
    stream->ring = ring;
    stream->number = 0;
    stream->count = count;
    start_copies(stream);
}

INLINED __local const ushort *next_stage(stream_t *stream) {
    await_copies();
    barrier(CLK_LOCAL_MEM_FENCE);
    go_on_copying(stream);
    return (__local const ushort *)stage_place(stream, stream->number++);
}

// A right operand from tiles in local memory.
INLINED right_t right_at(__local const ushort *tiles, int number) {
    return ((__local const right_t *)(tiles + number * TILE_HALVES))[RIGHT_LANE];
}
