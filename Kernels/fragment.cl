// Fragments: tiles of 16 x 16 of a matrix product, as the lanes of a warp (NVIDIA), wave (AMD) or sub-group (Intel)
// hold them. Kernels for matrix units are written against this contract; a file for each unit keeps it.
//
// A product is sums += left x right. left: 16 rows x 16 k, right: 16 k x 16 columns, both half; sums: 16 rows x
// 16 columns, float. Rows are tokens: left is activations, right is weights, keys or values.
//
// The unit, by one of these macros, with its file behind this one:
//   UNIT_NVIDIA                fragment_nvidia.cl  mma.sync.m16n8k16 twice a tile; warps of 32; sm_80 and later
//   UNIT_CDNA                  fragment_cdna.cl    mfma_f32_16x16x16f16; waves of 64; gfx90a, gfx942
//   UNIT_RDNA3, UNIT_RDNA4     fragment_rdna.cl    wmma_f32_16x16x16_f16; waves of 32; gfx11, gfx12
//   UNIT_XMX8, UNIT_XMX16      fragment_xmx.cl     dpas; sub-groups of 8 (Arc), of 16 (Data Center GPU Max, Xe2)
// EMULATED beside it: the same places in the lanes, computed in OpenCL C through local memory by
// fragment_emulated.cl, for any device.
//
// What each unit defines:
//   left_t, right_t      an operand's halves in one lane
//   SUM_ROW(i), SUM_COLUMN(i)  where the lane's sum i lies in the tile
//   SLOTS, SUM_SLOT(i)   in how many rows a lane has sums, and in which of them sum i is: what softmax and norms keep
//                        a row
//   LEFT_PLACE(m, k)     the place of an element in the 256 halves of a left tile in memory, such that a lane's
//   RIGHT_PLACE(k, n)    operand is one aligned vector: tile + RIGHT_LANE. Weights are packed so, on the host
//   multiply(sums, left, right)   sums += left x right
//   left_of(sums)        sums, rounded to half, as a left operand
//   sums_of(left, sums)  sums += left
//   across(x, is_max)    the sum or the largest of x over the lanes that hold the same row, for each slot separately
//   ACROSS_NEAREST, ACROSS_END  the lanes of a row: LANE ^ d for d from the first, doubled, below the second
// Under EMULATED functions take local memory besides: EXCHANGE_ARGUMENT in declarations, EXCHANGE in calls, of
// EXCHANGE_FLOATS floats a warp, as an argument of the kernel; all work-items of a work-group call them together.
// Requires common.cl. Work-groups are LANES x warps.

// Kernels of different shapes must round alike, so that rows do not depend on the batch: only fma() is one.
#pragma OPENCL FP_CONTRACT OFF

#if defined(UNIT_CDNA)
#define LANES 64
#elif defined(UNIT_XMX8)
#define LANES 8
#elif defined(UNIT_XMX16)
#define LANES 16
#else
#define LANES 32
#endif
#define LANE ((int)get_local_id(0))
#define WARP ((int)get_local_id(1))
#define TILE_HALVES 256
#define SUMS (TILE_HALVES / LANES)  // of a tile, in one lane

// What a kernel's declaration says besides: the compiler chooses the width of Intel's sub-groups otherwise.
#if (defined(UNIT_XMX8) || defined(UNIT_XMX16)) && !defined(EMULATED)
#define SUB_GROUP __attribute__((intel_reqd_sub_group_size(LANES)))
#else
#define SUB_GROUP
#endif

typedef struct {
    float v[SUMS];
} sums_t;

// Before a loop over arrays of fragments: unrolled, they stay in registers. Emulated, that would only be more code.
#ifdef EMULATED
#define UNROLL _Pragma("unroll 1")
#else
#define UNROLL _Pragma("unroll")
#endif

// Sets the sums of `count` tiles to zero.
INLINED void clear(sums_t *sums, int count) {
UNROLL
    for (int t = 0; t < count; t++) {
UNROLL
        for (int i = 0; i < SUMS; i++) sums[t].v[i] = 0.0f;
    }
}

// Conversions of one element. libclc converts in software (five to ten times the code), so that the instruction is
// named if it is known.
#if defined(UNIT_NVIDIA) && !defined(EMULATED)
INLINED ushort half_bits(float x) {
    ushort bits;
    __asm__("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(x));
    return bits;
}
INLINED float half_value(ushort bits) {
    float x;
    __asm__("cvt.f32.f16 %0, %1;" : "=f"(x) : "h"(bits));
    return x;
}
#elif defined(__AMDGCN__) || ((defined(UNIT_XMX8) || defined(UNIT_XMX16)) && !defined(EMULATED))
#pragma OPENCL EXTENSION cl_khr_fp16 : enable
INLINED ushort half_bits(float x) { return as_ushort((half)x); }
INLINED float half_value(ushort bits) { return (float)as_half(bits); }
#else
INLINED ushort half_bits(float x) {
    ushort4 bits;
    vstorea_half4_rte((float4)(x), 0, (__private half *)&bits);
    return bits.x;
}
INLINED float half_value(ushort bits) { return vload_half(0, (const half *)&bits); }
#endif

// 2^x, near enough for the weights of a softmax: the instruction if it is known.
#if defined(UNIT_NVIDIA) && !defined(EMULATED)
INLINED float exp2_of(float x) {
    float y;
    __asm__("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
}
#elif defined(__AMDGCN__)
INLINED float exp2_of(float x) { return __builtin_amdgcn_exp2f(x); }
#elif (defined(UNIT_XMX8) || defined(UNIT_XMX16)) && !defined(EMULATED)
#define exp2_of native_exp2
#else
#define exp2_of exp2
#endif
