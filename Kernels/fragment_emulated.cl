// Fragments for any device: a unit's places in the lanes, computed in OpenCL C through local memory.
//
// Each warp has EXCHANGE_FLOATS of `exchange`: operands lie there in the order of LEFT_PLACE and RIGHT_PLACE. Every
// function has barriers: all work-items of a work-group must call it together.
// Requires fragment.cl and the unit's file. Empty without EMULATED, so that the same text compiles for the unit.

#ifdef EMULATED
#define EXCHANGE_ARGUMENT , __local float *exchange
#define EXCHANGE , exchange
#define EXCHANGE_FLOATS (2 * TILE_HALVES)
#define OPERAND_HALVES ((int)sizeof(left_t) / 2)  // in one lane, of either operand
// Whether this lane's operand is its own: else a lane before it has the same (RIGHT_LANE).
#define HAS_OWN_OPERAND (RIGHT_LANE == LANE)
typedef union { left_t all; ushort halves[OPERAND_HALVES]; } left_parts;
typedef union { right_t all; ushort halves[OPERAND_HALVES]; } right_parts;

static void multiply(sums_t *sums, left_t left, right_t right, __local float *exchange) {
    __local float *a = exchange + WARP * EXCHANGE_FLOATS;
    __local float *b = a + TILE_HALVES;
    left_parts l;
    right_parts r;
    l.all = left;
    r.all = right;
    if (HAS_OWN_OPERAND) {
        for (int j = 0; j < OPERAND_HALVES; j++) {
            a[LANE * OPERAND_HALVES + j] = half_value(l.halves[j]);
            b[LANE * OPERAND_HALVES + j] = half_value(r.halves[j]);
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int i = 0; i < SUMS; i++) {
        float sum = sums->v[i];
        for (int k = 0; k < 16; k++) {
            sum = fma(a[LEFT_PLACE(SUM_ROW(i), k)], b[RIGHT_PLACE(k, SUM_COLUMN(i))], sum);
        }
        sums->v[i] = sum;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
}

static left_t left_of(const sums_t *sums, __local float *exchange) {
    __local float *a = exchange + WARP * EXCHANGE_FLOATS;
    left_parts l;
    for (int i = 0; i < SUMS; i++) a[LEFT_PLACE(SUM_ROW(i), SUM_COLUMN(i))] = sums->v[i];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int j = 0; j < OPERAND_HALVES; j++) l.halves[j] = half_bits(a[RIGHT_LANE * OPERAND_HALVES + j]);
    barrier(CLK_LOCAL_MEM_FENCE);
    return l.all;
}

static void sums_of(left_t left, sums_t *sums, __local float *exchange) {
    __local float *a = exchange + WARP * EXCHANGE_FLOATS;
    left_parts l;
    l.all = left;
    if (HAS_OWN_OPERAND) {
        for (int j = 0; j < OPERAND_HALVES; j++) a[LANE * OPERAND_HALVES + j] = half_value(l.halves[j]);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int i = 0; i < SUMS; i++) sums->v[i] += a[LEFT_PLACE(SUM_ROW(i), SUM_COLUMN(i))];
    barrier(CLK_LOCAL_MEM_FENCE);
}

static float across(float x, bool is_max, __local float *exchange) {
#if ACROSS_NEAREST < ACROSS_END
    __local float *a = exchange + WARP * EXCHANGE_FLOATS;
    int distance = ACROSS_NEAREST;
    do {  // common.cl says why no for
        a[LANE] = x;
        barrier(CLK_LOCAL_MEM_FENCE);
        const float other = a[LANE ^ distance];
        x = is_max ? fmax(x, other) : x + other;
        barrier(CLK_LOCAL_MEM_FENCE);
        distance *= 2;
    } while (distance < ACROSS_END);
#endif
    return x;
}
#endif
