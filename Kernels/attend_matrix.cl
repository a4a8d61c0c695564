// Softmax attention of a block of queries of one sequence and head by a work-group: the inner part of attention.cl on
// matrix units.
//
// A warp has 16 queries, from the first key to the last: its scores stay in registers, and the softmax weights become
// the left operand of the product with the values there. Keys and values pass through local memory as right operands,
// KEY_TILES x 16 tokens at a time, read by all warps. The softmax is computed on the way: if a later key has a larger
// score, the sums so far are scaled down. Queries and keys beyond the sequence are its last ones again; such scores are
// masked, and such rows are not stored. The order of every sum follows from the sequence alone, whatever WARPS is.
//
// One half has too few bits for a softmax weight, beside inputs that half holds exactly. So a weight is high + low,
// both half, in units of 2^-14: then low is no subnormal number where it matters, which some units take for 0.
// SPLIT computes in single precision: every operand is high + low / 2048, both half, and a product
// high x high + (high x low + low x high) / 2048. Three products, and two sums that meet at the end.
// Requires common.cl, fragment.cl and the unit's file. Without SPLIT: STORED_HALF.

#ifndef HEAD_WIDTH
#define HEAD_WIDTH 64  // a multiple of 16
#endif
#ifndef WARPS
#define WARPS 4  // of a work-group
#endif
#ifndef KEY_TILES
#define KEY_TILES 4  // tiles of 16 keys whose scores a warp has at once
#endif
#ifndef MIX_TILES
// Tiles of 16 of the head's columns that a work-group mixes: registers may hold no more.
#define MIX_TILES (HEAD_WIDTH / 16)
#endif
#define HEAD_TILES (HEAD_WIDTH / 16)
#define HEAD_QUADS (HEAD_WIDTH / 4)
#define BLOCK_KEYS (KEY_TILES * 16)
#define KEY_HALVES (BLOCK_KEYS * HEAD_WIDTH)
#define VALUE_HALVES (BLOCK_KEYS * MIX_TILES * 16)

#ifdef SPLIT
#define PARTS 2  // of keys, values and queries: high and low; of a product's sums: high x high and the mixed ones
#define LOW_SCALE 2048.0f
#define ELEMENT float
#define value_of(x) (x)
#define element_of(x) (x)
#else
#define PARTS 1
#define LOW_SCALE 1.0f
#define ELEMENT ushort  // a half's bits
#define value_of(x) half_value(x)
#define element_of(x) half_bits(x)
#endif
#define element_pair JOIN(ELEMENT, 2)
#define element_quad JOIN(ELEMENT, 4)
#define WEIGHT_EXPONENT 14.0f  // 2^14 is half's, and as many times the weights of all keys is float's

// A block of keys, [KEY_TILES][HEAD_TILES] tiles, and of values, [KEY_TILES][MIX_TILES]: high parts, then low ones. Of
// keys k is the column within the head and a tile's column the token; of values k is the token.
typedef struct {
    right_t keys[PARTS * KEY_HALVES * 2 / sizeof(right_t)];
    right_t values[PARTS * VALUE_HALVES * 2 / sizeof(right_t)];
} block_memory;

// What half leaves of x, times LOW_SCALE.
INLINED float low_part(float x) { return (x - half_value(half_bits(x))) * LOW_SCALE; }

// x as left operands, high and low; x is lost.
INLINED void split_left(sums_t *x, left_t left[2] EXCHANGE_ARGUMENT) {
    left[0] = left_of(x EXCHANGE);
UNROLL
    for (int i = 0; i < SUMS; i++) x->v[i] = low_part(x->v[i]);
    left[1] = left_of(x EXCHANGE);
}

// The lane's part of the right operand that begins `halves` behind the first one.
INLINED right_t right_behind(__local const right_t *tiles, int halves) {
    return tiles[halves * 2 / (int)sizeof(right_t) + RIGHT_LANE];
}

// sums += query x the tile of keys
INLINED void multiply_keys(
    sums_t sums[PARTS], const left_t query[PARTS], __local const right_t *keys, int tile EXCHANGE_ARGUMENT) {
    const right_t high = right_behind(keys, tile * TILE_HALVES);
    multiply(&sums[0], query[0], high EXCHANGE);
#ifdef SPLIT
    multiply(&sums[1], query[1], high EXCHANGE);
    multiply(&sums[1], query[0], right_behind(keys, KEY_HALVES + tile * TILE_HALVES) EXCHANGE);
#endif
}

