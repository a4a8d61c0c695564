// Fragments for AMD's RDNA 3: v_wmma_f32_16x16x16_f16, waves of 32.
//
// The hardware computes the transposed product (operands swapped): a lane then has sums of one row. Both halves of a wave
// hold every operand, and a lane has every second sum of its row.
// Requires fragment.cl.

typedef ushort16 left_t;  // all 16 k of a row, the same in both halves of the wave
typedef ushort16 right_t;
#define SLOTS 1
#define SUM_ROW(i) (LANE % 16)
#define SUM_COLUMN(i) ((i) * 2 + LANE / 16)
#define SUM_SLOT(i) 0
#define RIGHT_PLACE(k, n) ((n) * 16 + (k))
#define LEFT_PLACE(m, k) ((m) * 16 + (k))
#define RIGHT_LANE (LANE % 16)  // lanes 16 to 31 read what lanes 0 to 15 read
#define ACROSS_NEAREST 16       // lanes 16 apart have a row
#define ACROSS_END 32

#ifndef EMULATED
#define EXCHANGE_ARGUMENT
#define EXCHANGE

typedef float v8f __attribute__((ext_vector_type(8)));
INLINED void multiply(sums_t *s, left_t a, right_t b) {
    v8f c = {s->v[0], s->v[1], s->v[2], s->v[3], s->v[4], s->v[5], s->v[6], s->v[7]};
    c = __builtin_amdgcn_wmma_f32_16x16x16_f16_w32(as_half16(b), as_half16(a), c);
    for (int i = 0; i < 8; i++) s->v[i] = c[i];
}
// A lane has every second column of its row; lane ^ 16 has those between.
INLINED left_t left_of(const sums_t *s) {
    ushort16 left;
    for (int i = 0; i < 8; i++) {
        const int mine = as_ushort((half)s->v[i]);
        const int other = __builtin_amdgcn_ds_bpermute((LANE ^ 16) * 4, mine);
        left[2 * i] = LANE < 16 ? mine : other;
        left[2 * i + 1] = LANE < 16 ? other : mine;
    }
    return left;
}
INLINED void sums_of(left_t left, sums_t *s) {
    const half16 h = as_half16(left);
    for (int i = 0; i < 8; i++) s->v[i] += (float)(LANE < 16 ? h[2 * i] : h[2 * i + 1]);
}
INLINED float across(float x, bool is_max) {
    const float y = as_float(__builtin_amdgcn_ds_bpermute((LANE ^ 16) * 4, as_int(x)));
    return is_max ? fmax(x, y) : x + y;
}
#endif
