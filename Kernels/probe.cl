// probe: small products on a matrix unit, every element of which the host knows: what a device and its compiler must
// get right before other kernels trust the unit.
//
// Of each of PROBE_WARPS warps, in this order: left [16][16], by rows; right and next, tiles in the order of
// RIGHT_PLACE, all half; output [4][16][16], by rows, float:
//   product       left x right
//   chained       product + product + product x next: sums as a left operand, and back
//   row_sum       at (m, n), the sum of product[m, :], as the lane that holds (m, n) got it
//   row_largest   likewise the largest of it
// All are integers that half holds, if they are operands, or float, so that nothing is rounded.
// scratch [PROBE_WARPS][TILE_HALVES], for left operands in the order of LEFT_PLACE.
// Global size: LANES, PROBE_WARPS: one work-group. Requires common.cl, fragment.cl, the unit's file, stream.cl and
// attend_fragments.cl.

#define PROBE_WARPS 2  // each must keep to its own lanes; WARPS of stream.cl
#define PROBE_RESULTS 4

INLINED void put_sums(const sums_t *sums, __global float *tile) {
    for (int i = 0; i < SUMS; i++) tile[SUM_ROW(i) * 16 + SUM_COLUMN(i)] = sums->v[i];
}

// x of a row's slot, for every element that the lane holds of the row.
INLINED void put_rows(const float x[SLOTS], __global float *tile) {
    for (int i = 0; i < SUMS; i++) tile[SUM_ROW(i) * 16 + SUM_COLUMN(i)] = x[SUM_SLOT(i)];
}

__kernel SUB_GROUP __attribute__((reqd_work_group_size(LANES, PROBE_WARPS, 1)))
void probe_matrix_f16(
    __global const ushort *restrict left, __global const ushort *restrict right,
    __global const ushort *restrict next, __global ushort *scratch,
    __global float *restrict output EXCHANGE_ARGUMENT) {
    const int first = WARP * TILE_HALVES;
    for (int i = LANE; i < TILE_HALVES; i += LANES) {
        scratch[first + LEFT_PLACE(i / 16, i % 16)] = left[first + i];
    }
    barrier(CLK_GLOBAL_MEM_FENCE);
    const left_t rows = ((__global const left_t *)(scratch + first))[RIGHT_LANE];
    const right_t columns = ((__global const right_t *)(right + first))[RIGHT_LANE];
    const right_t columns_of_next = ((__global const right_t *)(next + first))[RIGHT_LANE];
    __global float *results = output + PROBE_RESULTS * first;

    sums_t product;
    for (int i = 0; i < SUMS; i++) product.v[i] = 0.0f;
    multiply(&product, rows, columns EXCHANGE);
    put_sums(&product, results);

    sums_t chained = product;
    const left_t product_rows = left_of(&product EXCHANGE);
    sums_of(product_rows, &chained EXCHANGE);
    multiply(&chained, product_rows, columns_of_next EXCHANGE);
    put_sums(&chained, results + TILE_HALVES);

    float total[SLOTS], largest[SLOTS];
    for (int s = 0; s < SLOTS; s++) {
        total[s] = 0.0f;
        largest[s] = -INFINITY;
    }
    for (int i = 0; i < SUMS; i++) {
        total[SUM_SLOT(i)] += product.v[i];
        largest[SUM_SLOT(i)] = fmax(largest[SUM_SLOT(i)], product.v[i]);
    }
    int slot = 0;
    do {  // common.cl says why no for
        total[slot] = across(total[slot], false EXCHANGE);
        largest[slot] = across(largest[slot], true EXCHANGE);
        slot++;
    } while (slot < SLOTS);
    put_rows(total, results + 2 * TILE_HALVES);
    put_rows(largest, results + 3 * TILE_HALVES);
}

// probe_stream: what encoder_stack does besides products. stages: PROBE_STAGES of stream.cl, and RING more behind; left
// as above. output: of every work-item, in their order, its operands of the tiles of all stages as they come through
// the
// ring; values [PROBE_WARPS][TILE_HALVES]: each warp's left operand as a tile of values, k its rows.
#define PROBE_STAGES 3  // more than the ring has

__kernel SUB_GROUP __attribute__((reqd_work_group_size(LANES, PROBE_WARPS, 1)))
void probe_stream(
    __global const uint4 *restrict stages, __global const ushort *restrict left,
    __global ushort *restrict output, __global ushort *restrict values, __local uint4 *ring,
    __local ushort *tiles EXCHANGE_ARGUMENT) {
    sums_t sums;
    for (int i = 0; i < SUMS; i++) {
        sums.v[i] = half_value(left[WARP * TILE_HALVES + SUM_ROW(i) * 16 + SUM_COLUMN(i)]);
    }
    stream_t stream;
    start_stream(&stream, stages, ring);
    int stage = 0;
    do {
        __local const ushort *stage_tiles = next_stage(&stream);
        for (int n = 0; n < STAGE_TILES; n++) {
            const int place = (stage * STAGE_TILES + n) * ITEMS + WARP * LANES + LANE;
            ((__global right_t *)output)[place] = right_at(stage_tiles, n);
        }
        stage++;
    } while (stage < PROBE_STAGES);
    end_stream();
    store_values(tiles + WARP * TILE_HALVES, &sums);
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int i = LANE; i < TILE_HALVES; i += LANES) {
        values[WARP * TILE_HALVES + i] = tiles[WARP * TILE_HALVES + i];
    }
}