// sums += weights x the tile of values
INLINED void multiply_values(
    sums_t sums[PARTS], const left_t weights[2], __local const right_t *values, int tile EXCHANGE_ARGUMENT) {
    const right_t high = right_behind(values, tile * TILE_HALVES);
    multiply(&sums[0], weights[0], high EXCHANGE);
    multiply(&sums[PARTS - 1], weights[1], high EXCHANGE);
#ifdef SPLIT
    multiply(&sums[1], weights[0], right_behind(values, VALUE_HALVES + tile * TILE_HALVES) EXCHANGE);
#endif
}

INLINED float together(const sums_t sums[PARTS], int i) {
#ifdef SPLIT
    return fma(sums[1].v[i], 1.0f / LOW_SCALE, sums[0].v[i]);
#else
    return sums[0].v[i];
#endif
}

// Two neighbours within a tile; their low parts lie `halves` behind them.
INLINED void put_pair(element_pair x, __local ushort *place, int halves) {
#ifdef SPLIT
    *(__local ushort2 *)place = (ushort2)(half_bits(x.x), half_bits(x.y));
    *(__local ushort2 *)(place + halves) = (ushort2)(half_bits(low_part(x.x)), half_bits(low_part(x.y)));
#else
    *(__local ushort2 *)place = x;
#endif
}

// The BLOCK_KEYS tokens from `start` on as right operands, `columns` of each; rows `stride` apart. A work-item has 2
// tokens and 4 columns at a time. Of keys the column is k, of values the token is.
INLINED void load_block(
    __global const ELEMENT *source, int stride, int start, int count, int columns, bool is_key,
    __local ushort *target) {
#define PLACE(token, column) \
    (tile + (is_key ? RIGHT_PLACE((column) % 16, (token) % 16) : RIGHT_PLACE((token) % 16, (column) % 16)))
    const bool pairs_are_columns = is_key == (RIGHT_PLACE(1, 0) == 1);
    const int quads = columns / 4, halves = BLOCK_KEYS * columns;
    for (int i = WARP * LANES + LANE; i < BLOCK_KEYS / 2 * quads; i += WARPS * LANES) {
        const int t = i / quads * 2, c = i % quads * 4;
        __global const ELEMENT *row = source + (size_t)min(start + t, count - 1) * stride;
        const element_quad x = *(__global const element_quad *)(row + c);
        const element_quad y =
            *(__global const element_quad *)(source + (size_t)min(start + t + 1, count - 1) * stride + c);
        __local ushort *tile = target + (t / 16 * (columns / 16) + c / 16) * TILE_HALVES;
        if (pairs_are_columns) {
            put_pair(x.lo, PLACE(t, c), halves);
            put_pair(x.hi, PLACE(t, c + 2), halves);
            put_pair(y.lo, PLACE(t + 1, c), halves);
            put_pair(y.hi, PLACE(t + 1, c + 2), halves);
        } else {
            put_pair((element_pair)(x.x, y.x), PLACE(t, c), halves);
            put_pair((element_pair)(x.y, y.y), PLACE(t, c + 1), halves);
            put_pair((element_pair)(x.z, y.z), PLACE(t, c + 2), halves);
            put_pair((element_pair)(x.w, y.w), PLACE(t, c + 3), halves);
        }
    }
#undef PLACE
}

// The 16 queries from `block` on.
INLINED void load_queries(
    __global const ELEMENT *query, int stride, int block, int count,
    left_t queries[HEAD_TILES][PARTS] EXCHANGE_ARGUMENT) {
UNROLL
    for (int t = 0; t < HEAD_TILES; t++) {
        sums_t x;
UNROLL
        for (int i = 0; i < SUMS; i++) {
            const size_t row = min(block + SUM_ROW(i), count - 1);
            x.v[i] = value_of(query[row * stride + t * 16 + SUM_COLUMN(i)]);
        }
#ifdef SPLIT
        split_left(&x, queries[t] EXCHANGE);
#else
        queries[t][0] = left_of(&x EXCHANGE);
#endif
    }
}

// scores = queries x the block's keys, for the `count` keys that there are; -INFINITY for others. largest: of each of
// the lane's rows, of those before and these.
INLINED void score_block(
    const left_t queries[HEAD_TILES][PARTS], __local const block_memory *memory, int count, sums_t scores[KEY_TILES],
    float largest[SLOTS] EXCHANGE_ARGUMENT) {
UNROLL
    for (int key = 0; key < KEY_TILES; key++) {
        sums_t sums[PARTS];
        clear(sums, PARTS);
UNROLL
        for (int t = 0; t < HEAD_TILES; t++) {
            multiply_keys(sums, queries[t], memory->keys, key * HEAD_TILES + t EXCHANGE);
        }
UNROLL
        for (int i = 0; i < SUMS; i++) {
            scores[key].v[i] = key * 16 + SUM_COLUMN(i) < count ? together(sums, i) : -INFINITY;
            largest[SUM_SLOT(i)] = fmax(largest[SUM_SLOT(i)], scores[key].v[i]);
        }
    }
    for (int s = 0; s < SLOTS; s++) largest[s] = across(largest[s], true EXCHANGE);
}

