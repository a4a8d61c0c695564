// encoder_stack: consecutive layers of the transformer encoder by one launch, on matrix units.
//
// Sequences do not depend on each other anywhere in the encoder, so a work-group takes whole ones through every layer.
// A warp owns 16 rows (tokens) of one sequence from the first layer to the last, as fragments in registers. Local
// memory has two things: the weights on their way through (stream.cl), and keys and values of one head, which the warps
// of a sequence share. Global memory is read once for the input, once a work-group for the weights (from the second
// cache), and written once.
//
// input, output [tokens, WIDTH] halves
// offsets [sequences + 1]: first row of each sequence, then the number of rows
// stages: the weights of all layers, halves, in the order of their use, and what stream.cl wants behind. A product's
//     tiles: k-tiles outside, column tiles inside. Per layer:
//       each head's q, k, v: WIDTH / 16 k-tiles x 12 column tiles (4 of q, 4 of k, 4 of v)
//       output projection: WIDTH / 16 k-tiles x WIDTH / 16 column tiles
//       each slice of 32 hidden columns: up WIDTH / 16 k-tiles x 2 column tiles, then down 2 k-tiles x WIDTH / 16
// vectors: floats, per layer: biases of q, k, v of each head, of the output projection, scale and shift of the norm
//     behind it, biases of the hidden columns, of the second product, scale and shift of its norm
// scale: of the scores, 1 / sqrt(64) * log2(e). epsilon: of the norms
//
// A sequence of up to 16 tokens takes one warp, of up to 32 two, of up to 64 four, of more eight: its span. A
// work-group has sequences of one span, WARPS / span of them in the order of the batch. Work-groups for the largest
// span, KEY_TILES, come first: for each WARPS / span sequences one, then those for half of the span, down to 1. They
// leave out sequences of other spans, and a work-group without one returns at once. Rows beyond a sequence repeat its
// last: as keys they are masked, and nothing is stored for them.
//
// Numbers are the same in every place and shape: the stream fixes the order of k, attend_fragments.cl that of the keys.
//
// Options: WIDTH, HEADS of 64, HIDDEN; WARPS; KEY_TILES: warps of the largest span, at most WARPS; STAGE_TILES: WIDTH /
// 16 or WIDTH / 8; RING.
// Work-group: LANES x WARPS. Global size: LANES * work-groups, WARPS.
// Requires common.cl, fragment.cl, the unit's file, stream.cl, attend_fragments.cl, gelu_half.cl.
//
// Registers are the limit: at width 192, 12 sums (96 floats a lane on NVIDIA) and 12 fragments of x (48 words) are
// alive at once. Loops over them are unrolled, or the compiler puts these arrays on the stack. For NVIDIA Clang leaves
// the loop over heads as a loop all the same: the heads' outputs then are on the stack, which is cheap (a lane writes
// 64 bytes a head and reads 192 a layer) and saves 48 registers.

#ifndef WIDTH
#define WIDTH 192  // of the model
#endif
#ifndef HEADS
#define HEADS 3  // of 64
#endif
#ifndef HIDDEN
#define HIDDEN 768  // columns between the two products of the MLP
#endif
#ifndef WARPS
#define WARPS 8  // of a work-group, each with 16 rows
#endif
#define TILES (WIDTH / 16)
#define HEAD_COLUMNS (3 * HEAD_TILES)  // column tiles of a head's q, k, v
#define SLICE_TILES 2                  // of hidden columns at a time: they are never all alive
#define LAYER_FLOATS (3 * WIDTH + 3 * WIDTH + HIDDEN + 3 * WIDTH)
#define ATTENTION_TILES (HEADS * TILES * HEAD_COLUMNS + TILES * TILES)
#define LAYER_TILES (ATTENTION_TILES + 2 * TILES * (HIDDEN / 16))  // of weights

// Which rows a warp has.
typedef struct {
    int first;  // row of the batch that its sequence begins with
    int count;  // tokens of its sequence
    int token;  // of the sequence: the warp's first
    int warp;   // which has the sequence's first rows
    bool is_there;  // false: it computes on some sequence's rows and stores nothing
} rows_t;

INLINED int span_of(int tokens) { return tokens > 64 ? 8 : tokens > 32 ? 4 : tokens > 16 ? 2 : 1; }

