// A complex Fourier transform of several frames side by side, mixed radix, in place, by a work-group: the inner
// part of stft.cl on GPUs.
//
// Value p (re, im) of frame f lies at z[p * PITCH + f]. What a pass does is known when the program is compiled: LENGTH
// values a frame, PASSES passes, of radix RADIX_0, RADIX_1, ...: 2, 3, 4, 5, 8 or a prime of 7 to 31; their product is
// LENGTH. FRAMES frames, a power of two; PATCH_GROUP work-items; SCRATCH, the address space of z, and FENCE, its
// barriers'.
//
// Before pass i stand sub-transforms of SIZE_i values each; it makes RADIX_i of SIZE_i / RADIX_i of each, in place
// (decimation in frequency), so that what goes in in order comes out with the digits of its places reversed: frequency
// k0 + RADIX_0 (k1 + RADIX_1 (k2 ...)) at place k0 SIZE_1 + k1 SIZE_2 + ... The passes back, in the other order, take
// that and give what is in order (decimation in time).
//
// twiddles [LENGTH - 1]: for each pass [RADIX - 1][SIZE / RADIX] exp(-2 pi i j q / SIZE), j from 1; those of the
// passes before it are LENGTH - SIZE. roots: for each pass with a prime above 5, [RADIX / 2][RADIX / 2] cos and sin
// of 2 pi j k / RADIX, j and k from 1. Requires common.cl and butterfly.cl.

#ifndef PATCH_GROUP
#define PATCH_GROUP 256  // work-items of a work-group
#endif
#ifndef FRAMES
#define FRAMES 16  // frames that are transformed side by side
#endif
// Half of a warp reads and writes neighbours. With 16 frames a float2 more lets items that have the same frame, at
// places that follow each other, differ in banks, too.
#define PITCH (FRAMES == 16 ? 17 : FRAMES)
#define SYNC barrier(FENCE)

#define RADIX_LIMIT 31  // the largest prime
#define IS_PRIME(RADIX) ((RADIX) == 7 || (RADIX) > 8)
#define ROOTS_OF(RADIX) (IS_PRIME(RADIX) ? ((RADIX) / 2) * ((RADIX) / 2) : 0)

// Passes that there are not have radix 1.
#ifndef RADIX_1
#define RADIX_1 1
#endif
#ifndef RADIX_2
#define RADIX_2 1
#endif
#ifndef RADIX_3
#define RADIX_3 1
#endif
#ifndef RADIX_4
#define RADIX_4 1
#endif
#ifndef RADIX_5
#define RADIX_5 1
#endif
#ifndef RADIX_6
#define RADIX_6 1
#endif
#ifndef RADIX_7
#define RADIX_7 1
#endif
#ifndef RADIX_8
#define RADIX_8 1
#endif
#ifndef RADIX_9
#define RADIX_9 1
#endif
#ifndef RADIX_10
#define RADIX_10 1
#endif
#ifndef RADIX_11
#define RADIX_11 1
#endif

#define SIZE_0 LENGTH
#define SIZE_1 (SIZE_0 / RADIX_0)
#define SIZE_2 (SIZE_1 / RADIX_1)
#define SIZE_3 (SIZE_2 / RADIX_2)
#define SIZE_4 (SIZE_3 / RADIX_3)
#define SIZE_5 (SIZE_4 / RADIX_4)
#define SIZE_6 (SIZE_5 / RADIX_5)
#define SIZE_7 (SIZE_6 / RADIX_6)
#define SIZE_8 (SIZE_7 / RADIX_7)
#define SIZE_9 (SIZE_8 / RADIX_8)
#define SIZE_10 (SIZE_9 / RADIX_9)
#define SIZE_11 (SIZE_10 / RADIX_10)

#define ROOTS_0 0
#define ROOTS_1 (ROOTS_0 + ROOTS_OF(RADIX_0))
#define ROOTS_2 (ROOTS_1 + ROOTS_OF(RADIX_1))
#define ROOTS_3 (ROOTS_2 + ROOTS_OF(RADIX_2))
#define ROOTS_4 (ROOTS_3 + ROOTS_OF(RADIX_3))
#define ROOTS_5 (ROOTS_4 + ROOTS_OF(RADIX_4))
#define ROOTS_6 (ROOTS_5 + ROOTS_OF(RADIX_5))
#define ROOTS_7 (ROOTS_6 + ROOTS_OF(RADIX_6))
#define ROOTS_8 (ROOTS_7 + ROOTS_OF(RADIX_7))
#define ROOTS_9 (ROOTS_8 + ROOTS_OF(RADIX_8))
#define ROOTS_10 (ROOTS_9 + ROOTS_OF(RADIX_9))
#define ROOTS_11 (ROOTS_10 + ROOTS_OF(RADIX_10))

// What the first pass takes: `place` of a frame, from where the file behind this one has it.
typedef struct frame_input frame_input;
static float2 input_value(const frame_input *input, int frame, int place);

