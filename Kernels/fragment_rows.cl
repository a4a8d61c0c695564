// Fragments and rows as they lie in memory.
//
// The order of k within a tile is free where both operands agree on it, and the order of columns where whoever reads
// the sums does. Weights are packed (MatrixUnit.stepPlace and columnPlace) in orders by which a lane reads and writes
// consecutive elements of a row: one wide access instead of several narrow ones.
//
//   ROW_STEPS, FIRST_STEP      a lane's left operand has ROW_STEPS consecutive k of a row, from FIRST_STEP on
//   ROW_COLUMNS, FIRST_COLUMN  its sums have ROW_COLUMNS consecutive columns of a row, from FIRST_COLUMN on
//   SLOT_ROW(s)                the row of slot s, for both
//   SUM_OF(s, j)               which of the lane's sums is column FIRST_COLUMN + j of slot s
//   row_t                      ROW_STEPS halves
//   left_of_rows(rows)         SLOTS of them as a left operand
//   rounded, widened           four floats to halves and back
// Requires fragment.cl and the unit's file.

#define ROW_COLUMNS (SUMS / SLOTS)
#if defined(UNIT_NVIDIA)
#define ROW_STEPS 4
#define FIRST_STEP (LANE % 4 * 4)
#define FIRST_COLUMN (LANE % 4 * 4)
#define SLOT_ROW(s) (LANE / 4 + 8 * (s))
#define SUM_OF(s, j) ((j) / 2 * 4 + (s) * 2 + (j) % 2)
#elif defined(UNIT_XMX8) || defined(UNIT_XMX16)
#define ROW_STEPS 16
#define FIRST_STEP 0
#define FIRST_COLUMN 0
#define SLOT_ROW(s) (LANE + 8 * (s))
#define SUM_OF(s, j) ((s) * 16 + (j))
#else
#ifdef UNIT_RDNA3
#define ROW_STEPS 16  // both halves of a wave hold the whole row
#define FIRST_STEP 0
#else
#define ROW_STEPS ROW_COLUMNS
#define FIRST_STEP FIRST_COLUMN
#endif
#define FIRST_COLUMN (LANE / 16 * ROW_COLUMNS)
#define SLOT_ROW(s) (LANE % 16)
#define SUM_OF(s, j) (j)
#endif

#if defined(UNIT_NVIDIA)
typedef ushort4 row_t;
INLINED left_t left_of_rows(const row_t rows[SLOTS]) {
    const uint2 upper = as_uint2(rows[0]), lower = as_uint2(rows[1]);
    return (uint4)(upper.x, lower.x, upper.y, lower.y);
}
#elif defined(UNIT_XMX8)
typedef ushort16 row_t;
INLINED left_t left_of_rows(const row_t rows[SLOTS]) { return (uint16)(as_uint8(rows[0]), as_uint8(rows[1])); }
#elif defined(UNIT_XMX16)
typedef ushort16 row_t;
INLINED left_t left_of_rows(const row_t rows[SLOTS]) { return as_uint8(rows[0]); }
#else
typedef left_t row_t;
INLINED left_t left_of_rows(const row_t rows[SLOTS]) { return rows[0]; }
#endif

#if defined(EMULATED)
INLINED ushort4 rounded(float4 x) {
    ushort4 bits;
    vstorea_half4_rte(x, 0, (__private half *)&bits);
    return bits;
}
INLINED float4 widened(ushort4 bits) { return vloada_half4(0, (__private const half *)&bits); }
#else
#if defined(UNIT_NVIDIA)
INLINED ushort4 rounded(float4 x) { return as_ushort4((uint2)(pack(x.x, x.y), pack(x.z, x.w))); }
#else
INLINED ushort4 rounded(float4 x) {
    return (ushort4)(half_bits(x.x), half_bits(x.y), half_bits(x.z), half_bits(x.w));
}
#endif
INLINED float4 widened(ushort4 bits) {
    return (float4)(half_value(bits.x), half_value(bits.y), half_value(bits.z), half_value(bits.w));
}
#endif

INLINED float4 sum_quad(const sums_t *sums, int slot, int quad) {
    return (float4)(
        sums->v[SUM_OF(slot, quad * 4)], sums->v[SUM_OF(slot, quad * 4 + 1)],
        sums->v[SUM_OF(slot, quad * 4 + 2)], sums->v[SUM_OF(slot, quad * 4 + 3)]);
}
INLINED void set_quad(sums_t *sums, int slot, int quad, float4 value) {
    sums->v[SUM_OF(slot, quad * 4)] = value.x;
    sums->v[SUM_OF(slot, quad * 4 + 1)] = value.y;
    sums->v[SUM_OF(slot, quad * 4 + 2)] = value.z;
    sums->v[SUM_OF(slot, quad * 4 + 3)] = value.w;
}

// Four elements of a row of `count` in memory, from column `first` on, a multiple of 4; those beyond the row's end are
// its last one again, when read and when written. ODD_COLUMNS: count is no multiple of 4.
#ifdef SPLIT
#define STORED_BITS float
#define as_stored(x) (x)
#define of_stored(x) (x)
#define of_stored_1(x) (x)
#else
#define STORED_BITS ushort
#define as_stored(x) rounded(x)
#define of_stored(x) widened(x)
#define of_stored_1(x) half_value(x)
#endif
#define stored_quad JOIN(STORED_BITS, 4)

INLINED float4 read_quad(__global const STORED_BITS *row, int first, int count) {
#ifdef ODD_COLUMNS
    const int last = count - 1;
    return (float4)(
        of_stored_1(row[min(first, last)]), of_stored_1(row[min(first + 1, last)]),
        of_stored_1(row[min(first + 2, last)]), of_stored_1(row[min(first + 3, last)]));
#else
    return of_stored(*(__global const stored_quad *)(row + min(first, count - 4)));
#endif
}

// `first` lies within the row.
INLINED void write_quad(float4 value, __global STORED_BITS *row, int first, int count) {
#ifdef ODD_COLUMNS
    const int last = count - 1;
    value.y = first < last ? value.y : value.x;
    value.z = first + 1 < last ? value.z : value.y;
    value.w = first + 2 < last ? value.w : value.z;
    const stored_quad bits = as_stored(value);
    row[first] = bits.x;
    row[min(first + 1, last)] = bits.y;
    row[min(first + 2, last)] = bits.z;
    row[min(first + 3, last)] = bits.w;
#else
    *(__global stored_quad *)(row + first) = as_stored(value);
#endif
}
