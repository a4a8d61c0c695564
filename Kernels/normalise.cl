// LayerNorm of one row by one work-item: the inner part of layer_norm.cl and encoder_layer.cl on CPU
// devices. ROW_VECTORS, if it is defined, says that every row has that many whole vectors, which
// then stay in registers. Requires common.cl.

// The elements that are normalised: input, plus residual if there is one.
static inline floatv row_elements(
    __global const float *input, __global const float *residual, bool has_residual, int column) {
    floatv value = loadv(0, input + column);
    return has_residual ? value + loadv(0, residual + column) : value;
}

static inline float row_element(
    __global const float *input, __global const float *residual, bool has_residual, int column) {
    return has_residual ? input[column] + residual[column] : input[column];
}

// output[c] = (x[c] - mean(x)) / sqrt(variance(x) + epsilon) * weight[c] + bias[c],
// x = input (+ residual). The variance is taken about the mean, in a second pass. output may be
// input or residual.
static inline void normalise_row(
    __global const float *input, __global const float *residual, bool has_residual,
    __global const float *weight, __global const float *bias, __global float *output,
    int column_count, float epsilon) {
#ifdef ROW_VECTORS
    floatv x[ROW_VECTORS];
    floatv partial[4] = {(floatv)(0.0f), (floatv)(0.0f), (floatv)(0.0f), (floatv)(0.0f)};
#pragma unroll
    for (int v = 0; v < ROW_VECTORS; v++) {
        x[v] = row_elements(input, residual, has_residual, v * VECTOR);
        partial[v % 4] += x[v];
    }
    const float mean =
        sum_v((partial[0] + partial[1]) + (partial[2] + partial[3])) * (1.0f / column_count);
    floatv squares[4] = {(floatv)(0.0f), (floatv)(0.0f), (floatv)(0.0f), (floatv)(0.0f)};
#pragma unroll
    for (int v = 0; v < ROW_VECTORS; v++) {
        x[v] -= mean;
        squares[v % 4] = fma(x[v], x[v], squares[v % 4]);
    }
    const float square = sum_v((squares[0] + squares[1]) + (squares[2] + squares[3]));
    const float factor = 1.0f / sqrt(square / column_count + epsilon);
#pragma unroll
    for (int v = 0; v < ROW_VECTORS; v++) {
        storev(fma(x[v] * factor, loadv(v, weight), loadv(v, bias)), v, output);
    }
#else
    const int whole = column_count / VECTOR * VECTOR;
    floatv sums = (floatv)(0.0f);
    for (int c = 0; c < whole; c += VECTOR) sums += row_elements(input, residual, has_residual, c);
    float sum = sum_v(sums);
    for (int c = whole; c < column_count; c++) sum += row_element(input, residual, has_residual, c);
    const float mean = sum / column_count;

    floatv squares = (floatv)(0.0f);
    for (int c = 0; c < whole; c += VECTOR) {
        floatv centred = row_elements(input, residual, has_residual, c) - mean;
        squares = fma(centred, centred, squares);
    }
    float square = sum_v(squares);
    for (int c = whole; c < column_count; c++) {
        float centred = row_element(input, residual, has_residual, c) - mean;
        square = fma(centred, centred, square);
    }
    const float factor = 1.0f / sqrt(square / column_count + epsilon);

    for (int c = 0; c < whole; c += VECTOR) {
        floatv scaled = (row_elements(input, residual, has_residual, c) - mean) * factor;
        storev(fma(scaled, loadv(0, weight + c), loadv(0, bias + c)), 0, output + c);
    }
    for (int c = whole; c < column_count; c++) {
        float scaled = (row_element(input, residual, has_residual, c) - mean) * factor;
        output[c] = fma(scaled, weight[c], bias[c]);
    }
#endif
}