// The rows of this work-item's warp; false if the work-group has no sequence.
INLINED bool find_rows(__global const int *offsets, int sequences, rows_t *rows) {
    int span = KEY_TILES, group = get_group_id(0);
    while (span > 1 && group * (WARPS / span) >= sequences) {
        group -= (sequences + WARPS / span - 1) / (WARPS / span);
        span /= 2;
    }
    const int first = group * (WARPS / span);
    bool has_any = false;
    for (int n = first; n < min(first + WARPS / span, sequences); n++) {
        has_any = has_any || span_of(offsets[n + 1] - offsets[n]) == span;
    }
    const int number = min(first + WARP / span, sequences - 1);
    rows->first = offsets[number];
    rows->count = offsets[number + 1] - rows->first;
    rows->token = WARP % span * 16;
    rows->warp = WARP - WARP % span;
    rows->is_there = first + WARP / span < sequences && span_of(rows->count) == span;
    rows->count = min(rows->count, span * 16);
    return has_any;
}

INLINED void load_rows(__global const ushort *input, const rows_t *rows, left_t x[TILES] EXCHANGE_ARGUMENT) {
UNROLL
    for (int t = 0; t < TILES; t++) {
        sums_t element;
UNROLL
        for (int i = 0; i < SUMS; i++) {
            const size_t row = rows->first + min(rows->token + SUM_ROW(i), rows->count - 1);
            element.v[i] = half_value(input[row * WIDTH + t * 16 + SUM_COLUMN(i)]);
        }
        x[t] = left_of(&element EXCHANGE);
    }
}

INLINED void store_rows(__global ushort *output, const rows_t *rows, const left_t x[TILES] EXCHANGE_ARGUMENT) {
UNROLL
    for (int t = 0; t < TILES; t++) {
        sums_t element;
        clear(&element, 1);
        sums_of(x[t], &element EXCHANGE);
UNROLL
        for (int i = 0; i < SUMS; i++) {
            const int token = rows->token + SUM_ROW(i);
            if (rows->is_there && token < rows->count) {
                output[(size_t)(rows->first + token) * WIDTH + t * 16 + SUM_COLUMN(i)] = half_bits(element.v[i]);
            }
        }
    }
}

INLINED void start_with_bias(sums_t *sums, int count, __global const float *bias) {
UNROLL
    for (int t = 0; t < count; t++) {
UNROLL
        for (int i = 0; i < SUMS; i++) sums[t].v[i] = bias[t * 16 + SUM_COLUMN(i)];
    }
}

// sums (column tiles) += left (k-tiles) x the next k-tiles * columns tiles of the stream, whole stages.
INLINED void multiply_stream(
    sums_t *sums, int columns, const left_t *left, int k_tiles, stream_t *stream EXCHANGE_ARGUMENT) {
UNROLL
    for (int first = 0; first < k_tiles * columns; first += STAGE_TILES) {
        __local const ushort *tiles = next_stage(stream);
UNROLL
        for (int n = 0; n < STAGE_TILES; n++) {
            multiply(&sums[(first + n) % columns], left[(first + n) / columns], right_at(tiles, n) EXCHANGE);
        }
    }
}

// x = norm(sums + bias + x): the residual and LayerNorm. The two moments are summed in float, the mean first.
// vectors: bias, scale, shift.
INLINED void norm_rows(
    sums_t sums[TILES], __global const float *vectors, float epsilon, left_t x[TILES] EXCHANGE_ARGUMENT) {
    float mean[SLOTS], square[SLOTS];
    for (int s = 0; s < SLOTS; s++) mean[s] = square[s] = 0.0f;
UNROLL
    for (int t = 0; t < TILES; t++) {
        sums_of(x[t], &sums[t] EXCHANGE);
UNROLL
        for (int i = 0; i < SUMS; i++) {
            sums[t].v[i] += vectors[t * 16 + SUM_COLUMN(i)];
            mean[SUM_SLOT(i)] += sums[t].v[i];
        }
    }
    for (int s = 0; s < SLOTS; s++) mean[s] = across(mean[s], false EXCHANGE) * (1.0f / WIDTH);
UNROLL
    for (int t = 0; t < TILES; t++) {
UNROLL
        for (int i = 0; i < SUMS; i++) {
            sums[t].v[i] -= mean[SUM_SLOT(i)];
            square[SUM_SLOT(i)] = fma(sums[t].v[i], sums[t].v[i], square[SUM_SLOT(i)]);
        }
    }
    for (int s = 0; s < SLOTS; s++) {
        square[s] = 1.0f / sqrt(fma(across(square[s], false EXCHANGE), 1.0f / WIDTH, epsilon));
    }
UNROLL
    for (int t = 0; t < TILES; t++) {
UNROLL
        for (int i = 0; i < SUMS; i++) {
            const int column = t * 16 + SUM_COLUMN(i);
            sums[t].v[i] = fma(
                sums[t].v[i] * square[SUM_SLOT(i)], vectors[WIDTH + column], vectors[2 * WIDTH + column]);
        }
        x[t] = left_of(&sums[t] EXCHANGE);
    }
}

