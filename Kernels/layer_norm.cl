// layer_norm: x = input[r, :] (+ residual[r, :]);
//             output[r, c] = (x[c] - mean(x)) / sqrt(variance(x) + epsilon) * weight[c] + bias[c]
//
// input, residual, output [row_count, column_count]; weight, bias [column_count].
// HAS_RESIDUAL adds the residual. The variance is taken about the mean, in a second pass.
// Requires common.cl.

#ifdef HAS_RESIDUAL
#define ELEMENT(i) (input[i] + residual[i])
#define ELEMENTS(i) (loadv(0, input + (i)) + loadv(0, residual + (i)))
#else
#define ELEMENT(i) (input[i])
#define ELEMENTS(i) loadv(0, input + (i))
#endif

#ifndef NORM_BLOCK
#define NORM_BLOCK 16  // rows of a work-item (SIMD)
#endif
#ifndef NORM_GROUP
#define NORM_GROUP 64  // work-items of a row (SIMT), a power of two
#endif

// For CPU devices: a work-item takes NORM_BLOCK rows. Global size: blocks of rows.
__kernel void layer_norm_simd_f32(
    __global const float *restrict input, __global const float *restrict residual,
    __global const float *restrict weight, __global const float *restrict bias,
    __global float *restrict output, int row_count, int column_count, float epsilon) {
    const int first_row = get_global_id(0) * NORM_BLOCK;
    const int end_row = min(first_row + NORM_BLOCK, row_count);
    const int whole = column_count / VECTOR * VECTOR;
    for (int row = first_row; row < end_row; row++) {
        const size_t start = (size_t)row * column_count;
        floatv sums = (floatv)(0.0f);
        for (int c = 0; c < whole; c += VECTOR) sums += ELEMENTS(start + c);
        float sum = sum_v(sums);
        for (int c = whole; c < column_count; c++) sum += ELEMENT(start + c);
        const float mean = sum / column_count;

        floatv squares = (floatv)(0.0f);
        for (int c = 0; c < whole; c += VECTOR) {
            floatv centred = ELEMENTS(start + c) - mean;
            squares = fma(centred, centred, squares);
        }
        float square = sum_v(squares);
        for (int c = whole; c < column_count; c++) {
            float centred = ELEMENT(start + c) - mean;
            square = fma(centred, centred, square);
        }
        const float factor = 1.0f / sqrt(square / column_count + epsilon);

        for (int c = 0; c < whole; c += VECTOR) {
            floatv scaled = (ELEMENTS(start + c) - mean) * factor;
            storev(fma(scaled, loadv(0, weight + c), loadv(0, bias + c)), 0, output + start + c);
        }
        for (int c = whole; c < column_count; c++) {
            float scaled = (ELEMENT(start + c) - mean) * factor;
            output[start + c] = fma(scaled, weight[c], bias[c]);
        }
    }
}

// The sum over a work-group; every work-item gets it.
static inline float group_sum(float value, __local float *restrict partial) {
    const int item = get_local_id(0);
    partial[item] = value;
    for (int half_size = NORM_GROUP / 2; half_size > 0; half_size /= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (item < half_size) partial[item] += partial[item + half_size];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    float sum = partial[0];
    barrier(CLK_LOCAL_MEM_FENCE);
    return sum;
}

// For GPUs: a work-group of NORM_GROUP takes one row. Global size: rows x NORM_GROUP.
__kernel __attribute__((reqd_work_group_size(NORM_GROUP, 1, 1)))
void layer_norm_simt_f32(
    __global const float *restrict input, __global const float *restrict residual,
    __global const float *restrict weight, __global const float *restrict bias,
    __global float *restrict output, int row_count, int column_count, float epsilon) {
    __local float partial[NORM_GROUP];
    const size_t start = (size_t)get_group_id(0) * column_count;
    const int item = get_local_id(0);
    float sum = 0.0f;
    for (int c = item; c < column_count; c += NORM_GROUP) sum += ELEMENT(start + c);
    const float mean = group_sum(sum, partial) / column_count;
    float square = 0.0f;
    for (int c = item; c < column_count; c += NORM_GROUP) {
        float centred = ELEMENT(start + c) - mean;
        square = fma(centred, centred, square);
    }
    const float factor = 1.0f / sqrt(group_sum(square, partial) / column_count + epsilon);
    for (int c = item; c < column_count; c += NORM_GROUP) {
        output[start + c] = fma((ELEMENT(start + c) - mean) * factor, weight[c], bias[c]);
    }
}