// mix += 2^(scale (scores - largest) + WEIGHT_EXPONENT) x the block's values; total: these weights, of the lane's own
// keys.
INLINED void mix_block(
    sums_t scores[KEY_TILES], const float largest[SLOTS], float scale, __local const block_memory *memory,
    sums_t mix[MIX_TILES][PARTS], float total[SLOTS] EXCHANGE_ARGUMENT) {
    float shift[SLOTS];
    for (int s = 0; s < SLOTS; s++) shift[s] = WEIGHT_EXPONENT - largest[s] * scale;
UNROLL
    for (int key = 0; key < KEY_TILES; key++) {
        left_t weights[2];
UNROLL
        for (int i = 0; i < SUMS; i++) {
            scores[key].v[i] = exp2_of(fma(scores[key].v[i], scale, shift[SUM_SLOT(i)]));
            total[SUM_SLOT(i)] += scores[key].v[i];
        }
        split_left(&scores[key], weights EXCHANGE);
UNROLL
        for (int t = 0; t < MIX_TILES; t++) {
            multiply_values(mix[t], weights, memory->values, key * MIX_TILES + t EXCHANGE);
        }
    }
}

// total and mix, scaled from the earlier largest score to the new one.
INLINED void rescale(
    const float before[SLOTS], const float now[SLOTS], float scale, float total[SLOTS], sums_t mix[MIX_TILES][PARTS]) {
    float factor[SLOTS];
    for (int s = 0; s < SLOTS; s++) {
        factor[s] = exp2_of((before[s] - now[s]) * scale);
        total[s] *= factor[s];
    }
UNROLL
    for (int t = 0; t < MIX_TILES; t++) {
UNROLL
        for (int p = 0; p < PARTS; p++) {
UNROLL
            for (int i = 0; i < SUMS; i++) mix[t][p].v[i] *= factor[SUM_SLOT(i)];
        }
    }
}

// output[q] = sum over t of softmax(query[q] . key[t] * scale) value[t], for the warp's 16 queries from `block` on of a
// sequence of `count` tokens, and MIX_TILES x 16 columns of value and output; scale in units of log2(e). query, key and
// value: rows `stride` apart; output: rows `output_stride` apart.
static inline void attend_matrix(
    __global const ELEMENT *query, __global const ELEMENT *key, __global const ELEMENT *value, int stride, int block,
    int count, float scale, __local block_memory *memory, __global ELEMENT *output,
    int output_stride EXCHANGE_ARGUMENT) {
    left_t queries[HEAD_TILES][PARTS];
    sums_t mix[MIX_TILES][PARTS];
    float largest[SLOTS], total[SLOTS];
    load_queries(query, stride, block, count, queries EXCHANGE);
UNROLL
    for (int t = 0; t < MIX_TILES; t++) clear(mix[t], PARTS);
    for (int s = 0; s < SLOTS; s++) {
        largest[s] = -INFINITY;
        total[s] = 0.0f;
    }
    int start = 0;
    do {  // a sequence has tokens; common.cl says why no for
        sums_t scores[KEY_TILES];
        float before[SLOTS];
        for (int s = 0; s < SLOTS; s++) before[s] = largest[s];
        barrier(CLK_LOCAL_MEM_FENCE);
        load_block(key, stride, start, count, HEAD_WIDTH, true, (__local ushort *)memory->keys);
        load_block(value, stride, start, count, MIX_TILES * 16, false, (__local ushort *)memory->values);
        barrier(CLK_LOCAL_MEM_FENCE);
        score_block(queries, memory, count - start, scores, largest EXCHANGE);
        rescale(before, largest, scale, total, mix);
        mix_block(scores, largest, scale, memory, mix, total EXCHANGE);
        start += BLOCK_KEYS;
    } while (start < count);
    for (int s = 0; s < SLOTS; s++) total[s] = 1.0f / across(total[s], false EXCHANGE);
UNROLL
    for (int t = 0; t < MIX_TILES; t++) {
UNROLL
        for (int i = 0; i < SUMS; i++) {
            const int row = block + SUM_ROW(i);
            const float x = together(mix[t], i) * total[SUM_SLOT(i)];
            if (row < count) output[(size_t)row * output_stride + t * 16 + SUM_COLUMN(i)] = element_of(x);
        }
    }
}
