// attention: output = softmax(q k^T / sqrt(HEAD_WIDTH)) v, per sequence and head
//
// qkv [tokens, 3 * head_count * HEAD_WIDTH]: a row holds all q, all k, all v, heads side by side;
// offsets [sequences + 1]: first row of each sequence; output [tokens, head_count * HEAD_WIDTH].
// Requires common.cl; HEAD_WIDTH a multiple of VECTOR (SIMD) or of 4 (SIMT).

#ifndef HEAD_WIDTH
#define HEAD_WIDTH 64
#endif

#ifndef SCORE_ROWS
#define SCORE_ROWS 8  // queries whose scores are held together (SIMD)
#endif
#ifndef MIX_ROWS
#define MIX_ROWS 4  // queries mixed in registers, a divisor of SCORE_ROWS (SIMD)
#endif
#define HEAD_VECTORS (HEAD_WIDTH / VECTOR)

// For CPU devices: one work-item a work-group takes a sequence and a head.
// Global size: heads, sequences. Local memory: keys, transposed [HEAD_WIDTH][pitch];
// scores [SCORE_ROWS][pitch]; pitch = longest sequence rounded up to VECTOR.
__kernel void attention_simd_f32(
    __global const float *restrict qkv, __global const int *restrict offsets,
    __global float *restrict output, __local float *restrict keys, __local float *restrict scores,
    int head_count, float scale) {
    const int head = get_global_id(0);
    const int sequence = get_global_id(1);
    const int first = offsets[sequence];
    const int count = offsets[sequence + 1] - first;
    const int width = head_count * HEAD_WIDTH;
    const int stride = 3 * width;
    const int pitch = (count + VECTOR - 1) / VECTOR * VECTOR;
    __global const float *query = qkv + (size_t)first * stride + head * HEAD_WIDTH;
    __global const float *key = query + width;
    __global const float *value = key + width;

    for (int t = 0; t < pitch; t++) {
        for (int d = 0; d < HEAD_WIDTH; d++) {
            keys[d * pitch + t] = t < count ? key[(size_t)t * stride + d] * scale : 0.0f;
        }
    }
    for (int row = 0; row < count; row += SCORE_ROWS) {
        __global const float *queries[SCORE_ROWS];
#pragma unroll
        for (int r = 0; r < SCORE_ROWS; r++) {
            queries[r] = query + (size_t)min(row + r, count - 1) * stride;
        }
        for (int t = 0; t < pitch; t += VECTOR) {
            floatv sums[SCORE_ROWS];
#pragma unroll
            for (int r = 0; r < SCORE_ROWS; r++) sums[r] = (floatv)(0.0f);
            for (int d = 0; d < HEAD_WIDTH; d++) {
                floatv column = loadv(0, keys + d * pitch + t);
#pragma unroll
                for (int r = 0; r < SCORE_ROWS; r++) {
                    sums[r] = fma((floatv)(queries[r][d]), column, sums[r]);
                }
            }
#pragma unroll
            for (int r = 0; r < SCORE_ROWS; r++) storev(sums[r], 0, scores + r * pitch + t);
        }
        float totals[SCORE_ROWS];
        for (int r = 0; r < SCORE_ROWS; r++) {
            __local float *score = scores + r * pitch;
            float largest = score[0];
            for (int t = 1; t < count; t++) largest = max(largest, score[t]);
            for (int t = count; t < pitch; t++) score[t] = -INFINITY;
            floatv sums = (floatv)(0.0f);
            for (int t = 0; t < pitch; t += VECTOR) {
                floatv weight = exp_v(loadv(0, score + t) - largest);
                storev(weight, 0, score + t);
                sums += weight;
            }
            totals[r] = 1.0f / sum_v(sums);
        }
        for (int mix = 0; mix < SCORE_ROWS && row + mix < count; mix += MIX_ROWS) {
            floatv sums[MIX_ROWS][HEAD_VECTORS];
#pragma unroll
            for (int r = 0; r < MIX_ROWS; r++) {
#pragma unroll
                for (int v = 0; v < HEAD_VECTORS; v++) sums[r][v] = (floatv)(0.0f);
            }
            for (int t = 0; t < count; t++) {
                __global const float *line = value + (size_t)t * stride;
#pragma unroll
                for (int r = 0; r < MIX_ROWS; r++) {
                    floatv weight = (floatv)(scores[(mix + r) * pitch + t]);
#pragma unroll
                    for (int v = 0; v < HEAD_VECTORS; v++) {
                        sums[r][v] = fma(weight, loadv(v, line), sums[r][v]);
                    }
                }
            }
#pragma unroll
            for (int r = 0; r < MIX_ROWS; r++) {
                if (row + mix + r < count) {
                    __global float *result =
                        output + (size_t)(first + row + mix + r) * width + head * HEAD_WIDTH;
#pragma unroll
                    for (int v = 0; v < HEAD_VECTORS; v++) {
                        storev(sums[r][v] * totals[mix + r], v, result);
                    }
                }
            }
        }
    }
}

