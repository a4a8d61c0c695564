// top_k: for each column the rows of the k largest keys, key[r] = fma(scores[r, column], scale[r], offset[r])
//
// scores [row_count, column_count]; scale, offset [row_count]; output [column_count, k]: rows, that of the largest key
// first, of equal keys the lower row; -1 if fewer keys are above -infinity. Keys are compared as numbers, -0 as 0;
// one that is not a number counts as -infinity.
//
// A row and its key are one number, their rank: greater where the key is, and of equal keys where the row is lower; 0
// where the row is not to be named. No two rows have one rank, so that the answer depends on no order of work.
// Requires common.cl; row_count at least 1.

INLINED ulong rank_of(float key, int row) {
    const uint bits = as_uint(key + 0.0f);  // -0 becomes 0
    const uint order = bits ^ (bits >> 31 ? 0xffffffffu : 0x80000000u);
    return key > -INFINITY ? (ulong)order << 32 | ~(uint)row : 0;
}

INLINED int row_of(ulong rank) { return rank ? (int)~(uint)rank : -1; }

#ifdef FAMILY_SIMD
INLINED float key_of(ulong rank) {
    const uint order = (uint)(rank >> 32);
    return rank ? as_float(order ^ (order >> 31 ? 0x80000000u : 0xffffffffu)) : -INFINITY;
}

// Puts a rank into a heap of `count` in the place of its least, which is at the top.
INLINED void replace_least(__local ulong *heap, int count, ulong rank) {
    int place = 0;
    for (int child = 1; child < count; child = 2 * place + 1) {
        child += child + 1 < count && heap[child + 1] < heap[child];
        if (rank <= heap[child]) break;
        heap[place] = heap[child];
        place = child;
    }
    heap[place] = rank;
}

// For CPU devices: one work-item a work-group takes `width` columns, VECTOR at most, and all rows in order. Most rows
// have no key above the least of a column's k largest so far: they cost a vector's comparison.
// Global size: columns divided by `width`. Local memory: ranks [width, kept].
// kept: k, or row_count if that is less.
__kernel void top_k_simd_f32(
    __global const float *restrict scores, __global const float *restrict scale,
    __global const float *restrict offset, __global int *restrict output,
    __local ulong *restrict heaps, int row_count, int column_count, int k, int kept, int width) {
    const int first = get_global_id(0) * width;
    const int columns = min(width, column_count - first);
    for (int i = 0; i < columns * kept; i++) heaps[i] = 0;
    float limits[VECTOR], keys[VECTOR];
    for (int c = 0; c < VECTOR; c++) limits[c] = -INFINITY;
    for (int row = 0; row < row_count; row++) {
        __global const float *line = scores + (size_t)row * column_count + first;
        bool is_above;
        if (columns == VECTOR) {
            const floatv key = fma(loadv(0, line), (floatv)(scale[row]), (floatv)(offset[row]));
            is_above = any(key > loadv(0, limits));
            storev(key, 0, keys);
        } else {
            is_above = false;
            for (int c = 0; c < columns; c++) {
                keys[c] = fma(line[c], scale[row], offset[row]);
                is_above |= keys[c] > limits[c];
            }
        }
        if (!is_above) continue;
        for (int c = 0; c < columns; c++) {
            if (keys[c] > limits[c]) {  // of equal keys the row that came first stays
                replace_least(heaps + c * kept, kept, rank_of(keys[c], row));
                limits[c] = key_of(heaps[c * kept]);
            }
        }
    }
    for (int c = 0; c < columns; c++) {
        __local ulong *heap = heaps + c * kept;
        __global int *rows = output + (size_t)(first + c) * k;
        for (int i = kept; i < k; i++) rows[i] = -1;
        for (int count = kept; count > 0; count--) {
            rows[count - 1] = row_of(heap[0]);
            replace_least(heap, count - 1, heap[count - 1]);
        }
    }
}
#else
#ifndef ROW_GROUP
#define ROW_GROUP 64  // work-items of a work-group, a power of two
#endif
#ifndef LIST_COLUMNS
#define LIST_COLUMNS 8  // columns of a work-group, a power of two of at most ROW_GROUP
#endif
#ifndef LIST_LENGTH
#define LIST_LENGTH 128  // ranks of a column in local memory, a power of two
#endif
#define ITEM_KEYS 8  // keys that a work-item reads at once
#define LINE_ROWS (ROW_GROUP / LIST_COLUMNS)
#define ROUND_ROWS (LINE_ROWS * ITEM_KEYS)  // rows that are read between barriers

