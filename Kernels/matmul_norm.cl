// matmul_norm: x = residual[t, n] + (input[t, :] . weight[n, :] + bias[n]);
//              output[t, n] = (x - mean(x)) / sqrt(variance(x) + epsilon) * scale[n] + shift[n]
//
// input [row_count, depth]; panel: weight packed as product.cl says, in one panel; bias
// [column_count], padded with zeros to the panel; residual, output [row_count, column_count]; scale,
// shift [column_count], a multiple of 4 and at most GROUP_COLUMNS.
// For GPUs: a work-group holds GROUP_ROWS whole rows in registers, as product_group.cl says.
// Global size: GROUP_SIDE; blocks of rows times GROUP_SIDE. partial: local memory, GROUP_ROWS rows of
// PARTIAL_PITCH; as a variable here, pocl 3.1 makes it one that all of its threads share.
// Requires common.cl and product_group.cl, or for matrix units normalise_matrix.cl and what that requires.

#ifdef FAMILY_MATRIX
// For matrix units: a work-group's panel is whole rows, as product_matrix.cl says. bias and factors are padded to the
// panel. Global size: LANES; blocks of rows times WARPS. partial: local memory as normalise_matrix.cl says.
__kernel SUB_GROUP __attribute__((reqd_work_group_size(LANES, WARPS, 1)))
void MATRIX_KERNEL(matmul_norm)(
    __global const STORED_BITS *restrict input, __global const uint4 *restrict panel, FACTORS_ARGUMENT
    __global const float *restrict bias, __global const STORED_BITS *restrict residual,
    __global const float *restrict scale, __global const float *restrict shift,
    __global STORED_BITS *restrict output, int row_count, int column_count, int depth, float epsilon,
    __local uint4 *ring, __local float *partial EXCHANGE_ARGUMENT) {
    product_t product;
    product_matrix(input, row_count, depth, panel, FACTORS ring, &product EXCHANGE);
    normalise_rows(
        &product, bias, residual, scale, shift, output, row_count, column_count, epsilon, partial EXCHANGE);
}
#else
// Work-items of a row that sum its partial sums, a part of them each.
#define SUM_PARTS (GROUP_SIDE % 4 == 0 ? 4 : 1)
#define PARTIAL_PITCH (GROUP_SIDE + SUM_PARTS)

// The sums over the work-items of each row, always in the same order; every one of them gets them. A row's parts
// are summed side by side and put behind its partial sums: with 4 rows and 16 work-items 20 reads instead of 64.
static inline void sum_rows(float sums[ITEM_ROWS], __local float *partial) {
    __local float *rows = partial + get_local_id(1) * ITEM_ROWS * PARTIAL_PITCH;
#pragma unroll
    for (int r = 0; r < ITEM_ROWS; r++) rows[r * PARTIAL_PITCH + get_local_id(0)] = sums[r];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int i = get_local_id(0); i < ITEM_ROWS * SUM_PARTS; i += GROUP_SIDE) {
        __local float *row = rows + i / SUM_PARTS * PARTIAL_PITCH;
        __local const float *part = row + i % SUM_PARTS * (GROUP_SIDE / SUM_PARTS);
        float sum = part[0];
#pragma unroll
        for (int n = 1; n < GROUP_SIDE / SUM_PARTS; n++) sum += part[n];
        row[GROUP_SIDE + i % SUM_PARTS] = sum;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
    for (int r = 0; r < ITEM_ROWS; r++) {
        __local const float *row = rows + r * PARTIAL_PITCH + GROUP_SIDE;
        sums[r] = row[0];
#pragma unroll
        for (int n = 1; n < SUM_PARTS; n++) sums[r] += row[n];
    }
}

__kernel __attribute__((reqd_work_group_size(GROUP_SIDE, GROUP_SIDE, 1)))
void matmul_norm_simt_f32(
    __global const STORED *restrict input, __global const STORED *restrict panel,
    __global const float *restrict bias, __global const STORED *restrict residual,
    __global const float *restrict scale, __global const float *restrict shift,
    __global STORED *restrict output, int row_count, int column_count, int depth, float epsilon,
    __local float *partial) {
    __local group_tiles tiles;
    float4 x[ITEM_ROWS][ITEM_VECTORS];
    product_group(input, row_count, depth, panel, &tiles, x);

    float sums[ITEM_ROWS];
#pragma unroll
    for (int r = 0; r < ITEM_ROWS; r++) {
        const size_t start = (size_t)min(item_row(r), row_count - 1) * column_count;
        sums[r] = 0.0f;
#pragma unroll
        for (int v = 0; v < ITEM_VECTORS; v++) {
            const int column = item_column(v);
            x[r][v] += *(__global const float4 *)(bias + column);
            const float4 before = load_4(residual + start + min(column, column_count - 4));
            x[r][v] += column < column_count ? before : (float4)(0.0f);
            sums[r] += (x[r][v].x + x[r][v].z) + (x[r][v].y + x[r][v].w);
        }
    }
    sum_rows(sums, partial);

    float squares[ITEM_ROWS];
#pragma unroll
    for (int r = 0; r < ITEM_ROWS; r++) {
        const float mean = sums[r] / column_count;
        squares[r] = 0.0f;
#pragma unroll
        for (int v = 0; v < ITEM_VECTORS; v++) {
            x[r][v] -= mean;
            const float4 square = x[r][v] * x[r][v];
            const float sum = (square.x + square.z) + (square.y + square.w);
            if (item_column(v) < column_count) squares[r] += sum;
        }
    }
    sum_rows(squares, partial);

#pragma unroll
    for (int r = 0; r < ITEM_ROWS; r++) {
        const float factor = 1.0f / sqrt(squares[r] / column_count + epsilon);
        const int row = item_row(r);
#pragma unroll
        for (int v = 0; v < ITEM_VECTORS; v++) {
            const int column = item_column(v);
            if (row < row_count && column < column_count) {
                const float4 normalised = fma(
                    x[r][v] * factor, *(__global const float4 *)(scale + column),
                    *(__global const float4 *)(shift + column));
                store_4(normalised, output + (size_t)row * column_count + column);
            }
        }
    }
}
#endif
