// The weights of a kernel as a stream: stages of STAGE_TILES right fragments, in the order of their use, through a ring
// of RING stages in local memory, from which all warps of a work-group read.
//
//   stream_t stream;
//   start_stream(&stream, stages, ring);
//   tiles = next_stage(&stream);  // the next stage, until the next call
//   multiply(&sums, left, right_at(tiles, number));
//   end_stream();
//
// stages: STAGE_TILES tiles of TILE_HALVES each, every tile in the order of RIGHT_PLACE. Behind the last come RING more
// stages of any content: they are copied, since asking at every stage whether it is the last costs more.
// ring: RING * STAGE_QUADS uint4s of local memory.
// All work-items call next_stage together: it has the one barrier of a stage. Behind it all copies of the stage have
// arrived, and all warps have done with the stage before, whose place in the ring is then filled again.
//
// Copies, by what the unit has:
//   NVIDIA     cp.async goes past the registers; a stage is on its way while RING - 1 others are worked on
//   elsewhere  a stage is loaded into registers a stage early (ITEM_PIECES of them) and stored behind the next
//              barrier: the multiplications of a whole stage lie between a load and its first use
// PLAIN_COPIES takes the second way on NVIDIA too, for compilers that refuse the assembly: this file's,
// product_matrix.cl's and attend_fragments.cl's.
// Requires common.cl, fragment.cl and the unit's file. Options: WARPS, and

#ifndef STAGE_TILES
#define STAGE_TILES 12  // tiles of a stage
#endif
#ifndef RING
#define RING 2  // stages in local memory
#endif
#define ITEMS (WARPS * LANES)
#define STAGE_QUADS (STAGE_TILES * TILE_HALVES / 8)  // uint4s: 16 bytes each

// Every work-item copies ITEM_PIECES of a stage, the largest that there are for all: asking which have one less would
// cost registers.
#if STAGE_QUADS % ITEMS == 0
typedef uint4 piece_t;
#define ITEM_PIECES (STAGE_QUADS / ITEMS)
#define COPY_PIECE "cp.async.cg.shared.global [%0], [%1], 16;"
#elif STAGE_QUADS * 2 % ITEMS == 0
typedef uint2 piece_t;
#define ITEM_PIECES (STAGE_QUADS * 2 / ITEMS)
#define COPY_PIECE "cp.async.ca.shared.global [%0], [%1], 8;"
#elif STAGE_QUADS * 4 % ITEMS == 0
typedef uint piece_t;
#define ITEM_PIECES (STAGE_QUADS * 4 / ITEMS)
#define COPY_PIECE "cp.async.ca.shared.global [%0], [%1], 4;"
#else
#error "a stage is no multiple of the work-items' words"
#endif
#define STAGE_PIECES (ITEM_PIECES * ITEMS)

#if defined(UNIT_NVIDIA) && !defined(EMULATED) && !defined(PLAIN_COPIES)
#define ASYNC_COPIES
#endif

typedef struct {
    __global const piece_t *source;  // this work-item's first piece of the stage that is copied next
    __local piece_t *ring;           // and of the ring
    __local const ushort *tiles;
    int place;  // in the ring: where the next stage is
#ifndef ASYNC_COPIES
    piece_t held[ITEM_PIECES];  // of the stage behind those in the ring
#endif
} stream_t;

#ifdef ASYNC_COPIES
INLINED void send_stage(stream_t *stream, int place) {
    __local piece_t *target = stream->ring + place * STAGE_PIECES;
#pragma unroll
    for (int n = 0; n < ITEM_PIECES; n++) {
        __asm__ volatile(COPY_PIECE
                         :: "r"((uint)(size_t)(target + n * ITEMS)), "l"(stream->source + n * ITEMS) : "memory");
    }
    __asm__ volatile("cp.async.commit_group;" ::: "memory");
    stream->source += STAGE_PIECES;
}
INLINED void start_copies(stream_t *stream) {
    for (int place = 0; place < RING - 1; place++) send_stage(stream, place);
}
INLINED void await_copies(void) { __asm__ volatile("cp.async.wait_group %0;" :: "n"(RING - 2) : "memory"); }
INLINED void go_on_copying(stream_t *stream) { send_stage(stream, (stream->place + RING - 1) % RING); }
INLINED void end_stream(void) { __asm__ volatile("cp.async.wait_group 0;" ::: "memory"); }

#else
INLINED void load_stage(stream_t *stream) {
#pragma unroll
    for (int n = 0; n < ITEM_PIECES; n++) stream->held[n] = stream->source[n * ITEMS];
    stream->source += STAGE_PIECES;
}
INLINED void store_stage(const stream_t *stream, int place) {
    __local piece_t *target = stream->ring + place * STAGE_PIECES;
#pragma unroll
    for (int n = 0; n < ITEM_PIECES; n++) target[n * ITEMS] = stream->held[n];
}
INLINED void start_copies(stream_t *stream) {
    for (int place = 0; place < RING - 1; place++) {
        load_stage(stream);
        store_stage(stream, place);
    }
    load_stage(stream);
}
INLINED void await_copies(void) {}
INLINED void go_on_copying(stream_t *stream) {
    store_stage(stream, (stream->place + RING - 1) % RING);
    load_stage(stream);
}
INLINED void end_stream(void) {}
#endif

INLINED void start_stream(stream_t *stream, __global const uint4 *stages, __local uint4 *ring) {
    const int item = WARP * LANES + LANE;
    stream->source = (__global const piece_t *)stages + item;
    stream->ring = (__local piece_t *)ring + item;
    stream->tiles = (__local const ushort *)ring;
    stream->place = 0;
    start_copies(stream);
}

INLINED __local const ushort *next_stage(stream_t *stream) {
    await_copies();
    barrier(CLK_LOCAL_MEM_FENCE);
    go_on_copying(stream);
    __local const ushort *tiles = stream->tiles + stream->place * STAGE_TILES * TILE_HALVES;
    stream->place = (stream->place + 1) % RING;
    return tiles;
}

// At the start of a part of `tiles` tiles that repeats, the first one `first` tiles behind the start of what repeats
// every `whole` tiles. It tells the compiler the place in the ring, if that is the same every time: addresses are
// constants then.
INLINED void begin_part(stream_t *stream, int first, int tiles, int whole) {
    if (tiles / STAGE_TILES % RING == 0 && whole / STAGE_TILES % RING == 0) {
        stream->place = first / STAGE_TILES % RING;
    }
}

// A right operand from tiles in local memory.
INLINED right_t right_at(__local const ushort *tiles, int number) {
    return ((__local const right_t *)(tiles + number * TILE_HALVES))[RIGHT_LANE];
}
