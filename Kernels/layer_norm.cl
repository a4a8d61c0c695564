// layer_norm: x = input[r, :] (+ residual[r, :]);
//             output[r, c] = (x[c] - mean(x)) / sqrt(variance(x) + epsilon) * weight[c] + bias[c]
//
// input, residual, output [row_count, column_count]; weight, bias [column_count].
// residual is added where has_residual is not 0. The variance is taken about the mean, in a second pass.
// Requires common.cl and, for CPU devices, normalise.cl.

#ifdef FAMILY_SIMD
#define NORM_BLOCK 16  // rows of a work-item

// For CPU devices: a work-item takes NORM_BLOCK rows. Global size: blocks of rows.
__kernel void layer_norm_simd_f32(
    __global const float *restrict input, __global const float *restrict residual,
    __global const float *restrict weight, __global const float *restrict bias,
    __global float *restrict output, int row_count, int column_count, int has_residual,
    float epsilon) {
    const int first_row = get_global_id(0) * NORM_BLOCK;
    const int end_row = min(first_row + NORM_BLOCK, row_count);
    for (int row = first_row; row < end_row; row++) {
        const size_t start = (size_t)row * column_count;
        normalise_row(
            input + start, residual + start, has_residual, weight, bias, output + start,
            column_count, epsilon);
    }
}
#else
#ifndef ROW_GROUP
#define ROW_GROUP 64  // work-items of a row, a power of two
#endif

#define NORM_ELEMENT(i) (load_1(input + (i)) + (has_residual ? load_1(residual + (i)) : 0.0f))

// The sum over a work-group; every work-item gets it.
static inline float group_sum(float value, __local float *partial) {
    const int item = get_local_id(0);
    partial[item] = value;
    for (int half_size = ROW_GROUP / 2; half_size > 0; half_size /= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (item < half_size) partial[item] += partial[item + half_size];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    float sum = partial[0];
    barrier(CLK_LOCAL_MEM_FENCE);
    return sum;
}

// For GPUs: a work-group of ROW_GROUP takes one row. Global size: rows x ROW_GROUP.
__kernel __attribute__((reqd_work_group_size(ROW_GROUP, 1, 1)))
void layer_norm_simt_f32(
    __global const STORED *restrict input, __global const STORED *restrict residual,
    __global const float *restrict weight, __global const float *restrict bias,
    __global STORED *restrict output, int row_count, int column_count, int has_residual,
    float epsilon) {
    __local float partial[ROW_GROUP];
    const size_t start = (size_t)get_group_id(0) * column_count;
    const int item = get_local_id(0);
    float sum = 0.0f;
    for (int c = item; c < column_count; c += ROW_GROUP) sum += NORM_ELEMENT(start + c);
    const float mean = group_sum(sum, partial) / column_count;
    float square = 0.0f;
    for (int c = item; c < column_count; c += ROW_GROUP) {
        float centred = NORM_ELEMENT(start + c) - mean;
        square = fma(centred, centred, square);
    }
    const float factor = 1.0f / sqrt(group_sum(square, partial) / column_count + epsilon);
    for (int c = item; c < column_count; c += ROW_GROUP) {
        const float scaled = (NORM_ELEMENT(start + c) - mean) * factor;
        store_1(fma(scaled, weight[c], bias[c]), output + start + c);
    }
}
#endif