// Where the values of a pass come from, and on which side of its butterflies the twiddles stand.
#define FROM_INPUT 0
#define IN_FREQUENCY 1
#define IN_TIME 2

// A pass over sub-transforms of `size` values; inlined, with constants for size and kind. Each radix has its own, since
// older compilers keep what is indexed in a loop in memory unless its length is written in it.
//
// Neighbours take the same values of neighbouring frames, or from the input those of one frame that follow each other.
#define PASS_PARAMETERS                                                                                           \
    SCRATCH float2 *z, const frame_input *input, __global const float2 *restrict twiddles,                        \
        __global const float2 *restrict roots, int size, int kind
#define EACH_BUTTERFLY(RADIX)                                                                                     \
    for (int i = get_local_id(0); i < LENGTH / RADIX * FRAMES; i += PATCH_GROUP)
#define PLACE_BUTTERFLY(RADIX)                                                                                    \
    const int span = size / RADIX;                                                                                \
    const bool is_frame_by_frame = kind == FROM_INPUT && FRAMES == 16;                                            \
    const int frame = is_frame_by_frame ? i / (LENGTH / RADIX) : i % FRAMES;                                      \
    const int number = is_frame_by_frame ? i % (LENGTH / RADIX) : i / FRAMES;                                     \
    const int q = number % span;                                                                                  \
    SCRATCH float2 *place = z + (number / span * size + q) * PITCH + frame;                                       \
    __global const float2 *turns = twiddles + (LENGTH - size) + q;
#define SOURCE(J) (kind == FROM_INPUT ? input_value(input, frame, q + (J) * span) : place[(J) * span * PITCH])

#define DEFINE_PASS(RADIX)                                                                                        \
    INLINED void pass_##RADIX(PASS_PARAMETERS) {                                                                  \
        EACH_BUTTERFLY(RADIX) {                                                                                   \
            PLACE_BUTTERFLY(RADIX)                                                                                \
            float2 x[RADIX];                                                                                      \
            _Pragma("unroll") for (int j = 0; j < RADIX; j++) {                                                   \
                x[j] = SOURCE(j);                                                                                 \
                if (kind == IN_TIME && span > 1 && j > 0) x[j] = times(x[j], turns[(j - 1) * span]);              \
            }                                                                                                     \
            butterfly_##RADIX(x);                                                                                 \
            _Pragma("unroll") for (int k = 0; k < RADIX; k++) {                                                   \
                if (kind != IN_TIME && span > 1 && k > 0) x[k] = times(x[k], turns[(k - 1) * span]);              \
                place[k * span * PITCH] = x[k];                                                                   \
            }                                                                                                     \
        }                                                                                                         \
        SYNC;                                                                                                     \
    }

DEFINE_PASS(1)
DEFINE_PASS(2)
DEFINE_PASS(3)
DEFINE_PASS(4)
DEFINE_PASS(5)
DEFINE_PASS(8)

// The same for primes, in frequency alone. Outputs k and RADIX - k share their sums over the pairs j, RADIX - j: a
// work-item holds the sums of all of them while it takes the pairs one after the other.
#define DEFINE_PRIME_PASS(RADIX)                                                                                  \
    INLINED void pass_##RADIX(PASS_PARAMETERS) {                                                                  \
        EACH_BUTTERFLY(RADIX) {                                                                                   \
            PLACE_BUTTERFLY(RADIX)                                                                                \
            const float2 first = SOURCE(0);                                                                       \
            float2 total = first;                                                                                 \
            float2 even[RADIX / 2], odd[RADIX / 2];                                                               \
            _Pragma("unroll") for (int k = 0; k < RADIX / 2; k++) {                                               \
                even[k] = first;                                                                                  \
                odd[k] = (float2)(0.0f);                                                                          \
            }                                                                                                     \
            _Pragma("unroll 1") for (int j = 1; j <= RADIX / 2; j++) {                                            \
                const float2 a = SOURCE(j), b = SOURCE(RADIX - j);                                                \
                const float2 sum = a + b;                                                                         \
                const float2 side = turned(a - b);                                                                \
                total += sum;                                                                                     \
                _Pragma("unroll") for (int k = 0; k < RADIX / 2; k++) {                                           \
                    const float2 root = roots[(j - 1) * (RADIX / 2) + k];                                         \
                    even[k] = fma(sum, (float2)(root.x), even[k]);                                                \
                    odd[k] = fma(side, (float2)(root.y), odd[k]);                                                 \
                }                                                                                                 \
            }                                                                                                     \
            place[0] = total;                                                                                     \
            _Pragma("unroll") for (int k = 0; k < RADIX / 2; k++) {                                               \
                float2 low = even[k] + odd[k], high = even[k] - odd[k];                                           \
                if (span > 1) {                                                                                   \
                    low = times(low, turns[k * span]);                                                            \
                    high = times(high, turns[(RADIX - 2 - k) * span]);                                            \
                }                                                                                                 \
                place[(k + 1) * span * PITCH] = low;                                                              \
                place[(RADIX - 1 - k) * span * PITCH] = high;                                                     \
            }                                                                                                     \
        }                                                                                                         \
        SYNC;                                                                                                     \
    }

