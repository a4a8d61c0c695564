// stft: samples to patches. Window, Fourier transform, magnitude, logarithm and normalisation in
// one kernel, for windows of any length.
//   s = (ln(|X| + 1e-9) + 5.874158) / 10.446348
//
// samples: packed signals, mean removed.
// blocks [block_count][5]: 16 frames of one segment each: index of the first sample; frames that
//   exist (1 to 16); row of the patch in band 0; rows between bands; row of the CLS token in band 0
//   where this is the segment's first block, else -1.
// window [window_length]. patches: row t is the 32 x 16 patch (frequency-major) of token t.
// A window of even length n is transformed as n / 2 complex values and split; an odd one as n
// complex values. Where the transform's length `period` has a large prime factor it is a
// convolution of `length` >= 2 period - 1 (Bluestein): chirp [period], filter [length]; else
// length = period. twiddles [length], radices [radix_count]; split [n / 2 + 1]: exp(-2 pi i k / n).
// Requires common.cl, fft.cl and, for CPU devices, slots.cl.

#define BAND_WIDTH 32
#define PATCH_LENGTH 16
#define PATCH_SIZE (BAND_WIDTH * PATCH_LENGTH)
#define BLOCK_FIELDS 5

#define STFT_ARGUMENTS                                                                            \
    __global const float *restrict samples, __global const int *restrict blocks,                  \
        __global const float *restrict window, __global const float2 *restrict twiddles,          \
        __global const int *restrict radices, __global const float2 *restrict split,              \
        __global const float2 *restrict chirp, __global const float2 *restrict filter,            \
        __global float *restrict patches, SCRATCH REAL *restrict scratch, int block_count,        \
        int window_length, int hop, int length, int period, int radix_count

DEFINE_LOG(log_r, REAL, INT)

static inline REAL normalised(complex_t x) {
    REAL magnitude = sqrt(fma(x.re, x.re, x.im * x.im));
    return (log_r(magnitude + 1e-9f) + 5.874158f) * (1.0f / 10.446348f);
}

// Row of the patch of band 0, then element, of bin `bin`: the last band is padded in front.
static inline size_t place(int bin, int bin_count, int token, int band_stride) {
    const int band = bin / BAND_WIDTH;
    const int padding = bin_count <= band * BAND_WIDTH + BAND_WIDTH
        ? (band + 1) * BAND_WIDTH - bin_count : 0;
    return (size_t)(token + band * band_stride) * PATCH_SIZE
        + (bin % BAND_WIDTH + padding) * PATCH_LENGTH;
}

// The transform of what stands in a: chirp, convolve, chirp where it is a convolution.
static SCRATCH REAL *transform(
    SCRATCH REAL *a, SCRATCH REAL *b, __global const float2 *restrict twiddles,
    __global const int *restrict radices, __global const float2 *restrict chirp,
    __global const float2 *restrict filter, int length, int period, int radix_count) {
    if (length == period) return fft(a, b, twiddles, radices, radix_count, length);
    for (int i = FIRST; i < length; i += STEP) {
        complex_t value = {(REAL)(0.0f), (REAL)(0.0f)};
        if (i < period) value = times(get(a, length, i), chirp[i]);
        put(a, length, i, value);
    }
    SYNC;
    SCRATCH REAL *result = fft(a, b, twiddles, radices, radix_count, length);
    SCRATCH REAL *other = result == a ? b : a;
    // The inverse transform is the conjugate of the transform of the conjugate.
    for (int i = FIRST; i < length; i += STEP) {
        complex_t value = times(get(result, length, i), filter[i]);
        value.im = -value.im;
        put(result, length, i, value);
    }
    SYNC;
    result = fft(result, other, twiddles, radices, radix_count, length);
    for (int i = FIRST; i < period; i += STEP) {
        complex_t value = get(result, length, i);
        value.im = -value.im;
        put(result, length, i, times(value, chirp[i]));
    }
    SYNC;
    return result;
}

// Bin k of the real signal whose even and odd samples were transformed as one complex signal z:
// (z[k] + z*[h-k]) / 2 - i w^k (z[k] - z*[h-k]) / 2, h = half its length.
static inline complex_t split_bin(
    SCRATCH const REAL *z, int length, int period, __global const float2 *restrict split, int k) {
    complex_t a = get(z, length, k == period ? 0 : k);
    complex_t b = get(z, length, k == 0 || k == period ? 0 : period - k);
    complex_t even = {(a.re + b.re) * 0.5f, (a.im - b.im) * 0.5f};
    complex_t odd = {(a.im + b.im) * 0.5f, (b.re - a.re) * 0.5f};
    return plus(even, times(odd, split[k]));
}

#ifdef FAMILY_SIMD
DEFINE_TRANSPOSE(transpose_frames, float16, PATCH_LENGTH)

// vload16 as one load, as loadv of common.cl.
#ifdef __clang__
typedef float16 loose16 __attribute__((aligned(4)));
#define load16(address) (*(__global const loose16 *)(address))
#else
#define load16(address) vload16(0, address)
#endif

