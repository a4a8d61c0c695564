// stft: samples to patches. Window, Fourier transform, magnitude, logarithm and normalisation in
// one kernel, for windows of any length.
//   s = (ln(|X| + 1e-9) + 5.874158) / 10.446348
//
// samples: packed signals, mean removed.
// blocks [..][6]: 16 frames of one segment each: index of the first sample; frames that exist (1 to
//   16); row of the patch in band 0; rows between bands; row of the CLS token in band 0 if this is
//   the segment's first block, else -1; number of the segment. A launch takes those from first_block.
// window [window_length]. patches: row t is the 32 x 16 patch (frequency-major) of token t.
// A window of even length n is transformed as n / 2 complex values and split, split [n / 2 + 1]:
// exp(-2 pi i k / n); an odd one as n complex values. Where the transform's length `period` has a
// large prime factor it is a convolution of `length` >= 2 period - 1 (Bluestein): chirp [period],
// filter [length]; else length = period.
// Requires common.cl and, for CPU devices, fft.cl and slots.cl, for GPUs, butterfly.cl and fft_group.cl.

#define BAND_WIDTH 32
#define PATCH_LENGTH 16
#define PATCH_SIZE (BAND_WIDTH * PATCH_LENGTH)
#define BLOCK_FIELDS 6

#ifdef FAMILY_SIMD
// twiddles [length], radices [radix_count].
#define STFT_ARGUMENTS                                                                            \
    __global const float *restrict samples, __global const int *restrict blocks,                  \
        __global const float *restrict window, __global const float2 *restrict twiddles,          \
        __global const int *restrict radices, __global const float2 *restrict split,              \
        __global const float2 *restrict chirp, __global const float2 *restrict filter,            \
        __global float *restrict patches, SCRATCH REAL *restrict scratch, int first_block,        \
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

// The transform of what stands in a: chirp, convolve, chirp if it is a convolution.
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

    __global const int *block = blocks + (first_block + get_global_id(0)) * BLOCK_FIELDS;
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
// For GPUs: a work-group takes a block, FRAMES frames of it at a time, as fft_group.cl has them. What follows from the
// window is known when the program is compiled: WINDOW samples, HOP, PERIOD, IS_CONVOLUTION and what fft_group.cl
// takes.
//
// places [PERIOD / 2 + 1]: of frequency k and, where the window is even, of PERIOD - k; not used where the
// transform is a convolution. Samples are float, or with FROM_CODES those of 16 bits that pcm.cl has, of segments
// with levels and remainders. Patches are as STORED. z: LENGTH * PITCH float2 a work-group: local memory, or, where
// that does not hold them, global. Global size: any number of work-groups of PATCH_GROUP items, no more than
// blocks; each goes on by their number.

#define BIN_COUNT (WINDOW / 2 + 1)
#define BAND_COUNT ((BIN_COUNT + BAND_WIDTH - 1) / BAND_WIDTH)
#define PADDING (BAND_COUNT * BAND_WIDTH - BIN_COUNT)  // rows of the last band that no bin fills

DEFINE_LOG(log_r, float, int)

struct frame_input {
#ifdef FROM_CODES
    __global const short *samples;  // of the first frame
    int level;
    float remainder;
#else
    __global const float *samples;
#endif
    int last;  // the last frame that exists: what lies beyond repeats it
    __global const float *window;
    __global const float2 *chirp;
};

static inline float sample(const frame_input *input, int index) {
#ifdef FROM_CODES
    // The difference is below 2^22: its bits behind those of ROUNDER are ROUNDER + difference.
    const int code = (int)input->samples[index] - input->level;
    return (as_float(code + as_int(ROUNDER)) - ROUNDER) * (1.0f / 32768.0f) - input->remainder;
#else
    return input->samples[index];
#endif
}

static inline float2 input_value(const frame_input *input, int frame, int place) {
    if (IS_CONVOLUTION && place >= PERIOD) return (float2)(0.0f);
    const int start = min(frame, input->last) * HOP;
    float2 value;
    if (WINDOW % 2 == 0) {
        value.x = sample(input, start + 2 * place) * input->window[2 * place];
        value.y = sample(input, start + 2 * place + 1) * input->window[2 * place + 1];
    } else {
        value.x = sample(input, start + place) * input->window[place];
        value.y = 0.0f;
    }
    return IS_CONVOLUTION ? times(value, input->chirp[place]) : value;
}

// Frequency k of a frame's transform, which lies at `place`.
static inline float2 frequency(
    SCRATCH const float2 *z, __global const float2 *restrict chirp, int frame, int k, int place) {
    if (!IS_CONVOLUTION) return z[place * PITCH + frame];
    return times(conjugate(z[k * PITCH + frame]), chirp[k]);
}

static inline float normalised(float2 x) {
    const float magnitude = sqrt(fma(x.x, x.x, x.y * x.y));
    return (log_r(magnitude + 1e-9f) + 5.874158f) * (1.0f / 10.446348f);
}

