// The inner part of every product with a weight matrix: a tile of rows x columns in registers.
//
// Weights are packed in panels of PANEL_COLUMNS columns: panel[k][column], zero beyond the last
// column, so that a step of k reads one line. Each element is summed over k in order by fma, so a
// row's result does not depend on the rows beside it.

#ifndef TILE_ROWS
#define TILE_ROWS 8  // rows of a register tile
#endif
#ifndef TILE_VECTORS
#define TILE_VECTORS 3  // vectors of columns of a register tile
#endif
#define PANEL_COLUMNS (TILE_VECTORS * VECTOR)

#ifndef BLOCK_ROWS
#define BLOCK_ROWS 64  // rows that one work-item takes through a panel (SIMD)
#endif

// SIMD: sums[r][v] = start[v] + input[row r] . panel for TILE_ROWS rows from `first`; rows from `end` on repeat
// the last one, and are not to be stored.
INLINED void product_tile(
    __global const float *restrict input, int first, int end, int depth,
    __global const float *restrict panel, const floatv start[TILE_VECTORS],
    floatv sums[TILE_ROWS][TILE_VECTORS]) {
    __global const float *rows[TILE_ROWS];
#pragma unroll
    for (int r = 0; r < TILE_ROWS; r++) {
        rows[r] = input + (size_t)min(first + r, end - 1) * depth;
#pragma unroll
        for (int v = 0; v < TILE_VECTORS; v++) sums[r][v] = start[v];
    }
    for (int k = 0; k < depth; k++) {
        floatv weights[TILE_VECTORS];
#pragma unroll
        for (int v = 0; v < TILE_VECTORS; v++) weights[v] = loadv(k * TILE_VECTORS + v, panel);
#pragma unroll
        for (int r = 0; r < TILE_ROWS; r++) {
            floatv value = (floatv)(rows[r][k]);
#pragma unroll
            for (int v = 0; v < TILE_VECTORS; v++) {
                sums[r][v] = fma(value, weights[v], sums[r][v]);
            }
        }
    }
}

// Stores the first `count` elements of a vector; none where `count` is not positive.
static inline void store_some(floatv value, int count, __global float *restrict output) {
    if (count >= VECTOR) {
        storev(value, 0, output);
    } else {
        float elements[VECTOR];
        storev(value, 0, elements);
        for (int i = 0; i < count; i++) output[i] = elements[i];
    }
}

// GELU of `row_count` rows of `count` elements, `stride` apart, in place. Behind the stores of a tile it is
// faster than before them, when the sums take all registers.
INLINED void gelu_rows(__global float *values, int row_count, int count, int stride) {
#pragma unroll 1
    for (int r = 0; r < row_count; r++) {
        __global float *row = values + (size_t)r * stride;
        int column = 0;
        for (; column + VECTOR <= count; column += VECTOR) {
            storev(gelu_v(loadv(0, row + column)), 0, row + column);
        }
        for (; column < count; column++) row[column] = gelu_s(row[column]);
    }
}

// SIMD: rows `begin` to `end` of a product through one panel, which starts at column `first`:
// output[r, first + c] = input[r] . panel[c] + bias[first + c], through gelu where asked for.
// bias is padded with zeros to whole panels.
INLINED void product_block(
    __global const float *restrict input, int begin, int end, int depth,
    __global const float *restrict panel, __global const float *restrict bias, int first,
    int column_count, bool has_gelu, __global float *restrict output) {
    const bool is_whole = first + PANEL_COLUMNS <= column_count;
    floatv start[TILE_VECTORS];
#pragma unroll
    for (int v = 0; v < TILE_VECTORS; v++) start[v] = loadv(v, bias + first);
    for (int row = begin; row < end; row += TILE_ROWS) {
        floatv sums[TILE_ROWS][TILE_VECTORS];
        product_tile(input, row, end, depth, panel, start, sums);
#pragma unroll
        for (int r = 0; r < TILE_ROWS; r++) {
            if (row + r < end) {
                __global float *result = output + (size_t)(row + r) * column_count + first;
#pragma unroll
                for (int v = 0; v < TILE_VECTORS; v++) {
                    if (is_whole) {
                        storev(sums[r][v], v, result);
                    } else {
                        store_some(
                            sums[r][v], column_count - first - v * VECTOR, result + v * VECTOR);
                    }
                }
            }
        }
        if (has_gelu) {
            gelu_rows(
                output + (size_t)row * column_count + first, min(TILE_ROWS, end - row),
                min(PANEL_COLUMNS, column_count - first), column_count);
        }
    }
}
