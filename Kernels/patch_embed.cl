// patch_embed: output[t] = patches[t] . weight + positions[terms[t].x] + frequencies[terms[t].y]
//
// patches [row_count, depth]; panels: weight packed as product.cl says; positions and frequencies
// [.., column_count]; terms [row_count, 2]; output [row_count, column_count].
// Requires common.cl and product.cl (SIMD), product_group.cl (SIMT) or product_matrix.cl and what that requires
// (MATRIX). Geometry as in matmul.cl.

#ifdef FAMILY_SIMD
__kernel void patch_embed_simd_f32(
    __global const float *restrict patches, __global const float *restrict panels,
    __global const float *restrict positions, __global const float *restrict frequencies,
    __global const int *restrict terms, __global float *restrict output, int row_count,
    int column_count, int depth) {
    const int first_column = get_global_id(0) * PANEL_COLUMNS;
    const int first_row = get_global_id(1) * BLOCK_ROWS;
    const int end_row = min(first_row + BLOCK_ROWS, row_count);
    __global const float *panel = panels + (size_t)first_column * depth;
    const int columns = min(PANEL_COLUMNS, column_count - first_column);

    const floatv zeros[TILE_VECTORS] = {(floatv)(0.0f)};
    for (int row = first_row; row < end_row; row += TILE_ROWS) {
        floatv sums[TILE_ROWS][TILE_VECTORS];
        product_tile(patches, first_row, row, end_row, depth, panel, zeros, sums);
        __global float *corner = output + (size_t)row * column_count + first_column;
        store_tile(sums, end_row - row, columns, corner, column_count);
        for (int r = 0; r < min(TILE_ROWS, end_row - row); r++) {
            const int2 term = vload2(row + r, terms);
            __global const float *position =
                positions + (size_t)term.x * column_count + first_column;
            __global const float *frequency =
                frequencies + (size_t)term.y * column_count + first_column;
            __global float *result = corner + (size_t)r * column_count;
            int c = 0;
            for (; c + VECTOR <= columns; c += VECTOR) {
                const floatv place = loadv(0, position + c) + loadv(0, frequency + c);
                storev(loadv(0, result + c) + place, 0, result + c);
            }
            for (; c < columns; c++) result[c] += position[c] + frequency[c];
        }
    }
}
#elif defined(FAMILY_MATRIX)
__kernel SUB_GROUP __attribute__((reqd_work_group_size(LANES, WARPS, 1)))
void MATRIX_KERNEL(patch_embed)(
    __global const STORED_BITS *restrict patches, __global const uint4 *restrict panels, FACTORS_ARGUMENT
    __global const STORED_BITS *restrict positions, __global const STORED_BITS *restrict frequencies,
    __global const int *restrict terms, __global STORED_BITS *restrict output, int row_count,
    int column_count, int depth, __local uint4 *ring EXCHANGE_ARGUMENT) {
    product_t product;
    product_matrix(patches, row_count, depth, panels, FACTORS ring, &product EXCHANGE);
UNROLL
    for (int r = 0; r < ROW_TILES; r++) {
UNROLL
        for (int s = 0; s < SLOTS; s++) {
            const int row = LANE_ROW(r, s);
            const int2 term = vload2(min(row, row_count - 1), terms);
            __global const STORED_BITS *position = positions + (size_t)term.x * column_count;
            __global const STORED_BITS *frequency = frequencies + (size_t)term.y * column_count;
UNROLL
            for (int t = 0; t < COLUMN_TILES; t++) {
UNROLL
                for (int q = 0; q < ROW_QUADS; q++) {
                    const int column = LANE_COLUMN(t, q);
                    const float4 place =
                        read_quad(position, column, column_count) + read_quad(frequency, column, column_count);
                    if (row < row_count && column < column_count) {
                        write_quad(
                            sum_quad(&product.high[r][t], s, q) + place, output + (size_t)row * column_count, column,
                            column_count);
                    }
                }
            }
        }
    }
}
#else
__kernel __attribute__((reqd_work_group_size(GROUP_SIDE, GROUP_SIDE, 1)))
void patch_embed_simt_f32(
    __global const STORED *restrict patches, __global const STORED *restrict panels,
    __global const STORED *restrict positions, __global const STORED *restrict frequencies,
    __global const int *restrict terms, __global STORED *restrict output, int row_count,
    int column_count, int depth) {
    __local group_tiles tiles;
    float4 sums[ITEM_ROWS][ITEM_VECTORS];
    product_group(patches, row_count, depth, panels, &tiles, sums);
#pragma unroll
    for (int r = 0; r < ITEM_ROWS; r++) {
        const int row = item_row(r);
        const int2 term = vload2(min(row, row_count - 1), terms);
        __global const STORED *position = positions + (size_t)term.x * column_count;
        __global const STORED *frequency = frequencies + (size_t)term.y * column_count;
#pragma unroll
        for (int v = 0; v < ITEM_VECTORS; v++) {
            const int column = item_column(v);
            if (row < row_count && column < column_count) {
                const float4 place = load_quad(position, column, column_count)
                    + load_quad(frequency, column, column_count);
                store_quad(
                    sums[r][v] + place, output + (size_t)row * column_count, column, column_count);
            }
        }
    }
}
#endif
