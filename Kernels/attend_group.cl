// Softmax attention of a block of queries of one sequence and head by a work-group: the inner part of
// attention.cl on GPUs. Requires common.cl.
//
// LANES work-items share ITEM_QUERIES queries; QUERY_BLOCK / ITEM_QUERIES such rows of them make the
// work-group. All scores of the block stay in local memory; keys, then values, pass through a tile.
// The order of every sum follows from the sequence alone, whatever QUERY_BLOCK and KEY_TILE are.

#ifndef HEAD_WIDTH
#define HEAD_WIDTH 64  // a multiple of 4
#endif
#ifndef QUERY_BLOCK
#define QUERY_BLOCK 64  // queries of a work-group, a multiple of ITEM_QUERIES
#endif
#ifndef KEY_TILE
#define KEY_TILE 32  // keys or values in local memory, a multiple of LANES
#endif
#define LANES 16  // also the parts in which a query's scores are summed
#define ITEM_QUERIES 4
#define ITEM_KEYS (KEY_TILE / LANES)
#define HEAD_QUADS (HEAD_WIDTH / 4)
#define ITEM_QUADS ((HEAD_QUADS + LANES - 1) / LANES)
// One float4 more than a row takes: work-items that read neighbouring rows read different banks.
#define QUAD_PITCH (HEAD_QUADS + 1)
#define PARTIAL_PITCH (LANES + 1)
#define TILE_QUADS (KEY_TILE * QUAD_PITCH)
#define PARTIAL_QUADS ((QUERY_BLOCK * PARTIAL_PITCH + 3) / 4)

// The tile of keys or values, and between the two the partial sums and largest scores.
typedef struct {
    float4 queries[QUERY_BLOCK * QUAD_PITCH];
    float4 tile[TILE_QUADS > PARTIAL_QUADS ? TILE_QUADS : PARTIAL_QUADS];
} group_memory;

// Rows `first` on of `source`, times `scale`, to local memory; rows from `end` on are zeros.
static inline void load_rows(
    __global const STORED *source, int stride, int first, int end, int rows, float scale,
    __local float4 *target) {
    const int item = get_local_id(1) * LANES + get_local_id(0);
    for (int i = item; i < rows * HEAD_QUADS; i += LANES * (QUERY_BLOCK / ITEM_QUERIES)) {
        const int row = i / HEAD_QUADS;
        const int quad = i % HEAD_QUADS;
        target[row * QUAD_PITCH + quad] = first + row < end
            ? load_4(source + (size_t)(first + row) * stride + 4 * quad) * scale
            : (float4)(0.0f);
    }
}

// scores[query][t] = query . key[t] for `count` keys. A work-item's keys are those whose number is
// its lane's except for a multiple of LANES.
static inline void score_keys(
    __global const STORED *key, int stride, int count, __local group_memory *memory,
    __local float *scores, int pitch) {
    const int lane = get_local_id(0);
    const int first = get_local_id(1) * ITEM_QUERIES;
    int start = 0;
    do {  // a block has keys; common.cl says why no for
        barrier(CLK_LOCAL_MEM_FENCE);
        load_rows(key, stride, start, count, KEY_TILE, 1.0f, memory->tile);
        barrier(CLK_LOCAL_MEM_FENCE);
        float4 sums[ITEM_QUERIES][ITEM_KEYS];
#pragma unroll
        for (int q = 0; q < ITEM_QUERIES; q++) {
#pragma unroll
            for (int k = 0; k < ITEM_KEYS; k++) sums[q][k] = (float4)(0.0f);
        }
#pragma unroll 2  // all of it, and LLVM takes 256 registers on AMD's CDNA
        for (int d = 0; d < HEAD_QUADS; d++) {
            float4 keys[ITEM_KEYS];
#pragma unroll
            for (int k = 0; k < ITEM_KEYS; k++) {
                keys[k] = memory->tile[(k * LANES + lane) * QUAD_PITCH + d];
            }
#pragma unroll
            for (int q = 0; q < ITEM_QUERIES; q++) {
                const float4 query = memory->queries[(first + q) * QUAD_PITCH + d];
#pragma unroll
                for (int k = 0; k < ITEM_KEYS; k++) sums[q][k] = fma(query, keys[k], sums[q][k]);
            }
        }
#pragma unroll
        for (int k = 0; k < ITEM_KEYS; k++) {
            const int t = start + k * LANES + lane;
#pragma unroll
            for (int q = 0; q < ITEM_QUERIES; q++) {
                const float4 sum = sums[q][k];
                if (t < count) scores[(first + q) * pitch + t] = (sum.x + sum.z) + (sum.y + sum.w);
            }
        }
        start += KEY_TILE;
    } while (start < count);
}

