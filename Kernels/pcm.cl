// pcm: output[i] = (codes[i] - levels[g]) / 32768 - remainders[g] for sample i of segment g
//
// codes, output [samples]; starts [segments + 1]: first sample of each segment; levels, remainders
// [segments]. The quotient is exact, so fused or not the difference is rounded once.
// Work-groups of any size share a segment, four samples at a time; the same kernel serves every device.
// Global size: any number of work-items, segments.

__kernel void pcm_f32(
    __global const short *restrict codes, __global const int *restrict starts,
    __global const int *restrict levels, __global const float *restrict remainders,
    __global float *restrict output) {
    const int segment = get_global_id(1);
    const int first = starts[segment];
    const int count = starts[segment + 1] - first;
    const int level = levels[segment];
    const float remainder = remainders[segment];
    for (int i = 4 * get_global_id(0); i < count; i += 4 * get_global_size(0)) {
        if (i + 4 <= count) {
            const int4 steps = convert_int4(vload4(0, codes + first + i)) - level;
            vstore4(convert_float4(steps) * (1.0f / 32768.0f) - remainder, 0, output + first + i);
        } else {
            for (int j = first + i; j < first + count; j++) {
                output[j] = (float)(codes[j] - level) * (1.0f / 32768.0f) - remainder;
            }
        }
    }
}
