// matmul: output[t, n] = epilogue(input[t, :] . weight[n, :] + bias[n])
//
// input [row_count, depth]; panels: weight packed as product.cl says; bias [column_count], padded
// with zeros to whole panels; output [row_count, column_count]; the epilogue is the exact GELU where
// has_gelu is not 0. Requires common.cl and product.cl (SIMD), product_group.cl (SIMT) or product_matrix.cl and what
// that requires (MATRIX).

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
#elif defined(FAMILY_MATRIX)
// For matrix units: a work-group computes a tile as product_matrix.cl says, where panels, factors and ring are
// explained. bias and factors are padded to whole panels. Global size: panels times LANES; blocks of rows times WARPS.
__kernel SUB_GROUP __attribute__((reqd_work_group_size(LANES, WARPS, 1)))
void MATRIX_KERNEL(matmul)(
    __global const STORED_BITS *restrict input, __global const uint4 *restrict panels, FACTORS_ARGUMENT
    __global const float *restrict bias, __global STORED_BITS *restrict output, int row_count,
    int column_count, int depth, int has_gelu, __local uint4 *ring EXCHANGE_ARGUMENT) {
    product_t product;
    product_matrix(input, row_count, depth, panels, FACTORS ring, &product EXCHANGE);
UNROLL
    for (int t = 0; t < COLUMN_TILES; t++) {
UNROLL
        for (int q = 0; q < ROW_QUADS; q++) {
            const int column = LANE_COLUMN(t, q);
            const float4 shift = *(__global const float4 *)(bias + column);
UNROLL
            for (int r = 0; r < ROW_TILES; r++) {
UNROLL
                for (int s = 0; s < SLOTS; s++) {
                    float4 sum = sum_quad(&product.high[r][t], s, q) + shift;
                    if (has_gelu) gelu_4(&sum);
                    const int row = LANE_ROW(r, s);
                    if (row < row_count && column < column_count) {
                        write_quad(sum, output + (size_t)row * column_count, column, column_count);
                    }
                }
            }
        }
    }
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
