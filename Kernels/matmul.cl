// matmul: output[t, n] = epilogue(input[t, :] . weight[n, :] + bias[n])
//
// input [row_count, depth]; panels: weight packed as product.cl says; bias [column_count];
// output [row_count, column_count]. EPILOGUE_GELU selects the exact GELU.
// Requires common.cl and product.cl.

#ifdef EPILOGUE_GELU
#define HAS_GELU true
#else
#define HAS_GELU false
#endif

// For CPU devices: one work-item a work-group takes BLOCK_ROWS rows through one panel.
// Global size: panels, blocks of rows. No local memory.
__kernel void matmul_simd_f32(
    __global const float *restrict input, __global const float *restrict panels,
    __global const float *restrict bias, __global float *restrict output, int row_count,
    int column_count, int depth) {
    const int first = get_global_id(0) * PANEL_COLUMNS;
    const int row = get_global_id(1) * BLOCK_ROWS;
    product_block(
        input, row, min(row + BLOCK_ROWS, row_count), depth, panels + (size_t)first * depth, bias,
        first, column_count, HAS_GELU, output);
}

// For GPUs: a work-group of GROUP_SIDE x GROUP_SIDE computes GROUP_ROWS x GROUP_COLUMNS.
// Global size: panels, blocks of rows, each times GROUP_SIDE. Local memory: two tiles.
__kernel __attribute__((reqd_work_group_size(GROUP_SIDE, GROUP_SIDE, 1)))
void matmul_simt_f32(
    __global const float *restrict input, __global const float *restrict panels,
    __global const float *restrict bias, __global float *restrict output, int row_count,
    int column_count, int depth) {
    __local float left[GROUP_DEPTH * (GROUP_ROWS + 1)];
    __local float right[GROUP_DEPTH * GROUP_COLUMNS];
    const int first_column = get_group_id(0) * GROUP_COLUMNS;
    const int first_row = get_group_id(1) * GROUP_ROWS;
    float4 sums[ITEM_ROWS];
    product_group(
        input, first_row, row_count, depth, panels + (size_t)first_column * depth, left, right,
        sums);

    const int column = first_column + get_local_id(0) * ITEM_COLUMNS;
#pragma unroll
    for (int r = 0; r < ITEM_ROWS; r++) {
        int row = first_row + get_local_id(1) * ITEM_ROWS + r;
        float elements[ITEM_COLUMNS];
        vstore4(sums[r], 0, elements);
        for (int c = 0; c < ITEM_COLUMNS; c++) {
            if (row < row_count && column + c < column_count) {
                float sum = elements[c] + bias[column + c];
                output[(size_t)row * column_count + column + c] = HAS_GELU ? gelu_s(sum) : sum;
            }
        }
    }
}