// Element of the patches, frame 0 of its row: the last band is padded in front.
static inline size_t element(int bin, int token, int band_stride) {
    const int band = bin / BAND_WIDTH;
    const int row = bin % BAND_WIDTH + (band == BAND_COUNT - 1 ? PADDING : 0);
    return (size_t)(token + band * band_stride) * PATCH_SIZE + row * PATCH_LENGTH;
}

// Bins of FRAMES frames, from `first` on, to their rows. An even window's samples were transformed as complex
// values z, the even ones real, the odd ones imaginary: with even = (z[k] + z*[h-k]) / 2, odd = -i w^k (z[k] -
// z*[h-k]) / 2 and h = PERIOD, bin k is even + odd, bin h - k the conjugate of even - odd.
static inline void write_bins(
    SCRATCH const float2 *z, __global const int2 *restrict places, __global const float2 *restrict split,
    __global const float2 *restrict chirp, __global STORED *restrict patches, int first, int frame_count, int token,
    int band_stride) {
    for (int i = get_local_id(0); i < (PERIOD / 2 + 1) * FRAMES; i += PATCH_GROUP) {
        const int frame = i % FRAMES;
        const int k = i / FRAMES;
        const bool exists = first + frame < frame_count;
        const int2 place = IS_CONVOLUTION ? (int2)(0) : places[k];
        const float2 a = frequency(z, chirp, frame, k, place.x);
        __global STORED *target = patches + first + frame;
        if (WINDOW % 2 == 0) {
            const float2 b = conjugate(frequency(z, chirp, frame, k == 0 ? 0 : PERIOD - k, place.y));
            const float2 even = (a + b) * 0.5f;
            const float2 odd = times(turned(a - b) * 0.5f, split[k]);
            store_1(exists ? normalised(even + odd) : 0.0f, target + element(k, token, band_stride));
            store_1(exists ? normalised(even - odd) : 0.0f, target + element(PERIOD - k, token, band_stride));
        } else {
            store_1(exists ? normalised(a) : 0.0f, target + element(k, token, band_stride));
        }
    }
}

// Zeros for what no bin fills: frames from `first` on, the front of the last band's patch, CLS tokens.
static inline void write_zeros(
    __global STORED *restrict patches, int first, int token, int band_stride, int cls_token) {
    const int item = get_local_id(0);
    for (int i = item; i < BIN_COUNT * PATCH_LENGTH && first < PATCH_LENGTH; i += PATCH_GROUP) {
        const size_t row = element(i / PATCH_LENGTH, token, band_stride);
        if (i % PATCH_LENGTH >= first) store_1(0.0f, patches + row + i % PATCH_LENGTH);
    }
    const size_t last = (size_t)(token + (BAND_COUNT - 1) * band_stride) * PATCH_SIZE;
    for (int i = item; i < PADDING * PATCH_LENGTH; i += PATCH_GROUP) store_1(0.0f, patches + last + i);
    for (int i = item; i < BAND_COUNT * PATCH_SIZE && cls_token >= 0; i += PATCH_GROUP) {
        const size_t cls = (size_t)(cls_token + i / PATCH_SIZE * band_stride) * PATCH_SIZE;
        store_1(0.0f, patches + cls + i % PATCH_SIZE);
    }
}

__kernel __attribute__((reqd_work_group_size(PATCH_GROUP, 1, 1)))
void stft_simt_f32(
#ifdef FROM_CODES
    __global const short *restrict samples, __global const int *restrict levels,
    __global const float *restrict remainders,
#else
    __global const float *restrict samples,
#endif
    __global const int *restrict blocks, __global const float *restrict window,
    __global const float2 *restrict twiddles, __global const float2 *restrict roots,
    __global const int2 *restrict places, __global const float2 *restrict split,
    __global const float2 *restrict chirp, __global const float2 *restrict filter,
    __global STORED *restrict patches, SCRATCH float2 *restrict scratch, int first_block, int block_count) {
    SCRATCH float2 *z = scratch + SCRATCH_OFFSET(LENGTH * PITCH);
    int number = get_group_id(0);
    do {  // a work-group has blocks, a block frames; common.cl says why no for
        __global const int *block = blocks + (first_block + number) * BLOCK_FIELDS;
        const int frame_count = block[1], token = block[2], band_stride = block[3];
        frame_input input;
        input.window = window;
        input.chirp = chirp;
#ifdef FROM_CODES
        input.level = levels[block[5]];
        input.remainder = remainders[block[5]];
#endif
        int first = 0;
        do {
            input.samples = samples + block[0] + first * HOP;
            input.last = frame_count - 1 - first;
#if IS_CONVOLUTION
            convolution(z, &input, twiddles, roots, filter);
#else
            transform(z, &input, twiddles, roots);
#endif
            write_bins(z, places, split, chirp, patches, first, frame_count, token, band_stride);
            SYNC;
            first += FRAMES;
        } while (first < frame_count);
        write_zeros(patches, first, token, band_stride, block[4]);
        number += get_num_groups(0);
    } while (number < block_count);
}
#endif
