#include "cpu_vectors.h"
#include "processors.h"

#define WHOLE_LINE 16  // columns of a task that is not the last: their number is then known to the compiler

static inline __attribute__((always_inline)) size_t next_above(
    const float *scores, size_t stride, size_t columns, const float *scale, const float *offset,
    size_t row, size_t row_count, const float *limits, float *keys) {
    for (; row < row_count; row++) {
        int is_above = 0;
        for (size_t c = 0; c < columns; c++) {
            const float key = __builtin_fmaf(scores[row * stride + c], scale[row], offset[row]);
            keys[c] = key;
            is_above |= key > limits[c];
        }
        if (is_above) break;
    }
    return row;
}

FOR_SEVERAL_PROCESSORS
size_t echo_next_above(
    const float *scores, size_t stride, size_t columns, const float *scale, const float *offset,
    size_t row, size_t row_count, const float *limits, float *keys) {
    return columns == WHOLE_LINE
        ? next_above(scores, stride, WHOLE_LINE, scale, offset, row, row_count, limits, keys)
        : next_above(scores, stride, columns, scale, offset, row, row_count, limits, keys);
}
