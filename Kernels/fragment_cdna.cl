// Fragments for AMD's CDNA: v_mfma_f32_16x16x16_f16, waves of 64.
//
// The hardware computes the transposed product (operands swapped): a lane then has sums of one row, and sums become the
// next product's left operand without leaving the lane.
// Requires fragment.cl.

typedef ushort4 left_t;
typedef ushort4 right_t;
#define SLOTS 1
#define SUM_ROW(i) (LANE % 16)
#define SUM_COLUMN(i) (LANE / 16 * 4 + (i))
#define SUM_SLOT(i) 0
#define RIGHT_PLACE(k, n) (((k) / 4 * 16 + (n)) * 4 + (k) % 4)
#define LEFT_PLACE(m, k) (((k) / 4 * 16 + (m)) * 4 + (k) % 4)
#define RIGHT_LANE LANE
#define ACROSS_NEAREST 16  // lanes 16 apart have a row
#define ACROSS_END 64

#ifndef EMULATED
#define EXCHANGE_ARGUMENT
#define EXCHANGE

typedef float v4f __attribute__((ext_vector_type(4)));
INLINED void multiply(sums_t *s, left_t left, right_t right) {
    v4f c = {s->v[0], s->v[1], s->v[2], s->v[3]};
    c = __builtin_amdgcn_mfma_f32_16x16x16f16(as_half4(right), as_half4(left), c, 0, 0, 0);
    for (int i = 0; i < 4; i++) s->v[i] = c[i];
}
INLINED left_t left_of(const sums_t *s) {
    const half4 h = {(half)s->v[0], (half)s->v[1], (half)s->v[2], (half)s->v[3]};
    return as_ushort4(h);
}
INLINED void sums_of(left_t left, sums_t *s) {
    const half4 h = as_half4(left);
    for (int i = 0; i < 4; i++) s->v[i] += (float)h[i];
}
INLINED float across(float x, bool is_max) {
    for (int distance = ACROSS_NEAREST; distance < ACROSS_END; distance *= 2) {
        const float y = as_float(__builtin_amdgcn_ds_bpermute((LANE ^ distance) * 4, as_int(x)));
        x = is_max ? fmax(x, y) : x + y;
    }
    return x;
}
#endif
