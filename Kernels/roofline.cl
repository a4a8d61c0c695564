// roofline: what the device can do at most, for benchmarks to be held against.
//
// fma_peak: fused multiply-adds in registers alone; `steps` times PEAK_SUMS vectors a work-item.
//   output [work-items].
// copy: output[i] = input[i] for vectors of VECTOR floats; one work-item a vector.
// Requires common.cl.

#ifndef PEAK_SUMS
#define PEAK_SUMS 24  // independent sums: enough to hide the latency of an fma
#endif

__kernel void fma_peak_f32(__global float *restrict output, float factor, float term, int steps) {
    floatv sums[PEAK_SUMS];
#pragma unroll
    for (int i = 0; i < PEAK_SUMS; i++) sums[i] = (floatv)(i);
    for (int step = 0; step < steps; step++) {
#pragma unroll
        for (int i = 0; i < PEAK_SUMS; i++) {
            sums[i] = fma(sums[i], (floatv)(factor), (floatv)(term));
        }
    }
    floatv total = sums[0];
#pragma unroll
    for (int i = 1; i < PEAK_SUMS; i++) total += sums[i];
    output[get_global_id(0)] = sum_v(total);
}

__kernel void copy_f32(__global const float *restrict input, __global float *restrict output) {
    storev(loadv(get_global_id(0), input), get_global_id(0), output);
}
