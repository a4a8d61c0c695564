// The product with a weight matrix by matrix units: the inner part of every product there.
//
// A warp computes ROW_TILES x COLUMN_TILES tiles of 16 x 16; a work-group is WARP_ROWS x WARP_COLUMNS warps, those of a
// row side by side. Rows come from memory straight to registers as left operands, a stage ahead; rows past the end
// repeat the last one, and steps past the depth the last step, where weights are zero. Weights come through local
// memory in stages of STAGE_STEPS k-tiles, a ring of RING of them, or straight from memory where RING is 0, for
// devices whose local memory holds no two stages.
//
// panels: [panel][k-tile][column tile][16 x 16], a panel the columns of a work-group, k-tiles to a multiple of
//     STAGE_STEPS, zeros beyond the matrix; a tile lies as RIGHT_PLACE says, its steps and columns in the orders of
//     fragment_rows.cl.
// ring: local memory of RING stages.
//
// SPLIT computes in single precision: a value is high + low / 2048, both half, and a product high x high + (high x low
// + low x high) / 2048; low x low is below the last bit. Rows are split in registers. Weights are split on the host: a
// tile of high, then one of low. Powers of two bring both into half's range, whatever theirs: rows are multiplied by
// input_scale, each column of weights was multiplied on the host by what `factors` undoes. Sums of a stage start at
// zero and are added up outside the unit: how units round is not specified, and NVIDIA's are said to cut off.
//
// Each element is summed over k in the same order whatever the tiles, so a row's result does not depend on the rows
// beside it. Loops over registers are unrolled, or they would be in memory.
// Requires common.cl, fragment.cl, the unit's file and fragment_rows.cl.

#ifndef ROW_TILES
#define ROW_TILES 2  // tiles of 16 rows of a warp
#endif
#ifndef COLUMN_TILES
#define COLUMN_TILES 6  // tiles of 16 columns of a warp
#endif
#ifndef WARP_ROWS
#define WARP_ROWS 2  // warps of a work-group, one below the other
#endif
#ifndef WARP_COLUMNS
#define WARP_COLUMNS 2  // and side by side
#endif
#ifndef STAGE_STEPS
#define STAGE_STEPS 2  // k-tiles of a stage
#endif
#ifndef RING
#define RING 2  // stages in local memory; 0 for none
#endif
#ifdef SPLIT
#define PARTS 2  // tiles of weights for each 16 x 16
#define FACTORS_ARGUMENT __global const float *restrict factors, float input_scale,
#define FACTORS factors, input_scale,
#define MATRIX_KERNEL(stem) JOIN(stem, _matrix_f32)
#else
#define PARTS 1
#define FACTORS_ARGUMENT
#define FACTORS
#define MATRIX_KERNEL(stem) JOIN(stem, _matrix_f16)
#endif
#define WARPS (WARP_ROWS * WARP_COLUMNS)
#define ITEMS (WARPS * LANES)
#define PANEL_TILES (WARP_COLUMNS * COLUMN_TILES)
#define STAGE_DEPTH (16 * STAGE_STEPS)
#define STAGE_QUADS (STAGE_STEPS * PANEL_TILES * PARTS * TILE_HALVES / 8)  // uint4s
#define STAGE_SHARE ((STAGE_QUADS + ITEMS - 1) / ITEMS)                    // of them a work-item

// The sums of a warp; after finish_sums those of the product.
typedef struct {
    sums_t high[ROW_TILES][COLUMN_TILES];
#ifdef SPLIT
    sums_t mixed[ROW_TILES][COLUMN_TILES];  // times 2048
#endif
} product_t;

// First row and column of the warp's tile r and t, and the row and the column of a lane's quad.
#define WARP_ROW(r) \
    ((int)get_group_id(1) * (WARP_ROWS * ROW_TILES * 16) + (WARP / WARP_COLUMNS * ROW_TILES + (r)) * 16)
#define WARP_COLUMN(t) ((int)get_group_id(0) * (PANEL_TILES * 16) + (WARP % WARP_COLUMNS * COLUMN_TILES + (t)) * 16)
#define LANE_ROW(r, s) (WARP_ROW(r) + SLOT_ROW(s))
#define LANE_COLUMN(t, q) (WARP_COLUMN(t) + FIRST_COLUMN + (q) * 4)
#define ROW_QUADS (ROW_COLUMNS / 4)

// What a lane reads of its rows for a tile's left operand.
typedef struct {
#ifdef SPLIT
    float4 quads[SLOTS][ROW_STEPS / 4];
#else
    row_t rows[SLOTS];
#endif
} row_piece_t;