// Sorts every column's ranks, the greatest first: a bitonic network.
INLINED void sort_lists(__local ulong *ranks) {
    int size = 2;
    do {  // common.cl says why
        int distance = size / 2;
        do {
            for (int pair = get_local_id(0); pair < LIST_COLUMNS * LIST_LENGTH / 2; pair += ROW_GROUP) {
                const int low = 2 * pair - (pair & (distance - 1));  // distances are powers of two
                const int high = low + distance;
                const ulong a = ranks[low], b = ranks[high];
                const bool falls = (low & (LIST_LENGTH - 1) & size) == 0;
                ranks[low] = (a < b) == falls ? b : a;
                ranks[high] = (a < b) == falls ? a : b;
            }
            barrier(CLK_LOCAL_MEM_FENCE);
            distance /= 2;
        } while (distance > 0);
        size *= 2;
    } while (size <= LIST_LENGTH);
}

// For GPUs: a work-group of ROW_GROUP takes LIST_COLUMNS columns and a part of the rows, or of the candidates that an
// earlier launch named. Neighbours read neighbouring columns. A key above the least of its column's k largest so far goes
// to the end of its list; once a list could overflow, all are sorted, and of each the k first stay.
//
// candidates: rows [column_count, candidate_count], -1 for none, if they are listed; else any buffer, and
// candidate_count is row_count. output: [column_count, parts, k]. k is at most LIST_LENGTH - ROUND_ROWS.
// Global size: columns divided by LIST_COLUMNS, times ROW_GROUP; parts of part_size candidates.
__kernel __attribute__((reqd_work_group_size(ROW_GROUP, 1, 1)))
void top_k_simt_f32(
    __global const float *restrict scores, __global const float *restrict scale,
    __global const float *restrict offset, __global const int *restrict candidates,
    __global int *restrict output, int candidate_count, int part_size, int column_count, int k,
    int is_listed) {
    __local ulong ranks[LIST_COLUMNS * LIST_LENGTH];
    __local ulong limits[LIST_COLUMNS];  // what a rank must exceed
    __local int counts[LIST_COLUMNS];
    const int item = get_local_id(0);
    const int place = item % LIST_COLUMNS;
    const int first = get_group_id(0) * LIST_COLUMNS;
    const int column = min(first + place, column_count - 1);  // beyond the last it is read again, and not written
    __global const int *list = candidates + (is_listed ? (size_t)column * candidate_count : 0);
    for (int i = item; i < LIST_COLUMNS * LIST_LENGTH; i += ROW_GROUP) ranks[i] = 0;
    if (item < LIST_COLUMNS) {
        limits[item] = 0;
        counts[item] = 0;
    }
    barrier(CLK_LOCAL_MEM_FENCE);

    int start = get_group_id(1) * part_size;
    const int end = min(start + part_size, candidate_count);
    do {  // common.cl says why
        int fullest;
        do {
            const ulong limit = limits[place];
            ulong found[ITEM_KEYS];
#pragma unroll
            for (int i = 0; i < ITEM_KEYS; i++) {
                const int number = start + i * LINE_ROWS + item / LIST_COLUMNS;
                const int known = min(number, end - 1);
                const int row = is_listed ? list[known] : known;
                const int there = max(row, 0);
                const float key = fma(
                    scores[(size_t)there * column_count + column], scale[there], offset[there]);
                found[i] = number < end && row >= 0 ? rank_of(key, row) : 0;
            }
            for (int i = 0; i < ITEM_KEYS; i++) {
                if (found[i] > limit) {
                    ranks[place * LIST_LENGTH + atomic_inc(counts + place)] = found[i];
                }
            }
            barrier(CLK_LOCAL_MEM_FENCE);
            fullest = counts[0];
            for (int c = 1; c < LIST_COLUMNS; c++) fullest = max(fullest, counts[c]);
            barrier(CLK_LOCAL_MEM_FENCE);
            start += ROUND_ROWS;
        } while (start < end && fullest <= LIST_LENGTH - ROUND_ROWS);
        sort_lists(ranks);
        if (item < LIST_COLUMNS) {
            limits[item] = ranks[item * LIST_LENGTH + k - 1];
            counts[item] = min(counts[item], k);
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    } while (start < end);

    for (int i = item; i < LIST_COLUMNS * k; i += ROW_GROUP) {
        const int c = i / k;
        if (first + c < column_count) {
            output[((size_t)(first + c) * get_num_groups(1) + get_group_id(1)) * k + i % k] =
                row_of(ranks[c * LIST_LENGTH + i % k]);
        }
    }
}
#endif
