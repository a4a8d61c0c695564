#ifndef ECHO_CPU_VECTORS_H
#define ECHO_CPU_VECTORS_H

#include <stddef.h>

/// Replaces each of `count` values by its GELU, x * Phi(x) with Phi the normal distribution: absolute
/// error at most 2e-7 |x|, 0 and x far out. The same bits on every processor and for every count.
void echo_gelu(float *values, size_t count);

/// The first row from `row` on with a key above its column's limit, and its keys; `row_count` if there is none.
/// A key is fma(scores[row * stride + c], scale[row], offset[row]), rounded once on every processor.
///
/// - Parameters:
///   - limits: One for each column; not below -infinity, so that a key that is not a number is above none.
///   - keys: Room for one key for each column.
size_t echo_next_above(
    const float *scores, size_t stride, size_t columns, const float *scale, const float *offset,
    size_t row, size_t row_count, const float *limits, float *keys);

#endif
