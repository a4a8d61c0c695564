// attention: output = softmax(q k^T / sqrt(HEAD_WIDTH)) v, per sequence and head
//
// qkv [tokens, 3 * head_count * HEAD_WIDTH]: a row holds all q, all k, all v, heads side by side;
// offsets [sequences + 1]: first row of each sequence; output [tokens, head_count * HEAD_WIDTH].
// Requires common.cl and attend.cl; HEAD_WIDTH a multiple of VECTOR (SIMD) or of 4 (SIMT).

// For CPU devices: one work-item a work-group takes a sequence and a head.
// Global size: heads, sequences. Local memory: keys, transposed [HEAD_WIDTH][pitch];
// scores [SCORE_ROWS][pitch]; pitch = longest sequence rounded up to VECTOR.
__kernel void attention_simd_f32(
    __global const float *restrict qkv, __global const int *restrict offsets,
    __global float *restrict output, __local float *restrict keys, __local float *restrict scores,
    int head_count, float scale) {
    const int head = get_global_id(0);
    const int first = offsets[get_global_id(1)];
    const int count = offsets[get_global_id(1) + 1] - first;
    const int width = head_count * HEAD_WIDTH;
    __global const float *query = qkv + (size_t)first * 3 * width + head * HEAD_WIDTH;
    attend(
        query, query + width, query + 2 * width, 3 * width, count, scale, keys, scores,
        output + (size_t)first * width + head * HEAD_WIDTH, width);
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
