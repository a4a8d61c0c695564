// A complex Fourier transform of any length, mixed radix, out of place (Stockham's order): the
// inner part of stft.cl on CPU devices.
//
// REAL is what a work-item computes on: float16, of which each lane is a frame of its own. FIRST and STEP spread a
// loop over a work-group (0 and 1: it is one work-item), SYNC ends a pass. SCRATCH is the address space of the
// data. A signal is two planes: re[length], then im[length]. Twiddles are w[j] = exp(-2 pi i j / length), computed
// in double.

typedef struct {
    REAL re;
    REAL im;
} complex_t;

static inline complex_t times(complex_t a, float2 w) {
    complex_t product;
    product.re = fma(a.re, (REAL)(w.x), -(a.im * w.y));
    product.im = fma(a.re, (REAL)(w.y), a.im * w.x);
    return product;
}

static inline complex_t plus(complex_t a, complex_t b) {
    complex_t sum = {a.re + b.re, a.im + b.im};
    return sum;
}

static inline complex_t minus(complex_t a, complex_t b) {
    complex_t difference = {a.re - b.re, a.im - b.im};
    return difference;
}

// -i a
static inline complex_t turned(complex_t a) {
    complex_t result = {a.im, -a.re};
    return result;
}

static inline complex_t get(SCRATCH const REAL *data, int length, int index) {
    complex_t value = {data[index], data[length + index]};
    return value;
}

static inline void put(SCRATCH REAL *data, int length, int index, complex_t value) {
    data[index] = value.re;
    data[length + index] = value.im;
}

// One pass over `source`: sub-transforms of length `size`, `stride` of them side by side, are split
// by `radix` into `destination`. size * stride = length.
//   destination[t + stride (radix q + k)] =
//       w_size^(q k) * sum_j source[t + stride (q + j size / radix)] w_radix^(j k)
static void fft_pass(
    SCRATCH const REAL *restrict source, SCRATCH REAL *restrict destination,
    __global const float2 *restrict twiddles, int length, int radix, int stride) {
    const int size = length / stride;
    const int quotient = size / radix;
    const int span = stride * quotient;  // distance between the inputs of a butterfly
    for (int i = FIRST; i < span; i += STEP) {
        const int q = i / stride;
        const int t = i % stride;
        const int target = t + stride * radix * q;
        const int turn = q * stride;  // w_size^q = twiddles[turn]
        if (radix == 4) {
            complex_t a = get(source, length, i);
            complex_t b = get(source, length, i + span);
            complex_t c = get(source, length, i + 2 * span);
            complex_t d = get(source, length, i + 3 * span);
            complex_t even = plus(a, c), odd = minus(a, c);
            complex_t sum = plus(b, d), difference = turned(minus(b, d));
            put(destination, length, target, plus(even, sum));
            put(destination, length, target + stride,
                times(plus(odd, difference), twiddles[turn]));
            put(destination, length, target + 2 * stride,
                times(minus(even, sum), twiddles[2 * turn]));
            put(destination, length, target + 3 * stride,
                times(minus(odd, difference), twiddles[3 * turn]));
        } else if (radix == 2) {
            complex_t a = get(source, length, i);
            complex_t b = get(source, length, i + span);
            put(destination, length, target, plus(a, b));
            put(destination, length, target + stride, times(minus(a, b), twiddles[turn]));
        } else if (radix == 3) {
            complex_t a = get(source, length, i);
            complex_t b = get(source, length, i + span);
            complex_t c = get(source, length, i + 2 * span);
            complex_t sum = plus(b, c), difference = turned(minus(b, c));
            complex_t middle = {fma((REAL)(-0.5f), sum.re, a.re), fma((REAL)(-0.5f), sum.im, a.im)};
            complex_t side = {difference.re * 0.866025404f, difference.im * 0.866025404f};
            put(destination, length, target, plus(a, sum));
            put(destination, length, target + stride,
                times(plus(middle, side), twiddles[turn]));
            put(destination, length, target + 2 * stride,
                times(minus(middle, side), twiddles[2 * turn]));
        } else {
            // An odd prime: outputs k and radix - k share their sums over the pairs j, radix - j.
            complex_t first = get(source, length, i);
            complex_t total = first;
            for (int j = 1; j <= radix / 2; j++) {
                total = plus(total, plus(get(source, length, i + j * span),
                                         get(source, length, i + (radix - j) * span)));
            }
            put(destination, length, target, total);
            const int root = length / radix;  // w_radix = twiddles[root]
            for (int k = 1; k <= radix / 2; k++) {
                complex_t even = first;
                complex_t odd = {(REAL)(0.0f), (REAL)(0.0f)};
                int power = 0;  // j k mod radix
                for (int j = 1; j <= radix / 2; j++) {
                    power += k;
                    power -= power >= radix ? radix : 0;
                    complex_t a = get(source, length, i + j * span);
                    complex_t b = get(source, length, i + (radix - j) * span);
                    float2 w = twiddles[power * root];
                    even.re = fma(a.re + b.re, (REAL)(w.x), even.re);
                    even.im = fma(a.im + b.im, (REAL)(w.x), even.im);
                    odd.re = fma(a.im - b.im, (REAL)(-w.y), odd.re);
                    odd.im = fma(a.re - b.re, (REAL)(w.y), odd.im);
                }
                put(destination, length, target + k * stride,
                    times(plus(even, odd), twiddles[k * turn]));
                put(destination, length, target + (radix - k) * stride,
                    times(minus(even, odd), twiddles[(radix - k) * turn]));
            }
        }
    }
    SYNC;
}

// Transforms `a` with `b` as room beside it; returns the one that holds the result.
static SCRATCH REAL *fft(
    SCRATCH REAL *a, SCRATCH REAL *b, __global const float2 *restrict twiddles,
    __global const int *restrict radices, int radix_count, int length) {
    int stride = 1;
    for (int pass = 0; pass < radix_count; pass++) {
        fft_pass(a, b, twiddles, length, radices[pass], stride);
        stride *= radices[pass];
        SCRATCH REAL *swap = a;
        a = b;
        b = swap;
    }
    return a;
}