INLINED void read_piece(
    __global const STORED_BITS *restrict input, int row_count, int depth, int r, int step, row_piece_t *piece) {
UNROLL
    for (int s = 0; s < SLOTS; s++) {
        __global const STORED_BITS *row = input + (size_t)min(LANE_ROW(r, s), row_count - 1) * depth;
#ifdef ODD_DEPTH  // no multiple of 16
        union {
            STORED_BITS one[ROW_STEPS];
            stored_quad quads[ROW_STEPS / 4];
            row_t row;
        } values;
        for (int j = 0; j < ROW_STEPS; j++) values.one[j] = row[min(step + FIRST_STEP + j, depth - 1)];
#ifdef SPLIT
        for (int q = 0; q < ROW_STEPS / 4; q++) piece->quads[s][q] = values.quads[q];
#else
        piece->rows[s] = values.row;
#endif
#else
        __global const STORED_BITS *first = row + min(step, depth - 16) + FIRST_STEP;
#ifdef SPLIT
UNROLL
        for (int q = 0; q < ROW_STEPS / 4; q++) piece->quads[s][q] = ((__global const float4 *)first)[q];
#else
        piece->rows[s] = *(__global const row_t *)first;
#endif
#endif
    }
}

#ifdef SPLIT
// The high and the low part of a piece, as left operands.
INLINED void split_piece(const row_piece_t *piece, float scale, left_t *high, left_t *low) {
    union { ushort4 quads[ROW_STEPS / 4]; row_t row; } parts[2];
    row_t rows[2][SLOTS];
UNROLL
    for (int s = 0; s < SLOTS; s++) {
UNROLL
        for (int q = 0; q < ROW_STEPS / 4; q++) {
            const float4 x = piece->quads[s][q] * scale;
            parts[0].quads[q] = rounded(x);
            parts[1].quads[q] = rounded((x - widened(parts[0].quads[q])) * 2048.0f);
        }
        rows[0][s] = parts[0].row;
        rows[1][s] = parts[1].row;
    }
    *high = left_of_rows(rows[0]);
    *low = left_of_rows(rows[1]);
}
#endif

// Stages on their way from `source`. Between start_stage and end_stage they are in registers, or on NVIDIA already
// copied by cp.async.
#if RING == 0
#define STAGE_SPACE __global
#elif defined(UNIT_NVIDIA) && !defined(EMULATED) && !defined(PLAIN_COPIES)
typedef int share_t;
INLINED void start_stage(__global const uint4 *source, int number, share_t *share, __local uint4 *ring) {
    __local uint4 *target = ring + number % RING * STAGE_QUADS;
UNROLL
    for (int n = 0; n < STAGE_SHARE; n++) {
        const int i = n * ITEMS + WARP * LANES + LANE;
        if (STAGE_QUADS % ITEMS == 0 || i < STAGE_QUADS) {
            __asm__ volatile("cp.async.cg.shared.global [%0], [%1], 16;"
                             :: "r"((uint)(size_t)(target + i)), "l"(source + i) : "memory");
        }
    }
}
// A group of copies a stage, empty behind the last one, so that wait_group counts on.
INLINED void end_stage(int number, int count, const share_t *share, __local uint4 *ring) {
    __asm__ volatile("cp.async.commit_group;" ::: "memory");
}
INLINED void await_stage(void) { __asm__ volatile("cp.async.wait_group %0;" :: "n"(RING - 2) : "memory"); }
#else
typedef struct {
    uint4 quads[STAGE_SHARE];
} share_t;
INLINED void start_stage(__global const uint4 *source, int number, share_t *share, __local uint4 *ring) {
UNROLL
    for (int n = 0; n < STAGE_SHARE; n++) {
        const int i = n * ITEMS + WARP * LANES + LANE;
        share->quads[n] = source[min(i, STAGE_QUADS - 1)];
    }
}
INLINED void end_stage(int number, int count, const share_t *share, __local uint4 *ring) {
    if (number >= count) return;
UNROLL
    for (int n = 0; n < STAGE_SHARE; n++) {
        const int i = n * ITEMS + WARP * LANES + LANE;
        if (STAGE_QUADS % ITEMS == 0 || i < STAGE_QUADS) ring[number % RING * STAGE_QUADS + i] = share->quads[n];
    }
}
INLINED void await_stage(void) {}
#endif
#if RING > 0
#define STAGE_SPACE __local
#endif

// The lane's operand of a stage's tile of this number.
INLINED right_t stage_tile(STAGE_SPACE const uint4 *stage, int tile) {
    return ((STAGE_SPACE const right_t *)stage)[tile * (TILE_HALVES * 2 / (int)sizeof(right_t)) + RIGHT_LANE];
}

// The same of k-tile k and column tile t of the warp, the high or the low part.
INLINED right_t stage_operand(STAGE_SPACE const uint4 *stage, int k, int t, int part) {
    return stage_tile(stage, (k * PANEL_TILES + WARP % WARP_COLUMNS * COLUMN_TILES + t) * PARTS + part);
}

typedef struct {
    left_t parts[STAGE_STEPS][ROW_TILES][PARTS];
} lefts_t;

