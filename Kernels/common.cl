// What every kernel shares: vectors of the device's width, and single-precision exp, log and GELU
// that are the same on every device.
//
// The polynomials are minimax fits (Lawson's algorithm, in double); the error beside each is the
// largest one after rounding to float. No function here depends on what its neighbours compute.
//
// Two rules for kernels with barriers; with them pocl compiles each kernel in about 2 s. First: a loop around a barrier
// is a `do` loop. A `for` loop may run zero times, which is a branch around the barrier, and pocl copies all the code
// behind it for each side of a branch. Second: unrolled code has no branches, except those that all elements share.
// Read and store elements again instead of leaving them out, and choose by `?:`. With a few hundred branches pocl did
// not end.

#ifndef VECTOR
#define VECTOR 16  // floats in a vector: the device's native width
#endif

// Vectors wider than the processor's are allowed: nothing here is called from other code.
#ifdef __clang__
#pragma clang diagnostic ignored "-Wpsabi"
#endif

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

#define floatv JOIN(float, VECTOR)
#define intv JOIN(int, VECTOR)

#ifndef INLINED
#define INLINED __attribute__((always_inline)) static inline  // as calls, half of the speed goes
#endif

// loadv and storev are vload and vstore. Where the compiler is Clang they are said as a vector that may stand
// wherever a float may: pocl takes vload16 and vstore16 apart into pieces of 8 to 32 bytes.
#ifdef __clang__
typedef floatv loosev __attribute__((aligned(4)));
#define DEFINE_ACCESS(SPACE)                                                           \
    INLINED __attribute__((overloadable)) floatv loadv(                                \
        size_t index, SPACE const float *p) {                                          \
        return ((SPACE const loosev *)p)[index];                                       \
    }                                                                                  \
    INLINED __attribute__((overloadable)) void storev(                                 \
        floatv value, size_t index, SPACE float *p) {                                  \
        ((SPACE loosev *)p)[index] = value;                                            \
    }
DEFINE_ACCESS(__global)
DEFINE_ACCESS(__local)
DEFINE_ACCESS(__private)
#else
#define loadv JOIN(vload, VECTOR)
#define storev JOIN(vstore, VECTOR)
#endif

// Prefetches the line of a global address into the first cache (LOCALITY 3) or the second (2). Any address is allowed.
// prefetch() itself does nothing in pocl.
#ifdef __clang__
#define prefetch_line(address, LOCALITY) __builtin_prefetch((__global const char *)(address), 0, LOCALITY)
#else
#define prefetch_line(address, LOCALITY) prefetch(address, 1)
#endif

// Tensors lie in memory as STORED, float or half, and are computed with in float. Addresses of four
// elements are aligned to them. Half needs no cl_khr_fp16: nothing is computed in it.
#ifdef STORED_HALF
#define STORED half
#define BITS ushort
// Four halves come and go as their bits, 8 bytes at once. Of vloada_half4 on global memory libclc makes four loads
// of two bytes; of vstorea_half4_rte, which it rounds in integers, a hundred instructions: Clang for GPUs has one
// that rounds to nearest, ties to even. pocl rounds four at a time without a branch, a single one with six.
#if (defined(__NVPTX__) || defined(__AMDGCN__)) && defined(__has_builtin)
#if __has_builtin(__builtin_store_halff)
#define ROUNDS_HALVES
#endif
#endif
INLINED float4 values_of(ushort4 bits) { return vloada_half4(0, (__private const half *)&bits); }
INLINED ushort4 bits_of(float4 value) {
    ushort4 bits;
    __private half *halves = (__private half *)&bits;
#ifdef ROUNDS_HALVES
    __builtin_store_halff(value.x, halves);
    __builtin_store_halff(value.y, halves + 1);
    __builtin_store_halff(value.z, halves + 2);
    __builtin_store_halff(value.w, halves + 3);
#else
    vstorea_half4_rte(value, 0, halves);
#endif
    return bits;
}
#define load_1(address) vload_half(0, address)
#define load_4(address) values_of(*(__global const ushort4 *)(address))
#define store_1(value, address) (*(__global ushort *)(address) = bits_of((float4)(value)).x)
#define store_4(value, address) (*(__global ushort4 *)(address) = bits_of(value))
#else
#define STORED float
#define load_1(address) (*(address))
#define load_4(address) (*(__global const float4 *)(address))
#define store_1(value, address) (*(address) = (value))
#define store_4(value, address) (*(__global float4 *)(address) = (value))
#define BITS float
#define bits_of(value) (value)
#endif

