#include "processors.h"
#include "row_vectors.h"

// Sums are kept in lanes, which is what lets a compiler use vectors: element i belongs to lane i % LANES.
enum { LANES = 16 };

static double sum(const double *lanes) {
    double total = 0;
    for (size_t lane = 0; lane < LANES; lane++) total += lanes[lane];
    return total;
}

FOR_SEVERAL_PROCESSORS
double echo_row_dot(const float *x, const float *y, size_t count) {
#pragma clang fp contract(off)  // products and sums rounded one by one: the same bits everywhere
    double lanes[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++)
            lanes[lane] += (double)x[i + lane] * (double)y[i + lane];
    for (size_t lane = 0; i < count; i++, lane++) lanes[lane] += (double)x[i] * (double)y[i];
    return sum(lanes);
}

FOR_SEVERAL_PROCESSORS
double echo_row_squared_distance(const float *x, const float *y, size_t count) {
#pragma clang fp contract(off)
    double lanes[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++) {
            const double difference = (double)x[i + lane] - (double)y[i + lane];
            lanes[lane] += difference * difference;
        }
    for (size_t lane = 0; i < count; i++, lane++) {
        const double difference = (double)x[i] - (double)y[i];
        lanes[lane] += difference * difference;
    }
    return sum(lanes);
}

FOR_SEVERAL_PROCESSORS
EchoPreparedRow echo_row_prepare(const float *x, double factor, const float *mean, double power,
                                 float *y, size_t count) {
#pragma clang fp contract(off)
    double squares[LANES] = {0}, shifts[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++) {
            const double centre = mean[i + lane];
            const float value = (float)(((double)x[i + lane] * factor - centre) * power);
            y[i + lane] = value;
            squares[lane] += (double)value * (double)value;
            shifts[lane] += (double)value * centre;
        }
    for (size_t lane = 0; i < count; i++, lane++) {
        const double centre = mean[i];
        const float value = (float)(((double)x[i] * factor - centre) * power);
        y[i] = value;
        squares[lane] += (double)value * (double)value;
        shifts[lane] += (double)value * centre;
    }
    return (EchoPreparedRow){sum(squares), sum(shifts)};
}
