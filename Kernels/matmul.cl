// matmul: output[t, n] = epilogue(input[t, :] . weight[n, :] + bias[n])
//
// input [row_count, depth]; panels: weight packed as product.cl says; bias [column_count], padded
// with zeros to whole panels; output [row_count, column_count]; the epilogue is the exact GELU where
// has_gelu is not 0. Requires common.cl and product.cl (SIMD) or product_group.cl (SIMT).

#ifdef FAMILY_SIMD
// For CPU devices: one work-item a work-group takes BLOCK_ROWS rows through one panel.
// Global size: panels, blocks of rows. No local memory.
__kernel void matmul_simd_f32(
    __global const float *restrict input, __global const float *restrict panels,
    __global const float *restrict bias, __global float *restrict output, int row_count,
    int column_count, int depth, int has_gelu) {
    const int first = get_global_id(0) * PANEL_COLUMNS;
    const int row = get_global_id(1) * BLOCK_ROWS;
    product_block(
        input, row, min(row + BLOCK_ROWS, row_count), depth, panels + (size_t)first * depth, bias,
        first, column_count, has_gelu, output);
}
#else
// For GPUs: a work-group computes a tile as product_group.cl says.
// Global size: panels, blocks of rows, each times GROUP_SIDE.
__kernel __attribute__((reqd_work_group_size(GROUP_SIDE, GROUP_SIDE, 1)))
void matmul_simt_f32(
    __global const STORED *restrict input, __global const STORED *restrict panels,
    __global const float *restrict bias, __global STORED *restrict output, int row_count,
    int column_count, int depth, int has_gelu) {
    __local group_tiles tiles;
    float4 sums[ITEM_ROWS][ITEM_VECTORS];
    product_group(input, row_count, depth, panels, &tiles, sums);
#pragma unroll
    for (int v = 0; v < ITEM_VECTORS; v++) {
        const int column = item_column(v);
        const float4 shift = *(__global const float4 *)(bias + column);
#pragma unroll
        for (int r = 0; r < ITEM_ROWS; r++) sums[r][v] += shift;
    }
    if (has_gelu) {
#pragma unroll
        for (int r = 0; r < ITEM_ROWS; r++) {
#pragma unroll
            for (int v = 0; v < ITEM_VECTORS; v++) gelu_4(&sums[r][v]);
        }
    }
#pragma unroll
    for (int r = 0; r < ITEM_ROWS; r++) {
        const int row = item_row(r);
#pragma unroll
        for (int v = 0; v < ITEM_VECTORS; v++) {
            const int column = item_column(v);
            if (row < row_count && column < column_count) {
                store_quad(sums[r][v], output + (size_t)row * column_count, column, column_count);
            }
        }
    }
}
#endif
