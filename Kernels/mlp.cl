// mlp: x = input[t] + (gelu(input[t] . hidden_weight + hidden_bias) . weight + bias);
//      output[t] = (x - mean(x)) / sqrt(variance(x) + epsilon) * scale + shift
//
// For matrix units, halves: hidden values never leave the chip. A work-group holds whole rows, as product_matrix.cl
// says of warps, tiles and the ring. It takes SLICE_TILES x 16 hidden columns at a time: each warp computes a tile of
// them for each of its tiles of rows, all warps of a row exchange them through local memory as left operands, and then
// each adds their product with the second matrix to its columns of the result.
//
// input, output [row_count, column_count], column_count the columns of a work-group; scale, shift, bias [column_count];
// hidden_bias [hidden_count], a multiple of SLICE_TILES x 16.
// hidden_panels: the first matrix, packed as product_matrix.cl says in panels of a slice; panel: the second in one
// panel, its steps in the order in which a lane's sums are columns.
// ring: local memory of RING stages of PANEL_TILES tiles. hidden: local memory, WARP_ROWS x SLICE_TILES x ROW_TILES
// tiles. partial: as normalise_matrix.cl says. Global size: LANES; blocks of rows times WARPS.
// Requires normalise_matrix.cl and what that requires, STAGE_STEPS 1 and RING at least 2.

// A tile for each warp of a row. As many stages hold a slice's weights of the first matrix, COLUMN_TILES k-tiles a
// stage, and those of the second, one k-tile a stage.
#define SLICE_TILES WARP_COLUMNS
#define LEFT_VECTORS (TILE_HALVES * 2 / (int)sizeof(left_t))  // of a tile

INLINED __global const uint4 *stage_source(
    __global const uint4 *hidden_panels, __global const uint4 *panel, int number) {
    const int slice = number / (2 * SLICE_TILES), place = number % (2 * SLICE_TILES);
    __global const uint4 *matrix = place < SLICE_TILES ? hidden_panels : panel;
    return matrix + (size_t)(slice * SLICE_TILES + place % SLICE_TILES) * STAGE_QUADS;
}

// Waits for a stage, by a barrier that also orders what else is in local memory, and sends the one RING - 1 behind it
// on its way.
INLINED __local const uint4 *next_slice_stage(
    __global const uint4 *hidden_panels, __global const uint4 *panel, int number, int count, share_t *share,
    __local uint4 *ring) {
    const int next = number + RING - 1;
    await_stage();
    barrier(CLK_LOCAL_MEM_FENCE);
    if (next < count) start_stage(stage_source(hidden_panels, panel, next), next, share, ring);
    return ring + number % RING * STAGE_QUADS;
}

__kernel SUB_GROUP __attribute__((reqd_work_group_size(LANES, WARPS, 1)))
void mlp_matrix_f16(
    __global const ushort *restrict input, __global const uint4 *restrict hidden_panels,
    __global const float *restrict hidden_bias, __global const uint4 *restrict panel,
    __global const float *restrict bias, __global const float *restrict scale, __global const float *restrict shift,
    __global ushort *restrict output, int row_count, int column_count, int hidden_count, float epsilon,
    __local uint4 *ring, __local left_t *hidden, __local float *partial EXCHANGE_ARGUMENT) {
    const int count = hidden_count / (SLICE_TILES * 16) * 2 * SLICE_TILES;
    const int warp_column = WARP % WARP_COLUMNS;
    __local left_t *rows_hidden = hidden + WARP / WARP_COLUMNS * (SLICE_TILES * ROW_TILES * LEFT_VECTORS);
    __global const row_t *rows[ROW_TILES][SLOTS];
UNROLL
    for (int r = 0; r < ROW_TILES; r++) {
UNROLL
        for (int s = 0; s < SLOTS; s++) {
            const int row = min(LANE_ROW(r, s), row_count - 1);
            rows[r][s] = (__global const row_t *)(input + (size_t)row * column_count + FIRST_STEP);
        }
    }
    product_t product;
    clear(&product.high[0][0], ROW_TILES * COLUMN_TILES);
    share_t share;
    for (int number = 0; number < RING - 1; number++) {
        start_stage(stage_source(hidden_panels, panel, number), number, &share, ring);
        end_stage(number, count, &share, ring);
    }
    int number = 0;
    do {
        sums_t sums[ROW_TILES];
        clear(sums, ROW_TILES);
        int step = 0;
#pragma unroll 1
        do {
            __local const uint4 *stage = next_slice_stage(hidden_panels, panel, number, count, &share, ring);
UNROLL
            for (int k = 0; k < COLUMN_TILES; k++) {
                const right_t right = stage_tile(stage, k * SLICE_TILES + warp_column);
UNROLL
                for (int r = 0; r < ROW_TILES; r++) {
                    row_t piece[SLOTS];
UNROLL
                    for (int s = 0; s < SLOTS; s++) {
                        piece[s] = rows[r][s][(step * COLUMN_TILES + k) * (16 / ROW_STEPS)];
                    }
                    multiply(&sums[r], left_of_rows(piece), right EXCHANGE);
                }
            }
            end_stage(number + RING - 1, count, &share, ring);
            number++;
            step++;
        } while (step < SLICE_TILES);

        const int column = number / (2 * SLICE_TILES) * SLICE_TILES * 16 + warp_column * 16 + FIRST_COLUMN;
UNROLL
        for (int r = 0; r < ROW_TILES; r++) {
UNROLL
            for (int q = 0; q < ROW_QUADS; q++) {
                const float4 before = *(__global const float4 *)(hidden_bias + column + q * 4);
UNROLL
                for (int s = 0; s < SLOTS; s++) {
                    float4 x = sum_quad(&sums[r], s, q) + before;
                    gelu_4(&x);
                    set_quad(&sums[r], s, q, x);
                }
            }
            rows_hidden[(warp_column * ROW_TILES + r) * LEFT_VECTORS + RIGHT_LANE] = left_of(&sums[r] EXCHANGE);
        }

        step = 0;
#pragma unroll 1
        do {
            // Behind its barrier the hidden values are.
            __local const uint4 *stage = next_slice_stage(hidden_panels, panel, number, count, &share, ring);
UNROLL
            for (int t = 0; t < COLUMN_TILES; t++) {
                const right_t right = stage_tile(stage, warp_column * COLUMN_TILES + t);
UNROLL
                for (int r = 0; r < ROW_TILES; r++) {
                    multiply(
                        &product.high[r][t], rows_hidden[(step * ROW_TILES + r) * LEFT_VECTORS + RIGHT_LANE],
                        right EXCHANGE);
                }
            }
            end_stage(number + RING - 1, count, &share, ring);
            number++;
            step++;
        } while (step < SLICE_TILES);
    } while (number < count);
    normalise_rows(
        &product, bias, input, scale, shift, output, row_count, column_count, epsilon, partial EXCHANGE);
}