// x = norm(x + output projection of each head's attention). keys, values: HEAD_TILES tiles a warp.
INLINED void attend_rows(
    left_t x[TILES], const rows_t *rows, __global const float *vectors, float scale, float epsilon, stream_t *stream,
    __local ushort *keys, __local ushort *values EXCHANGE_ARGUMENT) {
    const int mine = WARP * HEAD_TILES * TILE_HALVES, theirs = rows->warp * HEAD_TILES * TILE_HALVES;
    left_t mixed[HEADS * HEAD_TILES];
UNROLL
    for (int head = 0; head < HEADS; head++) {
        sums_t sums[HEAD_COLUMNS];
        left_t query[HEAD_TILES];
        begin_part(stream, 0, TILES * HEAD_COLUMNS, LAYER_TILES);
        start_with_bias(sums, HEAD_COLUMNS, vectors + head * 64 * 3);
        multiply_stream(sums, HEAD_COLUMNS, x, TILES, stream EXCHANGE);
UNROLL
        for (int t = 0; t < HEAD_TILES; t++) {
            // The barriers of multiply_stream lie between this and all reads of the head before.
            query[t] = left_of(&sums[t] EXCHANGE);
            store_keys(keys + mine + t * TILE_HALVES, &sums[HEAD_TILES + t] EXCHANGE);
            store_values(values + mine + t * TILE_HALVES, &sums[2 * HEAD_TILES + t]);
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        attend_head(
            query, keys + theirs, values + theirs, rows->count, scale, mixed + head * HEAD_TILES EXCHANGE);
    }
    sums_t sums[TILES];
    clear(sums, TILES);
    multiply_stream(sums, TILES, mixed, TILES, stream EXCHANGE);
    norm_rows(sums, vectors + 3 * WIDTH, epsilon, x EXCHANGE);
}

// x = norm(x + MLP(x)).
INLINED void transform_rows(
    left_t x[TILES], __global const float *vectors, float epsilon, stream_t *stream EXCHANGE_ARGUMENT) {
    sums_t sums[TILES];
    clear(sums, TILES);
#pragma unroll 1
    for (int slice = 0; slice < HIDDEN; slice += 16 * SLICE_TILES) {
        sums_t hidden[SLICE_TILES];
        left_t active[SLICE_TILES];
        begin_part(stream, ATTENTION_TILES, 2 * TILES * SLICE_TILES, LAYER_TILES);
        start_with_bias(hidden, SLICE_TILES, vectors + slice);
        multiply_stream(hidden, SLICE_TILES, x, TILES, stream EXCHANGE);
UNROLL
        for (int t = 0; t < SLICE_TILES; t++) {
UNROLL
            for (int i = 0; i < SUMS; i++) hidden[t].v[i] = gelu_half(hidden[t].v[i]);
            active[t] = left_of(&hidden[t] EXCHANGE);
        }
        multiply_stream(sums, TILES, active, SLICE_TILES, stream EXCHANGE);
    }
    norm_rows(sums, vectors + HIDDEN, epsilon, x EXCHANGE);
}

__kernel SUB_GROUP __attribute__((reqd_work_group_size(LANES, WARPS, 1)))
void encoder_stack_matrix_f16(
    __global const ushort *restrict input, __global const int *restrict offsets,
    __global const uint4 *restrict stages, __global const float *restrict vectors,
    __global ushort *restrict output, int sequences, int layers, float scale, float epsilon EXCHANGE_ARGUMENT) {
    // A unit's right operand in a lane has up to 64 bytes.
    __local uint4 ring[RING * STAGE_QUADS] __attribute__((aligned(64)));
    __local uint4 keys[WARPS * HEAD_TILES * TILE_HALVES / 8] __attribute__((aligned(64)));
    __local uint4 values[WARPS * HEAD_TILES * TILE_HALVES / 8] __attribute__((aligned(64)));
    rows_t rows;
    if (!find_rows(offsets, sequences, &rows)) return;
    stream_t stream;
    start_stream(&stream, stages, ring);
    left_t x[TILES];
    load_rows(input, &rows, x EXCHANGE);
#pragma unroll 1
    for (int layer = 0; layer < layers; layer++) {
        __global const float *own = vectors + layer * LAYER_FLOATS;
        attend_rows(
            x, &rows, own, scale, epsilon, &stream, (__local ushort *)keys, (__local ushort *)values EXCHANGE);
        transform_rows(x, own + 6 * WIDTH, epsilon, &stream EXCHANGE);
    }
    end_stream();
    store_rows(output, &rows, x EXCHANGE);
}
