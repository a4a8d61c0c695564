// encoder_layer: a whole post-norm transformer layer, for CPU devices.
//   a = softmax(q k^T / sqrt(HEAD_WIDTH)) v;  x = LN1(x + output(a))
//   x = LN2(x + projection(gelu(hidden(x))))
//
// One work-item a work-group takes the sequences that start within its block of `block_tokens` rows through the
// layer: one long sequence or several short ones, which share each read of the weights. Everything between its
// input and its output stays in one slot of scratch, in its core's cache. Global size: blocks.
// input and output [tokens, width]; offsets [sequence_count + 1]; weights as panels (product.cl),
// biases padded to whole panels; norms [width].
// scratch: slot_count slots (slots.cl) of slot_stride floats: row_limit x (max(3 width, hidden_width)
// + 2 width), row_limit >= the rows of any block. keys and scores: local memory as attend.cl says.
// Requires common.cl, product.cl, attend.cl, normalise.cl and slots.cl.

// output[r] = input[r] . weight + bias for `count` rows, through gelu where asked for.
static inline void product_rows(
    __global const float *restrict input, int count, int depth,
    __global const float *restrict panels, __global const float *restrict bias, int column_count,
    bool has_gelu, __global float *restrict output) {
    for (int first = 0; first < column_count; first += PANEL_COLUMNS) {
        product_block(
            input, 0, count, depth, panels + (size_t)first * depth, bias, first, column_count,
            has_gelu, output);
    }
}

// The first of `count` sequences that starts at row `row` or behind it; `count` if none does.
static inline int sequence_from(__global const int *restrict offsets, int count, int row) {
    int low = 0;
    for (int high = count; low < high;) {
        const int middle = (low + high) / 2;
        if (offsets[middle] < row) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

__kernel void encoder_layer_simd_f32(
    __global const float *restrict input, __global const int *restrict offsets,
    __global const float *restrict qkv_panels, __global const float *restrict qkv_bias,
    __global const float *restrict output_panels, __global const float *restrict output_bias,
    __global const float *restrict norm1_weight, __global const float *restrict norm1_bias,
    __global const float *restrict hidden_panels, __global const float *restrict hidden_bias,
    __global const float *restrict projection_panels,
    __global const float *restrict projection_bias, __global const float *restrict norm2_weight,
    __global const float *restrict norm2_bias, __global float *restrict output,
    __global float *restrict scratch, volatile __global int *restrict slots, __local float *restrict keys,
    __local float *restrict scores, int sequence_count, int block_tokens, int width,
    int hidden_width, float scale, float epsilon, int row_limit, int slot_count, int slot_stride) {
    const int block = get_global_id(0);
    const int begin = sequence_from(offsets, sequence_count, block * block_tokens);
    const int end = sequence_from(offsets, sequence_count, (block + 1) * block_tokens);
    const int first = offsets[begin];
    const int count = offsets[end] - first;
    if (count == 0) return;
    const int slot = take_slot(slots, slot_count);
    __global float *wide = scratch + (size_t)slot * slot_stride;
    __global float *mixed = wide + (size_t)row_limit * max(3 * width, hidden_width);
    __global float *middle = mixed + (size_t)row_limit * width;
    __global const float *x = input + (size_t)first * width;
    __global float *result = output + (size_t)first * width;

    product_rows(x, count, width, qkv_panels, qkv_bias, 3 * width, false, wide);
    for (int sequence = begin; sequence < end; sequence++) {
        const int row = offsets[sequence] - first;
        const int length = offsets[sequence + 1] - offsets[sequence];
        for (int column = 0; column < width; column += HEAD_WIDTH) {
            __global const float *query = wide + (size_t)row * 3 * width + column;
            attend(
                query, query + width, query + 2 * width, 3 * width, length, scale, keys, scores,
                mixed + (size_t)row * width + column, width);
        }
    }
    product_rows(mixed, count, width, output_panels, output_bias, width, false, middle);
    for (int row = 0; row < count; row++) {
        __global float *line = middle + (size_t)row * width;
        normalise_row(
            x + (size_t)row * width, line, true, norm1_weight, norm1_bias, line, width, epsilon);
    }
    product_rows(middle, count, width, hidden_panels, hidden_bias, hidden_width, true, wide);
    product_rows(
        wide, count, hidden_width, projection_panels, projection_bias, width, false, mixed);
    for (int row = 0; row < count; row++) {
        const size_t line = (size_t)row * width;
        normalise_row(
            middle + line, mixed + line, true, norm2_weight, norm2_bias, result + line, width,
            epsilon);
    }
    give_slot(slots, slot);
}
