// convert: output[i] = input[i], from float to half (the nearest, ties to even) or from half to float.
//
// input, output [count]. Global size: float4s of count, or more. Any work-group; the same kernels
// serve every device. Requires common.cl with STORED_HALF.

__kernel void convert_f32_f16(
    __global const float *restrict input, __global half *restrict output, int count) {
    const int first = 4 * get_global_id(0);
    if (first + 4 <= count) {
        store_4(*(__global const float4 *)(input + first), output + first);
    } else {
        for (int i = first; i < count; i++) store_1(input[i], output + i);
    }
}

__kernel void convert_f16_f32(
    __global const half *restrict input, __global float *restrict output, int count) {
    const int first = 4 * get_global_id(0);
    if (first + 4 <= count) {
        *(__global float4 *)(output + first) = load_4(input + first);
    } else {
        for (int i = first; i < count; i++) output[i] = load_1(input + i);
    }
}
