// gather: output[r, :] = input[rows[r], :]
//
// input [.., column_count]; rows [row_count]; output [row_count, column_count].
// ELEMENT has the size of an element: it is copied as it is.
// Global size: columns, rows. Any work-group; the same kernel serves every device.

#ifndef ELEMENT
#define ELEMENT uint  // uint or ushort
#endif

__kernel void gather_any(
    __global const ELEMENT *restrict input, __global const int *restrict rows,
    __global ELEMENT *restrict output, int column_count) {
    const size_t column = get_global_id(0);
    const size_t row = get_global_id(1);
    output[row * column_count + column] = input[(size_t)rows[row] * column_count + column];
}
