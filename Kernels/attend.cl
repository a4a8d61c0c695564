// Softmax attention of one sequence and head by one work-item: the inner part of attention.cl and
// encoder_layer.cl on CPU devices. Requires common.cl.

#ifndef HEAD_WIDTH
#define HEAD_WIDTH 64  // a multiple of VECTOR
#endif
#ifndef SCORE_ROWS
#define SCORE_ROWS 8  // queries whose scores are held together
#endif
#ifndef SCORE_VECTORS
#define SCORE_VECTORS 1  // vectors of keys whose scores are summed in registers
#endif
#ifndef MIX_ROWS
#define MIX_ROWS 4  // queries mixed in registers, a divisor of SCORE_ROWS
#endif
#ifndef MIX_VECTORS
#define MIX_VECTORS 4  // vectors of values mixed in registers; 1 if heads are no multiple of it
#endif
#if HEAD_WIDTH % (MIX_VECTORS * VECTOR) == 0
#define MIXED MIX_VECTORS
#else
#define MIXED 1
#endif
#define SCORE_COLUMNS (SCORE_VECTORS * VECTOR)

// Softmax of a row of scores except for its division: replaces them by exp(score - largest), zero from
// `count` to `pitch`, and returns one over their sum.
static inline float softmax_row(__local float *score, int count, int pitch) {
    for (int t = count; t < pitch; t++) score[t] = -INFINITY;
    floatv largest = loadv(0, score);
    for (int t = VECTOR; t < pitch; t += VECTOR) {
        floatv next = loadv(0, score + t);
        largest = largest > next ? largest : next;
    }
    const float shift = max_v(largest);
    floatv sums = (floatv)(0.0f);
    for (int t = 0; t < pitch; t += VECTOR) {
        floatv weight = exp_v(loadv(0, score + t) - shift);
        storev(weight, 0, score + t);
        sums += weight;
    }
    return 1.0f / sum_v(sums);
}

// output[t] = sum over s of softmax(query[t] . key[s] * scale) value[s], for `count` tokens.
// query, key and value: rows of HEAD_WIDTH, `stride` apart; output: rows `output_stride` apart.
// keys: room for HEAD_WIDTH rows of `count` rounded up to SCORE_COLUMNS; scores: for SCORE_ROWS of them.
static inline void attend(
    __global const float *query, __global const float *key, __global const float *value,
    int stride, int count, float scale, __local float *keys, __local float *scores,
    __global float *output, int output_stride) {
    const int pitch = (count + SCORE_COLUMNS - 1) / SCORE_COLUMNS * SCORE_COLUMNS;
    for (int t = 0; t < pitch; t += VECTOR) {
        for (int d = 0; d < HEAD_WIDTH; d += VECTOR) {
            floatv block[VECTOR];
#pragma unroll
            for (int i = 0; i < VECTOR; i++) {
                block[i] = loadv(0, key + (size_t)min(t + i, count - 1) * stride + d) * scale;
            }
            transpose_v(block);
#pragma unroll
            for (int i = 0; i < VECTOR; i++) storev(block[i], 0, keys + (d + i) * pitch + t);
        }
    }
    for (int row = 0; row < count; row += SCORE_ROWS) {
        __global const float *queries[SCORE_ROWS];
#pragma unroll
        for (int r = 0; r < SCORE_ROWS; r++) {
            queries[r] = query + (size_t)min(row + r, count - 1) * stride;
        }
        for (int t = 0; t < pitch; t += SCORE_COLUMNS) {
            floatv sums[SCORE_ROWS][SCORE_VECTORS];
#pragma unroll
            for (int r = 0; r < SCORE_ROWS; r++) {
#pragma unroll
                for (int v = 0; v < SCORE_VECTORS; v++) sums[r][v] = (floatv)(0.0f);
            }
            for (int d = 0; d < HEAD_WIDTH; d++) {
                floatv columns[SCORE_VECTORS];
#pragma unroll
                for (int v = 0; v < SCORE_VECTORS; v++) columns[v] = loadv(v, keys + d * pitch + t);
#pragma unroll
                for (int r = 0; r < SCORE_ROWS; r++) {
                    const floatv element = (floatv)(queries[r][d]);
#pragma unroll
                    for (int v = 0; v < SCORE_VECTORS; v++) {
                        sums[r][v] = fma(element, columns[v], sums[r][v]);
                    }
                }
            }
#pragma unroll
            for (int r = 0; r < SCORE_ROWS; r++) {
#pragma unroll
                for (int v = 0; v < SCORE_VECTORS; v++) {
                    storev(sums[r][v], v, scores + r * pitch + t);
                }
            }
        }
        float totals[SCORE_ROWS];
        for (int r = 0; r < SCORE_ROWS; r++) {
            totals[r] = softmax_row(scores + r * pitch, count, pitch);
        }
        for (int mix = 0; mix < SCORE_ROWS && row + mix < count; mix += MIX_ROWS) {
            for (int column = 0; column < HEAD_WIDTH; column += MIXED * VECTOR) {
                floatv sums[MIX_ROWS][MIXED];
#pragma unroll
                for (int r = 0; r < MIX_ROWS; r++) {
#pragma unroll
                    for (int v = 0; v < MIXED; v++) sums[r][v] = (floatv)(0.0f);
                }
                for (int t = 0; t < count; t++) {
                    __global const float *line = value + (size_t)t * stride + column;
                    floatv values[MIXED];
#pragma unroll
                    for (int v = 0; v < MIXED; v++) values[v] = loadv(v, line);
#pragma unroll
                    for (int r = 0; r < MIX_ROWS; r++) {
                        const floatv weight = (floatv)(scores[(mix + r) * pitch + t]);
#pragma unroll
                        for (int v = 0; v < MIXED; v++) {
                            sums[r][v] = fma(weight, values[v], sums[r][v]);
                        }
                    }
                }
#pragma unroll
                for (int r = 0; r < MIX_ROWS; r++) {
                    if (row + mix + r < count) {
                        __global float *result =
                            output + (size_t)(row + mix + r) * output_stride + column;
#pragma unroll
                        for (int v = 0; v < MIXED; v++) {
                            storev(sums[r][v] * totals[mix + r], v, result);
                        }
                    }
                }
            }
        }
    }
}