#ifndef ATTENTION_GROUP
#define ATTENTION_GROUP 64  // work-items, each with a query of its own at a time (SIMT)
#endif
#ifndef KEY_TILE
#define KEY_TILE 32  // keys and values held in local memory (SIMT)
#endif
#define HEAD_QUADS (HEAD_WIDTH / 4)

// For GPUs: a work-group of ATTENTION_GROUP takes a sequence and a head; each work-item keeps one
// query, its running maximum, sum and mix (softmax in one pass over tiles of keys).
// Global size: heads x ATTENTION_GROUP, sequences. Local memory: a tile of keys and of values.
__kernel __attribute__((reqd_work_group_size(ATTENTION_GROUP, 1, 1)))
void attention_simt_f32(
    __global const float *restrict qkv, __global const int *restrict offsets,
    __global float *restrict output, int head_count, float scale) {
    __local float keys[KEY_TILE * HEAD_WIDTH];
    __local float values[KEY_TILE * HEAD_WIDTH];
    const int head = get_group_id(0);
    const int sequence = get_group_id(1);
    const int item = get_local_id(0);
    const int first = offsets[sequence];
    const int count = offsets[sequence + 1] - first;
    const int width = head_count * HEAD_WIDTH;
    const int stride = 3 * width;
    __global const float *query = qkv + (size_t)first * stride + head * HEAD_WIDTH;

    for (int row = 0; row < count; row += ATTENTION_GROUP) {
        const int mine = min(row + item, count - 1);
        float4 q[HEAD_QUADS];
        float4 mix[HEAD_QUADS];
#pragma unroll
        for (int d = 0; d < HEAD_QUADS; d++) {
            q[d] = vload4(d, query + (size_t)mine * stride) * scale;
            mix[d] = (float4)(0.0f);
        }
        float largest = -INFINITY;
        float total = 0.0f;
        for (int start = 0; start < count; start += KEY_TILE) {
            const int held = min(KEY_TILE, count - start);
            barrier(CLK_LOCAL_MEM_FENCE);
            for (int i = item; i < held * HEAD_WIDTH; i += ATTENTION_GROUP) {
                size_t source = (size_t)(start + i / HEAD_WIDTH) * stride + i % HEAD_WIDTH;
                keys[i] = query[source + width];
                values[i] = query[source + 2 * width];
            }
            barrier(CLK_LOCAL_MEM_FENCE);
            for (int t = 0; t < held; t++) {
                float4 sums = (float4)(0.0f);
#pragma unroll
                for (int d = 0; d < HEAD_QUADS; d++) {
                    sums = fma(q[d], vload4(d, keys + t * HEAD_WIDTH), sums);
                }
                float score = (sums.x + sums.z) + (sums.y + sums.w);
                float next = max(largest, score);
                float fade = exp_s(largest - next);
                float weight = exp_s(score - next);
                total = fma(total, fade, weight);
#pragma unroll
                for (int d = 0; d < HEAD_QUADS; d++) {
                    mix[d] = fma((float4)(weight), vload4(d, values + t * HEAD_WIDTH), mix[d] * fade);
                }
                largest = next;
            }
        }
        if (row + item < count) {
            __global float *result = output + (size_t)(first + mine) * width + head * HEAD_WIDTH;
            const float factor = 1.0f / total;
#pragma unroll
            for (int d = 0; d < HEAD_QUADS; d++) vstore4(mix[d] * factor, d, result);
        }
    }
}