// Adding 1.5 * 2^23 to a float of less than 2^22 rounds it to an integer, which then stands in its
// lowest bits. On vectors this is one instruction everywhere, unlike the built-in conversions, which
// some implementations do element by element; likewise `?:` instead of min, max and select.
#define ROUNDER 12582912.0f

// Each of these defines NAME for one type: F the float type, I the int type of the same width.
#define DEFINE_EXP(NAME, F, I)                                                         \
    /* e^x for x <= 88, within 2 ulp; below -87 it is e^-87, about 1e-38. */           \
    static inline F NAME(F x) {                                                        \
        x = x < -87.0f ? (F)(-87.0f) : x;                                              \
        F rounded = fma(x, (F)(1.44269504f), (F)(ROUNDER));                            \
        F n = rounded - ROUNDER;                                                       \
        F r = fma(n, (F)(-0.693359375f), x);                                           \
        r = fma(n, (F)(2.12194440e-4f), r);                                            \
        F p = (F)(1.38146104e-3f);                                                     \
        p = fma(p, r, (F)(8.36871006e-3f));                                            \
        p = fma(p, r, (F)(4.1668389e-2f));                                             \
        p = fma(p, r, (F)(0.16666521f));                                               \
        p = fma(p, r, (F)(0.49999994f));                                               \
        p = fma(p * r, r, r) + 1.0f;                                                   \
        return p * JOIN(as_, F)((JOIN(as_, I)(rounded) << 23) + 0x3f800000);           \
    }

#define DEFINE_LOG(NAME, F, I)                                                         \
    /* ln x for normal x > 0, within 2 ulp of 1 or of the result. */                   \
    static inline F NAME(F x) {                                                        \
        I bits = JOIN(as_, I)(x) - 0x3f3504f3; /* sqrt(1/2) */                         \
        F n = JOIN(as_, F)((bits >> 23) + 0x4b400000) - ROUNDER;                       \
        F f = JOIN(as_, F)((bits & 0x007fffff) + 0x3f3504f3) - 1.0f;                   \
        F p = (F)(6.74660131e-2f);                                                     \
        p = fma(p, f, (F)(-0.11675641f));                                              \
        p = fma(p, f, (F)(0.11888175f));                                               \
        p = fma(p, f, (F)(-0.12405591f));                                              \
        p = fma(p, f, (F)(0.14219551f));                                               \
        p = fma(p, f, (F)(-0.16667996f));                                              \
        p = fma(p, f, (F)(0.20002119f));                                               \
        p = fma(p, f, (F)(-0.25000009f));                                              \
        p = fma(p, f, (F)(0.33333313f));                                               \
        F square = f * f;                                                              \
        p = fma(p * f, square, n * -2.12194440e-4f);                                   \
        p = fma((F)(-0.5f), square, p) + f;                                            \
        return fma(n, (F)(0.693359375f), p);                                           \
    }

// GELU is x * Phi(x), absolute error at most 1.5e-7 * |x|; 0 and x far out. Phi(x) = 1/2 + x p(x^2) for
// |x| <= 5.4; beyond, p leaves the range on the right side. p is in powers of x^2 - GELU_CENTRE, which keeps its
// terms small, the highest first.
#define GELU_CENTRE 14.58f
#define GELU_TERMS 15
__constant float gelu_terms[GELU_TERMS] = {
    2.00277149e-20f, -7.64365673e-19f, 9.4816615e-18f, -1.87457122e-16f, 8.42903953e-15f,
    -2.2555384e-13f, 4.72629585e-12f, -9.96979014e-11f, 2.04507897e-9f, -3.90777777e-8f,
    7.10721416e-7f, -1.26499547e-5f, 2.28151345e-4f, -4.4806622e-3f, 0.130928113f};

