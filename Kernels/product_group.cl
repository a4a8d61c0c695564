// The product with a weight matrix by a work-group: the inner part of every product on GPUs.
//
// GROUP_SIDE x GROUP_SIDE work-items compute GROUP_ROWS x GROUP_COLUMNS; each keeps ITEM_ROWS rows of
// ITEM_VECTORS float4. Weights are packed in panels of GROUP_COLUMNS as product.cl says. Slices of
// GROUP_DEPTH steps of k go through registers to local memory. Each element is summed over k in order by
// fma, so a row's result does not depend on the rows beside it.
// Requires common.cl.

#ifndef GROUP_SIDE
#define GROUP_SIDE 16  // work-items along each side of a work-group
#endif
#ifndef ITEM_ROWS
#define ITEM_ROWS 4  // rows of a work-item: 2, 4 or 8
#endif
#ifndef ITEM_VECTORS
#define ITEM_VECTORS 3  // float4s of each of them
#endif
#ifndef GROUP_DEPTH
#define GROUP_DEPTH 16  // steps of k in local memory, a multiple of 4
#endif
#define GROUP_ROWS (GROUP_SIDE * ITEM_ROWS)
#define GROUP_QUADS (GROUP_SIDE * ITEM_VECTORS)
#define GROUP_COLUMNS (4 * GROUP_QUADS)
// Beyond GROUP_ROWS, so that the columns of a slice, which are written together, differ in banks.
#define LEFT_PITCH (GROUP_ROWS + ITEM_ROWS)
#define item_values JOIN(float, ITEM_ROWS)
#define store_values JOIN(vstore, ITEM_ROWS)

// Slices of the input, transposed, and of the panel.
typedef struct {
    float4 right[GROUP_DEPTH * GROUP_QUADS];
    item_values left[GROUP_DEPTH * LEFT_PITCH / ITEM_ROWS];
} group_tiles;

// Where a work-item's element [r][4 v] lies. Neighbours have neighbouring float4s.
static inline int item_row(int r) {
    return get_group_id(1) * GROUP_ROWS + get_local_id(1) * ITEM_ROWS + r;
}
static inline int item_column(int v) {
    return get_group_id(0) * GROUP_COLUMNS + (v * GROUP_SIDE + get_local_id(0)) * 4;
}

// WHOLE_QUADS says that rows are whole float4s: depth and columns are multiples of 4. Without it a branch that all
// work-items take together asks, and the path for the others is half of the program.

// Four elements of a row of `count`; zero beyond its end, where the last is read again.
static inline float4 load_quad(__global const STORED *row, int first, int count) {
#ifdef WHOLE_QUADS
    const float4 value = load_4(row + min(first, count - 4));
    return first < count ? value : (float4)(0.0f);
#else
    if (count % 4 == 0) {
        const float4 value = load_4(row + min(first, count - 4));
        return first < count ? value : (float4)(0.0f);
    }
    const int last = count - 1;  // in scalars: Oclgrind's min of an int4 and an int is wrong
    return (float4)(
        first <= last ? load_1(row + min(first, last)) : 0.0f,
        first < last ? load_1(row + min(first + 1, last)) : 0.0f,
        first + 1 < last ? load_1(row + min(first + 2, last)) : 0.0f,
        first + 2 < last ? load_1(row + min(first + 3, last)) : 0.0f);
#endif
}

// Stores those of four elements that lie within a row of `count`, the last of them again for each beyond it. `first`
// lies within.
static inline void store_quad(float4 value, __global STORED *row, int first, int count) {
#ifdef WHOLE_QUADS
    store_4(value, row + first);
#else
    if (count % 4 == 0) {
        store_4(value, row + first);
    } else {
        const int last = count - 1;
        value.y = first < last ? value.y : value.x;
        value.z = first + 1 < last ? value.z : value.y;
        value.w = first + 2 < last ? value.w : value.z;
        const JOIN(BITS, 4) bits = bits_of(value);
        __global BITS *target = (__global BITS *)row;
        target[first] = bits.x;
        target[min(first + 1, last)] = bits.y;
        target[min(first + 2, last)] = bits.z;
        target[min(first + 3, last)] = bits.w;
    }
#endif
}

// What one work-item brings of a slice: every GROUP_ITEMS-th float4.
#define GROUP_ITEMS (GROUP_SIDE * GROUP_SIDE)
#define LEFT_QUADS (GROUP_ROWS * (GROUP_DEPTH / 4))
#define RIGHT_QUADS (GROUP_DEPTH * GROUP_QUADS)
#define SHARE_OF(QUADS) (((QUADS) + GROUP_ITEMS - 1) / GROUP_ITEMS)
typedef struct {
    float4 left[SHARE_OF(LEFT_QUADS)];
    float4 right[SHARE_OF(RIGHT_QUADS)];
} slice_share;