// sums += left operands x a stage's weights
INLINED void multiply_stage(
    const lefts_t *left, STAGE_SPACE const uint4 *stage, product_t *product EXCHANGE_ARGUMENT) {
UNROLL
    for (int t = 0; t < COLUMN_TILES; t++) {
#ifdef SPLIT
        sums_t sums[ROW_TILES];
        clear(sums, ROW_TILES);
#endif
UNROLL
        for (int k = 0; k < STAGE_STEPS; k++) {
            const right_t right = stage_operand(stage, k, t, 0);
UNROLL
            for (int r = 0; r < ROW_TILES; r++) {
#ifdef SPLIT
                multiply(&sums[r], left->parts[k][r][0], right EXCHANGE);
                multiply(&product->mixed[r][t], left->parts[k][r][1], right EXCHANGE);
#else
                multiply(&product->high[r][t], left->parts[k][r][0], right EXCHANGE);
#endif
            }
#ifdef SPLIT
            const right_t low = stage_operand(stage, k, t, 1);
UNROLL
            for (int r = 0; r < ROW_TILES; r++) {
                multiply(&product->mixed[r][t], left->parts[k][r][0], low EXCHANGE);
            }
#endif
        }
#ifdef SPLIT
UNROLL
        for (int r = 0; r < ROW_TILES; r++) {
UNROLL
            for (int i = 0; i < SUMS; i++) product->high[r][t].v[i] += sums[r].v[i];
        }
#endif
    }
}

typedef struct {
    row_piece_t of[STAGE_STEPS][ROW_TILES];
} row_pieces_t;

INLINED void read_pieces(
    __global const STORED_BITS *restrict input, int row_count, int depth, int number, row_pieces_t *pieces) {
UNROLL
    for (int k = 0; k < STAGE_STEPS; k++) {
UNROLL
        for (int r = 0; r < ROW_TILES; r++) {
            read_piece(input, row_count, depth, r, number * STAGE_DEPTH + k * 16, &pieces->of[k][r]);
        }
    }
}

// The product of the warp's rows and the work-group's panel.
INLINED void product_matrix(
    __global const STORED_BITS *restrict input, int row_count, int depth, __global const uint4 *restrict panels,
    FACTORS_ARGUMENT __local uint4 *ring, product_t *product EXCHANGE_ARGUMENT) {
    const int stage_count = (depth + STAGE_DEPTH - 1) / STAGE_DEPTH;
    __global const uint4 *panel = panels + (size_t)get_group_id(0) * stage_count * STAGE_QUADS;
    clear(&product->high[0][0], ROW_TILES * COLUMN_TILES);
#ifdef SPLIT
    clear(&product->mixed[0][0], ROW_TILES * COLUMN_TILES);
#endif
#if RING > 0
    share_t share;
    for (int number = 0; number < RING - 1; number++) {
        if (number < stage_count) start_stage(panel + (size_t)number * STAGE_QUADS, number, &share, ring);
        end_stage(number, stage_count, &share, ring);
    }
#endif
    row_pieces_t pieces;
    read_pieces(input, row_count, depth, 0, &pieces);
    int number = 0;
    do {  // runs once at least; common.cl says why
#if RING > 0
        // The barrier says two things: the stage has arrived by all work-items' copies, and all have done with the one
        // whose place is filled next.
        await_stage();
        barrier(CLK_LOCAL_MEM_FENCE);
        const int next = number + RING - 1;
        if (next < stage_count) start_stage(panel + (size_t)next * STAGE_QUADS, next, &share, ring);
        STAGE_SPACE const uint4 *stage = ring + number % RING * STAGE_QUADS;
#else
        STAGE_SPACE const uint4 *stage = panel + (size_t)number * STAGE_QUADS;
#endif
        lefts_t left;
UNROLL
        for (int k = 0; k < STAGE_STEPS; k++) {
UNROLL
            for (int r = 0; r < ROW_TILES; r++) {
#ifdef SPLIT
                split_piece(&pieces.of[k][r], input_scale, &left.parts[k][r][0], &left.parts[k][r][1]);
#else
                left.parts[k][r][0] = left_of_rows(pieces.of[k][r].rows);
#endif
            }
        }
        read_pieces(input, row_count, depth, number + 1, &pieces);  // on their way while this stage is worked on
        multiply_stage(&left, stage, product EXCHANGE);
#if RING > 0
        end_stage(next, stage_count, &share, ring);
#endif
        number++;
    } while (number < stage_count);
#ifdef SPLIT
    const float unscaled = 1.0f / input_scale;
UNROLL
    for (int t = 0; t < COLUMN_TILES; t++) {
UNROLL
        for (int q = 0; q < ROW_QUADS; q++) {
            const float4 factor = *(__global const float4 *)(factors + LANE_COLUMN(t, q)) * unscaled;
UNROLL
            for (int r = 0; r < ROW_TILES; r++) {
UNROLL
                for (int s = 0; s < SLOTS; s++) {
                    const float4 sum = fma(
                        sum_quad(&product->mixed[r][t], s, q), (float4)(1.0f / 2048.0f),
                        sum_quad(&product->high[r][t], s, q));
                    set_quad(&product->high[r][t], s, q, sum * factor);
                }
            }
        }
    }
#endif
}
