// attention_pool: output[q, h] = sum over rows s of softmax_s(query[q, h] . x[s]) x[s],
// one query a head for each sequence; keys and values are the rows themselves.
//
// query [sequences, head_count * width], heads side by side; x [tokens, width]; offsets
// [sequences + 1]: first row of each sequence; output like query.
// Requires common.cl and, for CPU devices, attend.cl; width a multiple of VECTOR (SIMD) or of 4 (SIMT).

#ifdef FAMILY_SIMD
#define POOL_ROWS 4  // rows whose scores are computed together

// For CPU devices: one work-item a work-group takes a sequence and a head.
// Global size: heads, sequences. Local memory: scores [longest sequence rounded up to VECTOR].
__kernel void attention_pool_simd_f32(
    __global const float *restrict query, __global const float *restrict x,
    __global const int *restrict offsets, __global float *restrict output,
    __local float *restrict scores, int head_count, int width) {
    const int first = offsets[get_global_id(1)];
    const int count = offsets[get_global_id(1) + 1] - first;
    const size_t place = (get_global_id(1) * head_count + get_global_id(0)) * width;
    __global const float *rows = x + (size_t)first * width;

    for (int row = 0; row < count; row += POOL_ROWS) {
        __global const float *lines[POOL_ROWS];
        floatv sums[POOL_ROWS];
#pragma unroll
        for (int r = 0; r < POOL_ROWS; r++) {
            lines[r] = rows + (size_t)min(row + r, count - 1) * width;
            sums[r] = (floatv)(0.0f);
        }
        for (int c = 0; c < width; c += VECTOR) {
            const floatv line = loadv(0, query + place + c);
#pragma unroll
            for (int r = 0; r < POOL_ROWS; r++) {
                sums[r] = fma(line, loadv(0, lines[r] + c), sums[r]);
            }
        }
        for (int r = 0; r < POOL_ROWS && row + r < count; r++) scores[row + r] = sum_v(sums[r]);
    }
    const float factor = softmax_row(scores, count, (count + VECTOR - 1) / VECTOR * VECTOR);
    for (int c = 0; c < width; c += VECTOR) {
        floatv sum = (floatv)(0.0f);
        for (int row = 0; row < count; row++) {
            sum = fma((floatv)(scores[row]), loadv(0, rows + (size_t)row * width + c), sum);
        }
        storev(sum * factor, 0, output + place + c);
    }
}
#else
#ifndef ROW_GROUP
#define ROW_GROUP 64  // work-items of a head
#endif

// For GPUs: a work-group takes a sequence and a head.
// Global size: heads x ROW_GROUP, sequences. Local memory: scores [longest sequence].
__kernel __attribute__((reqd_work_group_size(ROW_GROUP, 1, 1)))
void attention_pool_simt_f32(
    __global const STORED *restrict query, __global const STORED *restrict x,
    __global const int *restrict offsets, __global STORED *restrict output,
    __local float *restrict scores, int head_count, int width) {
    const int item = get_local_id(0);
    const int first = offsets[get_group_id(1)];
    const int count = offsets[get_group_id(1) + 1] - first;
    const size_t place = (get_group_id(1) * head_count + get_group_id(0)) * width;
    __global const STORED *rows = x + (size_t)first * width;

    for (int row = item; row < count; row += ROW_GROUP) {
        float4 sum = (float4)(0.0f);
        for (int c = 0; c < width; c += 4) {
            sum = fma(load_4(query + place + c), load_4(rows + (size_t)row * width + c), sum);
        }
        scores[row] = (sum.x + sum.z) + (sum.y + sum.w);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    float largest = scores[0];
    for (int row = 1; row < count; row++) largest = max(largest, scores[row]);
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int row = item; row < count; row += ROW_GROUP) scores[row] = exp_s(scores[row] - largest);
    barrier(CLK_LOCAL_MEM_FENCE);
    float total = 0.0f;
    for (int row = 0; row < count; row++) total += scores[row];
    for (int c = item; c < width; c += ROW_GROUP) {
        float sum = 0.0f;
        for (int row = 0; row < count; row++) {
            sum = fma(scores[row], load_1(rows + (size_t)row * width + c), sum);
        }
        store_1(sum / total, output + place + c);
    }
}
#endif