// Softmax of each query's scores except for its division: replaces them by exp(score - largest), zero
// from `count` up to a whole float4, and gives the sum of each. A work-item reads its own keys' scores.
static inline void softmax_scores(
    int count, __local group_memory *memory, __local float *scores, int pitch,
    float totals[ITEM_QUERIES]) {
    const int lane = get_local_id(0);
    const int first = get_local_id(1) * ITEM_QUERIES;
    __local float *partial = (__local float *)memory->tile + first * PARTIAL_PITCH;
    barrier(CLK_LOCAL_MEM_FENCE);  // the last keys have been read
    for (int q = 0; q < ITEM_QUERIES; q++) {
        float largest = -INFINITY;
        for (int t = lane; t < count; t += LANES) {
            largest = max(largest, scores[(first + q) * pitch + t]);
        }
        partial[q * PARTIAL_PITCH + lane] = largest;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    float shifts[ITEM_QUERIES];
    for (int q = 0; q < ITEM_QUERIES; q++) {
        shifts[q] = partial[q * PARTIAL_PITCH];
        for (int i = 1; i < LANES; i++) shifts[q] = max(shifts[q], partial[q * PARTIAL_PITCH + i]);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int q = 0; q < ITEM_QUERIES; q++) {
        float total = 0.0f;
        for (int t = lane; t < (count + 3) / 4 * 4; t += LANES) {
            __local float *score = scores + (first + q) * pitch + t;
            *score = t < count ? exp_s(*score - shifts[q]) : 0.0f;
            total += *score;
        }
        partial[q * PARTIAL_PITCH + lane] = total;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int q = 0; q < ITEM_QUERIES; q++) {
        totals[q] = partial[q * PARTIAL_PITCH];
        for (int i = 1; i < LANES; i++) totals[q] += partial[q * PARTIAL_PITCH + i];
    }
}

// mix[query] = sum over t of scores[query][t] value[t]; a work-item has every LANES-th float4.
static inline void mix_values(
    __global const STORED *value, int stride, int count, __local group_memory *memory,
    __local const float4 *scores, int pitch, float4 mix[ITEM_QUERIES][ITEM_QUADS]) {
    const int lane = get_local_id(0);
    const int first = get_local_id(1) * ITEM_QUERIES;
    __local const float4 *lines[ITEM_QUERIES];
#pragma unroll
    for (int q = 0; q < ITEM_QUERIES; q++) {
        lines[q] = scores + (first + q) * (pitch / 4);
#pragma unroll
        for (int v = 0; v < ITEM_QUADS; v++) mix[q][v] = (float4)(0.0f);
    }
    int start = 0;
    do {
        barrier(CLK_LOCAL_MEM_FENCE);
        load_rows(value, stride, start, count, KEY_TILE, 1.0f, memory->tile);
        barrier(CLK_LOCAL_MEM_FENCE);
        for (int t = 0; t < KEY_TILE && start + t < count; t += 4) {
            float4 weights[ITEM_QUERIES];
#pragma unroll
            for (int q = 0; q < ITEM_QUERIES; q++) weights[q] = *lines[q]++;
#pragma unroll
            for (int v = 0; v < ITEM_QUADS; v++) {
                // Lanes beyond the head's width repeat its last float4, and do not store it.
                __local const float4 *values =
                    memory->tile + t * QUAD_PITCH + min(v * LANES + lane, HEAD_QUADS - 1);
#pragma unroll
                for (int q = 0; q < ITEM_QUERIES; q++) {
                    float4 sum = mix[q][v];
                    sum = fma((float4)(weights[q].x), values[0], sum);
                    sum = fma((float4)(weights[q].y), values[QUAD_PITCH], sum);
                    sum = fma((float4)(weights[q].z), values[2 * QUAD_PITCH], sum);
                    mix[q][v] = fma((float4)(weights[q].w), values[3 * QUAD_PITCH], sum);
                }
            }
        }
        start += KEY_TILE;
    } while (start < count);
}

// output[t] = sum over s of softmax(query[t] . key[s] * scale) value[s], for the QUERY_BLOCK queries
// from `block` on of a sequence of `count` tokens. query, key and value: rows of HEAD_WIDTH, `stride`
// apart; output: rows `output_stride` apart. scores: QUERY_BLOCK rows of `pitch`, a multiple of 4 and
// no less than `count`.
static inline void attend_group(
    __global const STORED *query, __global const STORED *key, __global const STORED *value,
    int stride, int block, int count, float scale, __local group_memory *memory,
    __local float4 *scores, int pitch, __global STORED *output, int output_stride) {
    float totals[ITEM_QUERIES];
    float4 mix[ITEM_QUERIES][ITEM_QUADS];
    load_rows(query, stride, block, count, QUERY_BLOCK, scale, memory->queries);
    score_keys(key, stride, count, memory, (__local float *)scores, pitch);
    softmax_scores(count, memory, (__local float *)scores, pitch, totals);
    mix_values(value, stride, count, memory, scores, pitch, mix);
#pragma unroll
    for (int q = 0; q < ITEM_QUERIES; q++) {
        const int row = block + get_local_id(1) * ITEM_QUERIES + q;
        const float factor = 1.0f / totals[q];
#pragma unroll
        for (int v = 0; v < ITEM_QUADS; v++) {
            const int quad = v * LANES + get_local_id(0);
            if (row < count && quad < HEAD_QUADS) {
                store_4(mix[q][v] * factor, output + (size_t)row * output_stride + 4 * quad);
            }
        }
    }
}