// Windowed samples `start` to `start` + 15 of 16 frames, a frame a lane, to their places in z: even
// ones to the real plane, odd ones to the other where the window is even, else all to the real one.
// Frames that do not exist repeat the last one.
static inline void load_samples(
    __global const float *restrict frames, __global const float *restrict window, int hop,
    int start, int window_length, int frame_count, __global float16 *restrict z, int length) {
    const int count = min(PATCH_LENGTH, window_length - start);
    float16 rows[PATCH_LENGTH];
    if (count == PATCH_LENGTH) {
        const float16 weights = load16(window + start);
#pragma unroll
        for (int lane = 0; lane < PATCH_LENGTH; lane++) {
            rows[lane] = load16(frames + min(lane, frame_count - 1) * hop + start) * weights;
        }
        transpose_frames(rows);
    } else {
        float elements[PATCH_LENGTH * PATCH_LENGTH];
        for (int i = 0; i < count; i++) {
            for (int lane = 0; lane < PATCH_LENGTH; lane++) {
                elements[i * PATCH_LENGTH + lane] =
                    frames[min(lane, frame_count - 1) * hop + start + i] * window[start + i];
            }
        }
        for (int i = 0; i < count; i++) rows[i] = vload16(i, elements);
    }
    if (window_length % 2 == 0) {
        for (int i = 0; i < count; i += 2) {
            z[(start + i) / 2] = rows[i];
            z[length + (start + i) / 2] = rows[i + 1];
        }
    } else {
        for (int i = 0; i < count; i++) {
            z[start + i] = rows[i];
            z[length + start + i] = (float16)(0.0f);
        }
    }
}

// For CPU devices: one work-item a work-group takes a block of 16 frames, a frame a lane.
// Global size: blocks. scratch: slot_count slots (slots.cl) of 4 * length float16, global.
__kernel void stft_simd_f32(
    STFT_ARGUMENTS, volatile __global int *restrict slots, int slot_count) {
    const int bin_count = window_length / 2 + 1;
    const int band_count = (bin_count + BAND_WIDTH - 1) / BAND_WIDTH;
    const bool is_even = window_length % 2 == 0;
    const int slot = take_slot(slots, slot_count);
    __global float16 *a = scratch + (size_t)slot * 4 * length;
    __global float16 *b = a + 2 * length;

    const int number = get_global_id(0);
    __global const int *block = blocks + number * BLOCK_FIELDS;
    const int frame_count = block[1], token = block[2], band_stride = block[3];
    __global float16 *rows = (__global float16 *)patches;  // a bin of a patch each

    for (int start = 0; start < window_length; start += PATCH_LENGTH) {
        load_samples(
            samples + block[0], window, hop, start, window_length, frame_count, a, length);
    }
    __global float16 *z = transform(
        a, b, twiddles, radices, chirp, filter, length, period, radix_count);

    const int16 lanes = (int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    for (int k = 0; k < bin_count; k++) {
        complex_t x = is_even ? split_bin(z, length, period, split, k) : get(z, length, k);
        float16 value = select((float16)(0.0f), normalised(x), lanes < frame_count);
        rows[place(k, bin_count, token, band_stride) / PATCH_LENGTH] = value;
    }
    // What no bin fills: the front of the last band's patch, and CLS tokens.
    const int padding = band_count * BAND_WIDTH - bin_count;
    const size_t last = (size_t)(token + (band_count - 1) * band_stride) * BAND_WIDTH;
    for (int i = 0; i < padding; i++) rows[last + i] = (float16)(0.0f);
    for (int band = 0; band < band_count && block[4] >= 0; band++) {
        const size_t cls = (size_t)(block[4] + band * band_stride) * BAND_WIDTH;
        for (int i = 0; i < BAND_WIDTH; i++) rows[cls + i] = (float16)(0.0f);
    }
    give_slot(slots, slot);
}
#else
// For GPUs: a work-group takes one frame at a time.
// Global size: any number of work-groups; each goes on by their number.
// scratch: 4 * length floats a work-group: local memory, or global where that does not hold them.
__kernel void stft_simt_f32(STFT_ARGUMENTS) {
    const int bin_count = window_length / 2 + 1;
    const int band_count = (bin_count + BAND_WIDTH - 1) / BAND_WIDTH;
    const bool is_even = window_length % 2 == 0;
    const int parts = is_even ? 2 : 1;
    SCRATCH float *a = scratch + SCRATCH_OFFSET(4 * length);
    SCRATCH float *b = a + 2 * length;

    for (int number = get_group_id(0); number < block_count * PATCH_LENGTH;
         number += get_num_groups(0)) {
        __global const int *block = blocks + number / PATCH_LENGTH * BLOCK_FIELDS;
        const int lane = number % PATCH_LENGTH;
        const int frame_count = block[1], token = block[2], band_stride = block[3];
        const bool exists = lane < frame_count;

        SCRATCH float *z = a;
        if (exists) {
            __global const float *frame = samples + block[0] + lane * hop;
            for (int i = FIRST; i < period; i += STEP) {
                a[i] = frame[i * parts] * window[i * parts];
                a[length + i] = is_even ? frame[2 * i + 1] * window[2 * i + 1] : 0.0f;
            }
            SYNC;
            z = transform(a, b, twiddles, radices, chirp, filter, length, period, radix_count);
        }
        for (int k = FIRST; k < bin_count; k += STEP) {
            float value = 0.0f;
            if (exists) {
                value = normalised(
                    is_even ? split_bin(z, length, period, split, k) : get(z, length, k));
            }
            patches[place(k, bin_count, token, band_stride) + lane] = value;
        }
        // What no bin fills: the front of the last band's patch, and CLS tokens.
        const int padding = band_count * BAND_WIDTH - bin_count;
        const size_t last = (size_t)(token + (band_count - 1) * band_stride) * PATCH_SIZE;
        for (int i = FIRST; i < padding; i += STEP) patches[last + i * PATCH_LENGTH + lane] = 0.0f;
        for (int i = FIRST; i < band_count * BAND_WIDTH && block[4] >= 0; i += STEP) {
            const size_t cls = (size_t)(block[4] + i / BAND_WIDTH * band_stride) * PATCH_SIZE;
            patches[cls + i % BAND_WIDTH * PATCH_LENGTH + lane] = 0.0f;
        }
        SYNC;
    }
}
#endif
