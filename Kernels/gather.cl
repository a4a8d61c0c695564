// gather: output[r, :] = input[rows[r], :]
//
// input [.., column_count]; rows [row_count]; output [row_count, column_count]: elements of 32 or 16
// bits, copied as they are.
// A work-group of any size takes a row: the same kernels serve every device.
// Global size: rows times the work-group.

#define DEFINE_GATHER(NAME, ELEMENT)                                                              \
    __kernel void NAME(                                                                           \
        __global const ELEMENT *restrict input, __global const int *restrict rows,                \
        __global ELEMENT *restrict output, int column_count) {                                    \
        __global const ELEMENT *source = input + (size_t)rows[get_group_id(0)] * column_count;    \
        __global ELEMENT *row = output + (size_t)get_group_id(0) * column_count;                  \
        for (int c = get_local_id(0); c < column_count; c += get_local_size(0)) row[c] = source[c]; \
    }

DEFINE_GATHER(gather_32, uint)
DEFINE_GATHER(gather_16, ushort)
