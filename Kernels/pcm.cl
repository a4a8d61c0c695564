// pcm: output[i] = (codes[i] - levels[g]) / 32768 - remainders[g] for sample i of segment g
//
// codes, output [samples]; starts [segments + 1]: first sample of each segment; levels, remainders
// [segments]. The quotient is exact, so fused or not the difference is rounded once.
// Work-groups of any size share a segment; the same kernel serves every device.
// Global size: any number of work-items, segments.

__kernel void pcm_f32(
    __global const short *restrict codes, __global const int *restrict starts,
    __global const int *restrict levels, __global const float *restrict remainders,
    __global float *restrict output) {
    const int segment = get_global_id(1);
    const int end = starts[segment + 1];
    const int level = levels[segment];
    const float remainder = remainders[segment];
    for (int i = starts[segment] + get_global_id(0); i < end; i += get_global_size(0)) {
        output[i] = (float)(codes[i] - level) * (1.0f / 32768.0f) - remainder;
    }
}
