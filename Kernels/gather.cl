// gather: output[r, :] = input[rows[r], :]
//
// input [.., column_count]; rows [row_count]; output [row_count, column_count]: elements of 32 or 16
// bits, copied as they are.
// Global size: columns, rows. Any work-group; the same kernels serve every device.

#define DEFINE_GATHER(NAME, ELEMENT)                                                              \
    __kernel void NAME(                                                                           \
        __global const ELEMENT *restrict input, __global const int *restrict rows,                \
        __global ELEMENT *restrict output, int column_count) {                                    \
        const size_t column = get_global_id(0);                                                   \
        const size_t row = get_global_id(1);                                                      \
        output[row * column_count + column] = input[(size_t)rows[row] * column_count + column];   \
    }

DEFINE_GATHER(gather_32, uint)
DEFINE_GATHER(gather_16, ushort)
