// The residual and the norm behind a product on matrix units, for work-groups that hold whole rows:
// x = residual + sums + bias; output = (x - mean(x)) / sqrt(variance(x) + epsilon) * scale + shift
//
// residual, output [row_count, column_count]; bias [column_count], padded to the panel; scale, shift [column_count], a
// multiple of 4. partial: local memory, a float for each of the work-group's rows and each warp of it; not used where
// that is one.
// Requires product_matrix.cl and what that requires.

#define PARTIAL(r, s, warp) \
    partial[((WARP / WARP_COLUMNS * ROW_TILES + (r)) * 16 + SLOT_ROW(s)) * WARP_COLUMNS + (warp)]

// The sums of each row over the lanes and the warps that hold it, always in the same order; all of them get them.
INLINED void sum_rows(float sums[ROW_TILES][SLOTS], __local float *partial EXCHANGE_ARGUMENT) {
UNROLL
    for (int r = 0; r < ROW_TILES; r++) {
UNROLL
        for (int s = 0; s < SLOTS; s++) sums[r][s] = across(sums[r][s], false EXCHANGE);
    }
#if WARP_COLUMNS > 1
    // Lanes that hold the same row store the same.
UNROLL
    for (int r = 0; r < ROW_TILES; r++) {
UNROLL
        for (int s = 0; s < SLOTS; s++) PARTIAL(r, s, WARP % WARP_COLUMNS) = sums[r][s];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
UNROLL
    for (int r = 0; r < ROW_TILES; r++) {
UNROLL
        for (int s = 0; s < SLOTS; s++) {
            sums[r][s] = PARTIAL(r, s, 0);
            for (int warp = 1; warp < WARP_COLUMNS; warp++) sums[r][s] += PARTIAL(r, s, warp);
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
#endif
}

INLINED void normalise_rows(
    product_t *product, __global const float *restrict bias, __global const STORED_BITS *restrict residual,
    __global const float *restrict scale, __global const float *restrict shift,
    __global STORED_BITS *restrict output, int row_count, int column_count, float epsilon,
    __local float *partial EXCHANGE_ARGUMENT) {
    float sums[ROW_TILES][SLOTS], squares[ROW_TILES][SLOTS];
UNROLL
    for (int r = 0; r < ROW_TILES; r++) {
UNROLL
        for (int s = 0; s < SLOTS; s++) {
            __global const STORED_BITS *before = residual + (size_t)min(LANE_ROW(r, s), row_count - 1) * column_count;
            sums[r][s] = 0.0f;
UNROLL
            for (int t = 0; t < COLUMN_TILES; t++) {
UNROLL
                for (int q = 0; q < ROW_QUADS; q++) {
                    const int column = LANE_COLUMN(t, q);
                    const float4 x = sum_quad(&product->high[r][t], s, q) + *(__global const float4 *)(bias + column)
                        + read_quad(before, column, column_count);
                    set_quad(&product->high[r][t], s, q, x);
                    sums[r][s] += column < column_count ? (x.x + x.z) + (x.y + x.w) : 0.0f;
                }
            }
        }
    }
    sum_rows(sums, partial EXCHANGE);
UNROLL
    for (int r = 0; r < ROW_TILES; r++) {
UNROLL
        for (int s = 0; s < SLOTS; s++) {
            const float mean = sums[r][s] / column_count;
            squares[r][s] = 0.0f;
UNROLL
            for (int t = 0; t < COLUMN_TILES; t++) {
UNROLL
                for (int q = 0; q < ROW_QUADS; q++) {
                    const float4 x = sum_quad(&product->high[r][t], s, q) - mean;
                    set_quad(&product->high[r][t], s, q, x);
                    const float4 square = x * x;
                    squares[r][s] +=
                        LANE_COLUMN(t, q) < column_count ? (square.x + square.z) + (square.y + square.w) : 0.0f;
                }
            }
        }
    }
    sum_rows(squares, partial EXCHANGE);
UNROLL
    for (int r = 0; r < ROW_TILES; r++) {
UNROLL
        for (int s = 0; s < SLOTS; s++) {
            const float factor = 1.0f / sqrt(squares[r][s] / column_count + epsilon);
            const int row = LANE_ROW(r, s);
UNROLL
            for (int t = 0; t < COLUMN_TILES; t++) {
UNROLL
                for (int q = 0; q < ROW_QUADS; q++) {
                    const int column = LANE_COLUMN(t, q);
                    if (row < row_count && column < column_count) {
                        const float4 normalised = fma(
                            sum_quad(&product->high[r][t], s, q) * factor,
                            *(__global const float4 *)(scale + column), *(__global const float4 *)(shift + column));
                        write_quad(normalised, output + (size_t)row * column_count, column, column_count);
                    }
                }
            }
        }
    }
}
