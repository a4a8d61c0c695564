// convert: output[i] = input[i], from float to half (the nearest, ties to even) or from half to float.
//
// input, output [count]. Global size: float4s of count, or more. Any work-group; the same kernels
// serve every device.

__kernel void convert_f32_f16(
    __global const float *restrict input, __global half *restrict output, int count) {
    const int first = 4 * get_global_id(0);
    if (first + 4 <= count) {
        vstorea_half4_rte(*(__global const float4 *)(input + first), 0, output + first);
    } else {
        for (int i = first; i < count; i++) vstore_half_rte(input[i], i, output);
    }
}

__kernel void convert_f16_f32(
    __global const half *restrict input, __global float *restrict output, int count) {
    const int first = 4 * get_global_id(0);
    if (first + 4 <= count) {
        *(__global float4 *)(output + first) = vloada_half4(0, input + first);
    } else {
        for (int i = first; i < count; i++) output[i] = vload_half(i, input);
    }
}
