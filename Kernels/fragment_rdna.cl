// Fragments for AMD's RDNA 3 and 4: v_wmma_f32_16x16x16_f16, waves of 32.
//
// The hardware computes the transposed product (operands swapped): a lane then has sums of one row. On RDNA 3 both
// halves of a wave hold every operand, and a lane has every second sum of its row: lane ^ 16 has those between. On RDNA
// 4 each half of a wave has half of the k and half of the sums, eight in a row, so that sums become the next product's
// left operand without leaving the lane. Which eight k the hardware reads in which half of a wave does not matter: it
// is the same for both operands.
// Requires fragment.cl.

#define SLOTS 1
#define SUM_ROW(i) (LANE % 16)
#define SUM_SLOT(i) 0
#ifdef UNIT_RDNA3
typedef ushort16 left_t;  // all 16 k of a row, the same in both halves of the wave
typedef ushort16 right_t;
#define SUM_COLUMN(i) ((i) * 2 + LANE / 16)
#define RIGHT_PLACE(k, n) ((n) * 16 + (k))
#define LEFT_PLACE(m, k) ((m) * 16 + (k))
#define RIGHT_LANE (LANE % 16)  // lanes 16 to 31 read what lanes 0 to 15 read
#else
typedef ushort8 left_t;
typedef ushort8 right_t;
#define SUM_COLUMN(i) (LANE / 16 * 8 + (i))
#define RIGHT_PLACE(k, n) (((k) / 8 * 16 + (n)) * 8 + (k) % 8)
#define LEFT_PLACE(m, k) (((k) / 8 * 16 + (m)) * 8 + (k) % 8)
#define RIGHT_LANE LANE
#endif
#define ACROSS_NEAREST 16  // lanes 16 apart have a row
#define ACROSS_END 32

#ifndef EMULATED
#define EXCHANGE_ARGUMENT
#define EXCHANGE

#ifdef UNIT_RDNA3
#define WMMA(right, left, sums) __builtin_amdgcn_wmma_f32_16x16x16_f16_w32(as_half16(right), as_half16(left), sums)
#else
#define WMMA(right, left, sums) __builtin_amdgcn_wmma_f32_16x16x16_f16_w32_gfx12(as_half8(right), as_half8(left), sums)
#endif

typedef float v8f __attribute__((ext_vector_type(8)));
INLINED void multiply(sums_t *s, left_t left, right_t right) {
    v8f c = {s->v[0], s->v[1], s->v[2], s->v[3], s->v[4], s->v[5], s->v[6], s->v[7]};
    c = WMMA(right, left, c);
    for (int i = 0; i < 8; i++) s->v[i] = c[i];
}

// x of lane ^ 16.
INLINED uint opposite(uint x) {
    return __builtin_amdgcn_permlanex16(x, x, 0x76543210, 0xfedcba98, false, false);
}

#ifdef UNIT_RDNA3
INLINED left_t left_of(const sums_t *s) {
    ushort16 left;
    for (int i = 0; i < 8; i += 2) {
        const ushort2 mine = (ushort2)(half_bits(s->v[i]), half_bits(s->v[i + 1]));
        const ushort2 other = as_ushort2(opposite(as_uint(mine)));
        const ushort2 even = LANE < 16 ? mine : other;
        const ushort2 odd = LANE < 16 ? other : mine;
        left[2 * i] = even.x, left[2 * i + 1] = odd.x;
        left[2 * i + 2] = even.y, left[2 * i + 3] = odd.y;
    }
    return left;
}
INLINED void sums_of(left_t left, sums_t *s) {
    for (int i = 0; i < 8; i++) s->v[i] += half_value(LANE < 16 ? left[2 * i] : left[2 * i + 1]);
}
#else
INLINED left_t left_of(const sums_t *s) {
    ushort8 left;
    for (int i = 0; i < 8; i++) left[i] = half_bits(s->v[i]);
    return left;
}
INLINED void sums_of(left_t left, sums_t *s) {
    for (int i = 0; i < 8; i++) s->v[i] += half_value(left[i]);
}
#endif
INLINED float across(float x, bool is_max) {
    const float y = as_float(opposite(as_uint(x)));
    return is_max ? fmax(x, y) : x + y;
}
#endif
