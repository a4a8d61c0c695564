// Fragments for Intel: dpas by cl_intel_subgroup_matrix_multiply_accumulate, in sub-groups of 8 or 16.
//
// The hardware computes the transposed product, 8 columns of the tile at a time: its first operand is `right` (of the
// extension's a, component n is a column, a lane a k or a pair of them), its second is `left` (of the extension's b, a
// lane is a row, its components pairs of k). A lane then has all sums of its row, and sums become the next product's
// left operand without leaving the lane. 16 lanes take a tile in two dpas; 8 lanes have two rows each and take four.
// Requires fragment.cl, and work-groups whose first dimension is the sub-group: SUB_GROUP and reqd_work_group_size.

#ifdef UNIT_XMX16
typedef uint8 left_t;     // row LANE: pairs of k
typedef ushort16 right_t;  // k LANE: 16 columns
#define SLOTS 1
#define RIGHT_PLACE(k, n) ((k) * 16 + (n))
#define LEFT_PLACE(m, k) ((m) * 16 + (k))
#else
typedef uint16 left_t;   // rows LANE and LANE + 8, one behind the other: pairs of k
typedef uint16 right_t;  // k 2 * LANE and 2 * LANE + 1 as a pair: 16 columns
#define SLOTS 2
#define RIGHT_PLACE(k, n) (((k) / 2 * 16 + (n)) * 2 + (k) % 2)
#define LEFT_PLACE(m, k) (((m) % 8 * 2 + (m) / 8) * 16 + (k))
#endif
#define SUM_ROW(i) (LANE + 8 * ((i) / 16))
#define SUM_COLUMN(i) ((i) % 16)
#define SUM_SLOT(i) ((i) / 16)
#define RIGHT_LANE LANE
#define ACROSS_NEAREST 1  // a row is one lane's
#define ACROSS_END 1

#ifndef EMULATED
#define EXCHANGE_ARGUMENT
#define EXCHANGE

INLINED float8 eight(const float *v) { return (float8)(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]); }
INLINED void put_eight(float8 x, float *v) {
    v[0] = x.s0, v[1] = x.s1, v[2] = x.s2, v[3] = x.s3, v[4] = x.s4, v[5] = x.s5, v[6] = x.s6, v[7] = x.s7;
}

// Sums of 8 columns, for rows LANE: v += column's weights . row.
#ifdef UNIT_XMX16
#define WEIGHTS(part) as_short8(part)
#else
#define WEIGHTS(part) as_int8(part)
#endif
#define MULTIPLY_EIGHT(v, weights, rows) \
    put_eight(intel_sub_group_f16_f16_matrix_mad_k16(WEIGHTS(weights), as_int8(rows), eight(v)), v)

INLINED void multiply(sums_t *s, left_t left, right_t right) {
#ifdef UNIT_XMX16
    MULTIPLY_EIGHT(s->v, right.lo, left);
    MULTIPLY_EIGHT(s->v + 8, right.hi, left);
#else
    MULTIPLY_EIGHT(s->v, right.lo, left.lo);
    MULTIPLY_EIGHT(s->v + 8, right.hi, left.lo);
    MULTIPLY_EIGHT(s->v + 16, right.lo, left.hi);
    MULTIPLY_EIGHT(s->v + 24, right.hi, left.hi);
#endif
}

// 16 sums of a row as pairs of k, and back.
INLINED uint8 row_of(const float *v) {
    return (uint8)(as_uint4(convert_half8_rte(eight(v))), as_uint4(convert_half8_rte(eight(v + 8))));
}
INLINED void add_row(uint8 row, float *v) {
    put_eight(eight(v) + convert_float8(as_half8(row.lo)), v);
    put_eight(eight(v + 8) + convert_float8(as_half8(row.hi)), v + 8);
}
#ifdef UNIT_XMX16
INLINED left_t left_of(const sums_t *s) { return row_of(s->v); }
INLINED void sums_of(left_t left, sums_t *s) { add_row(left, s->v); }
#else
INLINED left_t left_of(const sums_t *s) { return (uint16)(row_of(s->v), row_of(s->v + 16)); }
INLINED void sums_of(left_t left, sums_t *s) {
    add_row(left.lo, s->v);
    add_row(left.hi, s->v + 16);
}
#endif
INLINED float across(float x, bool is_max) { return x; }
#endif
