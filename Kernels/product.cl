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

// Caches that weights are prefetched into (SIMD): 0; 1, the next panel into the second; 2, the panel at hand into the
// first as well.
#ifndef PREFETCH_LEVELS
#define PREFETCH_LEVELS 0
#endif
#define PREFETCH_STEPS 16  // how many steps ahead the panel at hand is
// Floats of the next panel for each step, 2, 4 or 8, which an address can be scaled by: the tiles of a block prefetch
// all of it.
#define NEXT_SHARE                                                                     \
    (PANEL_COLUMNS * TILE_ROWS > 4 * BLOCK_ROWS ? 8                                    \
         : PANEL_COLUMNS * TILE_ROWS > 2 * BLOCK_ROWS ? 4 : 2)

// SIMD: sums[r][v] = start[v] + input[row r] . panel for TILE_ROWS rows from `first`, of a block from `begin` to
// `end`; rows from `end` on repeat the last one, and are not to be stored.
INLINED void product_tile(
    __global const float *restrict input, int begin, int first, int end, int depth,
    __global const float *restrict panel, const floatv start[TILE_VECTORS],
    floatv sums[TILE_ROWS][TILE_VECTORS]) {
    __global const float *next = panel + (size_t)depth * PANEL_COLUMNS
        + (size_t)((first - begin) / TILE_ROWS) * depth * NEXT_SHARE;
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
        for (int v = 0; v < TILE_VECTORS; v++) {
            weights[v] = loadv(v, panel);
            if (PREFETCH_LEVELS > 1) prefetch_line(panel + PREFETCH_STEPS * PANEL_COLUMNS + v * VECTOR, 3);
        }
        if (PREFETCH_LEVELS > 0) prefetch_line(next + (size_t)k * NEXT_SHARE, 2);
        panel += PANEL_COLUMNS;
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

// SIMD: stores a tile, or where the output ends inside it, its first `row_count` rows and `column_count` columns.
// output: the tile's corner, rows `stride` apart.
INLINED void store_tile(
    floatv sums[TILE_ROWS][TILE_VECTORS], int row_count, int column_count,
    __global float *restrict output, int stride) {
    if (row_count >= TILE_ROWS && column_count >= PANEL_COLUMNS) {
#pragma unroll
        for (int r = 0; r < TILE_ROWS; r++) {
#pragma unroll
            for (int v = 0; v < TILE_VECTORS; v++) {
                storev(sums[r][v], v, output + (size_t)r * stride);
            }
        }
    } else {  // apart from the whole tile, whose stores no branch then parts
        float elements[TILE_ROWS * PANEL_COLUMNS];
#pragma unroll
        for (int r = 0; r < TILE_ROWS; r++) {
#pragma unroll
            for (int v = 0; v < TILE_VECTORS; v++) {
                storev(sums[r][v], r * TILE_VECTORS + v, elements);
            }
        }
        for (int r = 0; r < min(row_count, TILE_ROWS); r++) {
            for (int c = 0; c < min(column_count, PANEL_COLUMNS); c++) {
                output[(size_t)r * stride + c] = elements[r * PANEL_COLUMNS + c];
            }
        }
    }
}

#define GELU_ROWS 2  // rows of a tile that go through gelu together
DEFINE_GELU(gelu_tile, floatv, GELU_ROWS * TILE_VECTORS)

// SIMD: GELU of what store_tile stored, in place. Behind the stores it is faster than before them, when the
// sums take all registers.
INLINED void gelu_rows(__global float *restrict values, int row_count, int column_count, int stride) {
    row_count = min(row_count, TILE_ROWS);
    if (column_count >= PANEL_COLUMNS) {
#pragma unroll 1
        for (int row = 0; row < row_count; row += GELU_ROWS) {
            __global float *lines[GELU_ROWS];  // the last one twice where their number is odd
            floatv x[GELU_ROWS * TILE_VECTORS];
#pragma unroll
            for (int r = 0; r < GELU_ROWS; r++) {
                lines[r] = values + (size_t)min(row + r, row_count - 1) * stride;
#pragma unroll
                for (int v = 0; v < TILE_VECTORS; v++) x[r * TILE_VECTORS + v] = loadv(v, lines[r]);
            }
            gelu_tile(x);
#pragma unroll
            for (int r = 0; r < GELU_ROWS; r++) {
#pragma unroll
                for (int v = 0; v < TILE_VECTORS; v++) storev(x[r * TILE_VECTORS + v], v, lines[r]);
            }
        }
    } else {
        for (int r = 0; r < row_count; r++) {
            for (int c = 0; c < column_count; c++) {
                float x = values[(size_t)r * stride + c];
                gelu_s(&x);
                values[(size_t)r * stride + c] = x;
            }
        }
    }
}

// SIMD: rows `begin` to `end` of a product through one panel, which starts at column `first`:
// output[r, first + c] = input[r] . panel[c] + bias[first + c], through gelu where asked for.
// bias is padded with zeros to whole panels.
INLINED void product_block(
    __global const float *restrict input, int begin, int end, int depth,
    __global const float *restrict panel, __global const float *restrict bias, int first,
    int column_count, bool has_gelu, __global float *restrict output) {
    floatv start[TILE_VECTORS];
#pragma unroll
    for (int v = 0; v < TILE_VECTORS; v++) start[v] = loadv(v, bias + first);
    for (int row = begin; row < end; row += TILE_ROWS) {
        floatv sums[TILE_ROWS][TILE_VECTORS];
        product_tile(input, begin, row, end, depth, panel, start, sums);
        __global float *corner = output + (size_t)row * column_count + first;
        store_tile(sums, end - row, column_count - first, corner, column_count);
        if (has_gelu) gelu_rows(corner, end - row, column_count - first, column_count);
    }
}
