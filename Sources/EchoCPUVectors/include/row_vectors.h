#ifndef ECHO_ROW_VECTORS_H
#define ECHO_ROW_VECTORS_H

#include <stddef.h>

// Sums over float32 rows in float64. The terms are added in one order, whatever the processor: the same bits
// everywhere.

/// x · y.
double echo_row_dot(const float *x, const float *y, size_t count);

/// |x - y|², the differences taken in float64.
double echo_row_squared_distance(const float *x, const float *y, size_t count);

/// What `echo_row_prepare` says of the row that it wrote.
typedef struct {
    double squares;  ///< |y|²
    double shift;    ///< y · mean
} EchoPreparedRow;

/// y = (factor x - mean) power, computed in float64 and rounded once.
EchoPreparedRow echo_row_prepare(const float *x, double factor, const float *mean, double power,
                                 float *y, size_t count);

#endif