DEFINE_PRIME_PASS(7)
DEFINE_PRIME_PASS(11)
DEFINE_PRIME_PASS(13)
DEFINE_PRIME_PASS(17)
DEFINE_PRIME_PASS(19)
DEFINE_PRIME_PASS(23)
DEFINE_PRIME_PASS(29)
DEFINE_PRIME_PASS(31)

// The last pass of a transform, its values by `filter`, and the first pass of the transform back of their conjugates:
// the same work-item has the same places in all three. filter [LENGTH], in the order of places.
#define DEFINE_FILTER_PASS(RADIX)                                                                                 \
    INLINED void filter_pass_##RADIX(SCRATCH float2 *z, __global const float2 *restrict filter) {                 \
        EACH_BUTTERFLY(RADIX) {                                                                                   \
            const int first = i / FRAMES * RADIX;                                                                 \
            SCRATCH float2 *place = z + first * PITCH + i % FRAMES;                                               \
            float2 x[RADIX];                                                                                      \
            _Pragma("unroll") for (int j = 0; j < RADIX; j++) x[j] = place[j * PITCH];                            \
            butterfly_##RADIX(x);                                                                                 \
            _Pragma("unroll") for (int j = 0; j < RADIX; j++) x[j] = conjugate(times(x[j], filter[first + j]));   \
            butterfly_##RADIX(x);                                                                                 \
            _Pragma("unroll") for (int j = 0; j < RADIX; j++) place[j * PITCH] = x[j];                            \
        }                                                                                                         \
        SYNC;                                                                                                     \
    }

DEFINE_FILTER_PASS(2)
DEFINE_FILTER_PASS(3)
DEFINE_FILTER_PASS(4)
DEFINE_FILTER_PASS(5)
DEFINE_FILTER_PASS(8)

#define PASS(I, KIND) JOIN(pass_, RADIX_##I)(z, input, twiddles, roots + ROOTS_##I, SIZE_##I, KIND);
// A pass that there may be.
#define NEXT_PASS(I) if (RADIX_##I > 1) { PASS(I, IN_FREQUENCY) }

// The transform of `input` to z, its frequencies at places with reversed digits.
INLINED void transform(
    SCRATCH float2 *z, const frame_input *input, __global const float2 *restrict twiddles,
    __global const float2 *restrict roots) {
    PASS(0, FROM_INPUT)
    NEXT_PASS(1)
    NEXT_PASS(2)
    NEXT_PASS(3)
    NEXT_PASS(4)
    NEXT_PASS(5)
    NEXT_PASS(6)
    NEXT_PASS(7)
    NEXT_PASS(8)
    NEXT_PASS(9)
    NEXT_PASS(10)
    NEXT_PASS(11)
}

#if IS_CONVOLUTION
// One of all passes but the last, which is filter_pass.
#define INNER_PASS(I, KIND) if (I < PASSES - 1) { PASS(I, KIND) }

// The conjugate of the convolution of `input` with what `filter` is the transform of, divided by LENGTH, to z in
// order. No radix is a prime above 5.
INLINED void convolution(
    SCRATCH float2 *z, const frame_input *input, __global const float2 *restrict twiddles,
    __global const float2 *restrict roots, __global const float2 *restrict filter) {
    INNER_PASS(0, FROM_INPUT)
    INNER_PASS(1, IN_FREQUENCY)
    INNER_PASS(2, IN_FREQUENCY)
    INNER_PASS(3, IN_FREQUENCY)
    INNER_PASS(4, IN_FREQUENCY)
    INNER_PASS(5, IN_FREQUENCY)
    INNER_PASS(6, IN_FREQUENCY)
    INNER_PASS(7, IN_FREQUENCY)
    INNER_PASS(8, IN_FREQUENCY)
    INNER_PASS(9, IN_FREQUENCY)
    INNER_PASS(10, IN_FREQUENCY)
    JOIN(filter_pass_, LAST_RADIX)(z, filter);
    INNER_PASS(10, IN_TIME)
    INNER_PASS(9, IN_TIME)
    INNER_PASS(8, IN_TIME)
    INNER_PASS(7, IN_TIME)
    INNER_PASS(6, IN_TIME)
    INNER_PASS(5, IN_TIME)
    INNER_PASS(4, IN_TIME)
    INNER_PASS(3, IN_TIME)
    INNER_PASS(2, IN_TIME)
    INNER_PASS(1, IN_TIME)
    INNER_PASS(0, IN_TIME)
}
#endif