// Replaces x[0] to x[COUNT - 1] by their GELU. Several at a time hide each other's latency.
#define DEFINE_GELU(NAME, F, COUNT)                                                    \
    INLINED void NAME(F x[COUNT]) {                                                    \
        F u[COUNT], p[COUNT];                                                          \
        _Pragma("unroll") for (int i = 0; i < COUNT; i++) {                            \
            u[i] = fma(x[i], x[i], (F)(-GELU_CENTRE));                                 \
            p[i] = (F)(gelu_terms[0]);                                                 \
        }                                                                              \
        _Pragma("unroll") for (int term = 1; term < GELU_TERMS; term++) {              \
            _Pragma("unroll") for (int i = 0; i < COUNT; i++) {                        \
                p[i] = fma(p[i], u[i], (F)(gelu_terms[term]));                         \
            }                                                                          \
        }                                                                              \
        _Pragma("unroll") for (int i = 0; i < COUNT; i++) {                            \
            F phi = fma(x[i], p[i], (F)(0.5f));                                        \
            phi = phi > 0.0f ? phi : (F)(0.0f);                                        \
            phi = phi < 1.0f ? phi : (F)(1.0f);                                        \
            x[i] *= phi;                                                               \
        }                                                                              \
    }

DEFINE_EXP(exp_v, floatv, intv)
DEFINE_EXP(exp_s, float, int)
DEFINE_GELU(gelu_s, float, 1)
DEFINE_GELU(gelu_4, float4, 1)

// The sum and the largest of a vector's elements, always in the same order.
#if VECTOR == 16
static inline float sum_v(float16 x) {
    float8 a = x.lo + x.hi;
    float4 b = a.lo + a.hi;
    return (b.x + b.z) + (b.y + b.w);
}
static inline float max_v(float16 x) {
    float8 a = x.lo > x.hi ? x.lo : x.hi;
    float4 b = a.lo > a.hi ? a.lo : a.hi;
    return max(max(b.x, b.z), max(b.y, b.w));
}
#elif VECTOR == 8
static inline float sum_v(float8 x) {
    float4 b = x.lo + x.hi;
    return (b.x + b.z) + (b.y + b.w);
}
static inline float max_v(float8 x) {
    float4 b = x.lo > x.hi ? x.lo : x.hi;
    return max(max(b.x, b.z), max(b.y, b.w));
}
#else
static inline float sum_v(float4 x) { return (x.x + x.z) + (x.y + x.w); }
static inline float max_v(float4 x) { return max(max(x.x, x.z), max(x.y, x.w)); }
#endif

// Transposes N vectors of N elements. Every pass interleaves row i with row i + N / 2, which moves
// the index of the row by one bit into that of the column.
#define DEFINE_TRANSPOSE(NAME, F, N)                                                   \
    static inline void NAME(F rows[N]) {                                               \
        _Pragma("unroll") for (int bit = 1; bit < N; bit *= 2) {                       \
            F next[N];                                                                 \
            _Pragma("unroll") for (int i = 0; i < N / 2; i++) {                        \
                next[2 * i].even = rows[i].lo;                                         \
                next[2 * i].odd = rows[i + N / 2].lo;                                  \
                next[2 * i + 1].even = rows[i].hi;                                     \
                next[2 * i + 1].odd = rows[i + N / 2].hi;                              \
            }                                                                          \
            _Pragma("unroll") for (int i = 0; i < N; i++) rows[i] = next[i];           \
        }                                                                              \
    }

DEFINE_TRANSPOSE(transpose_v, floatv, VECTOR)
