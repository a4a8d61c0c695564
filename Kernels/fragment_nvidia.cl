// Fragments for NVIDIA: mma.sync.m16n8k16, half operands and float sums, twice a tile (columns 0 to 7, 8 to 15).
//
// The places are those of the PTX ISA ("Matrix fragments for mma.m16n8k16"): lane l has rows l / 4 and l / 4 + 8, and
// of each group of eight columns the pair l % 4. The registers of sums are, by pairs, those of a left operand.
// Requires fragment.cl.

typedef uint4 left_t;   // a0 to a3 of the PTX ISA
typedef uint4 right_t;  // b0 and b1 of columns 0 to 7, then of columns 8 to 15
#define SLOTS 2         // rows LANE / 4 and LANE / 4 + 8
#define SUM_ROW(i) (LANE / 4 + 8 * ((i) / 2 % 2))
#define SUM_COLUMN(i) (LANE % 4 * 2 + (i) % 2 + 8 * ((i) / 4))
#define SUM_SLOT(i) ((i) / 2 % 2)
#define RIGHT_PLACE(k, n) ((((n) % 8 * 4 + (k) % 8 / 2) * 4 + (n) / 8 * 2 + (k) / 8) * 2 + (k) % 2)
#define LEFT_PLACE(m, k) ((((m) % 8 * 4 + (k) % 8 / 2) * 4 + (k) / 8 * 2 + (m) / 8) * 2 + (k) % 2)
#define RIGHT_LANE LANE
#define ACROSS_NEAREST 1  // four lanes side by side have a row
#define ACROSS_END 4

#ifndef EMULATED
#define EXCHANGE_ARGUMENT
#define EXCHANGE

INLINED uint pack(float low, float high) {
    uint both;
    __asm__("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(both) : "f"(high), "f"(low));
    return both;
}
INLINED void unpack_add(uint both, float *low, float *high) {
    float a, b;
    __asm__("{.reg .f16 l, h; mov.b32 {l, h}, %2; cvt.f32.f16 %0, l; cvt.f32.f16 %1, h;}"
            : "=f"(a), "=f"(b) : "r"(both));
    *low += a;
    *high += b;
}
INLINED void multiply(sums_t *s, left_t left, right_t right) {
    __asm__ volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 "
                     "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
                     : "+f"(s->v[0]), "+f"(s->v[1]), "+f"(s->v[2]), "+f"(s->v[3])
                     : "r"(left.x), "r"(left.y), "r"(left.z), "r"(left.w), "r"(right.x), "r"(right.y));
    __asm__ volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 "
                     "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
                     : "+f"(s->v[4]), "+f"(s->v[5]), "+f"(s->v[6]), "+f"(s->v[7])
                     : "r"(left.x), "r"(left.y), "r"(left.z), "r"(left.w), "r"(right.z), "r"(right.w));
}
INLINED left_t left_of(const sums_t *s) {
    return (uint4)(
        pack(s->v[0], s->v[1]), pack(s->v[2], s->v[3]), pack(s->v[4], s->v[5]), pack(s->v[6], s->v[7]));
}
INLINED void sums_of(left_t left, sums_t *s) {
    unpack_add(left.x, &s->v[0], &s->v[1]);
    unpack_add(left.y, &s->v[2], &s->v[3]);
    unpack_add(left.z, &s->v[4], &s->v[5]);
    unpack_add(left.w, &s->v[6], &s->v[7]);
}
INLINED float across(float x, bool is_max) {
    float y;
    __asm__ volatile("shfl.sync.bfly.b32 %0, %1, 1, 0x1f, 0xffffffff;" : "=f"(y) : "f"(x));
    x = is_max ? fmax(x, y) : x + y;
    __asm__ volatile("shfl.sync.bfly.b32 %0, %1, 2, 0x1f, 0xffffffff;" : "=f"(y) : "f"(x));
    return is_max ? fmax(x, y) : x + y;
}
#endif