// A share of the slice from step `start` on to registers. Beyond `depth` the input is zero and the panel
// repeats its last step. Rows past the end read as the last one. Four neighbours read 64 bytes of a row, a row
// of a panel is read as it lies.
static inline void fetch_slice(
    __global const STORED *restrict input, int row_count, int depth,
    __global const STORED *restrict panel, int start, slice_share *share) {
    const int item = get_local_id(1) * GROUP_SIDE + get_local_id(0);
#pragma unroll
    for (int n = 0; n < SHARE_OF(LEFT_QUADS); n++) {
        const int i = n * GROUP_ITEMS + item;
        const int row = get_group_id(1) * GROUP_ROWS + i / (GROUP_DEPTH / 4);
        const int step = start + i % (GROUP_DEPTH / 4) * 4;
        share->left[n] =
            load_quad(input + (size_t)min(row, row_count - 1) * depth, step, depth);
    }
#pragma unroll
    for (int n = 0; n < SHARE_OF(RIGHT_QUADS); n++) {
        const int i = n * GROUP_ITEMS + item;
        const int step = min(start + i / GROUP_QUADS, depth - 1);
        share->right[n] = load_4(panel + ((size_t)step * GROUP_QUADS + i % GROUP_QUADS) * 4);
    }
}

// The share to local memory, the input's transposed.
static inline void put_slice(const slice_share *share, __local group_tiles *tiles) {
    const int item = get_local_id(1) * GROUP_SIDE + get_local_id(0);
    __local float *left = (__local float *)tiles->left;
#pragma unroll
    for (int n = 0; n < SHARE_OF(LEFT_QUADS); n++) {
        const int i = n * GROUP_ITEMS + item;
        if (LEFT_QUADS % GROUP_ITEMS == 0 || i < LEFT_QUADS) {
            __local float *column =
                left + i % (GROUP_DEPTH / 4) * 4 * LEFT_PITCH + i / (GROUP_DEPTH / 4);
            column[0] = share->left[n].x;
            column[LEFT_PITCH] = share->left[n].y;
            column[2 * LEFT_PITCH] = share->left[n].z;
            column[3 * LEFT_PITCH] = share->left[n].w;
        }
    }
#pragma unroll
    for (int n = 0; n < SHARE_OF(RIGHT_QUADS); n++) {
        const int i = n * GROUP_ITEMS + item;
        if (RIGHT_QUADS % GROUP_ITEMS == 0 || i < RIGHT_QUADS) tiles->right[i] = share->right[n];
    }
}

// sums[r][v] = input[row r] . panel[columns of v], for the work-group's rows and its panel.
static inline void product_group(
    __global const STORED *restrict input, int row_count, int depth,
    __global const STORED *restrict panels, __local group_tiles *tiles,
    float4 sums[ITEM_ROWS][ITEM_VECTORS]) {
    const int lane = get_local_id(0);
    const int line = get_local_id(1);
    __global const STORED *panel = panels + (size_t)get_group_id(0) * GROUP_COLUMNS * depth;
#pragma unroll
    for (int r = 0; r < ITEM_ROWS; r++) {
#pragma unroll
        for (int v = 0; v < ITEM_VECTORS; v++) sums[r][v] = (float4)(0.0f);
    }
    slice_share share;
    fetch_slice(input, row_count, depth, panel, 0, &share);
    int start = 0;
    do {  // runs once at least; common.cl says why
        put_slice(&share, tiles);
        barrier(CLK_LOCAL_MEM_FENCE);
        // On its way while this slice is worked on.
        fetch_slice(input, row_count, depth, panel, start + GROUP_DEPTH, &share);
#pragma unroll 2  // without it, pocl's compiler keeps the sums in memory; more takes more registers
        for (int k = 0; k < GROUP_DEPTH; k++) {
            float values[ITEM_ROWS];
            store_values(tiles->left[k * (LEFT_PITCH / ITEM_ROWS) + line], 0, values);
#pragma unroll
            for (int v = 0; v < ITEM_VECTORS; v++) {
                const float4 weights = tiles->right[k * GROUP_QUADS + v * GROUP_SIDE + lane];
#pragma unroll
                for (int r = 0; r < ITEM_ROWS; r++) {
                    sums[r][v] = fma((float4)(values[r]), weights, sums[r][v]);
                }
            }
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        start += GROUP_DEPTH;
    } while (start < depth);
}
