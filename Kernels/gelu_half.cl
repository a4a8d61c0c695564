// GELU where the result is rounded to half next: 9 terms of a polynomial for gelu_s's 15 of common.cl.
//
// Phi(x) = 1/2 + x p(x^2) for |x| <= 4.4; beyond, p leaves the range on the right side. The absolute error of x Phi(x)
// is at most 2.6e-5: a ninth of what rounding 1 to half loses. p is in powers of x^2 - 9.68, the highest first.
// Requires common.cl.

#define HALF_GELU_CENTRE 9.68f
#define HALF_GELU_TERMS 9
__constant float half_gelu_terms[HALF_GELU_TERMS] = {
    3.57260471e-11f, -9.89983984e-10f, 1.33555282e-8f, -1.87983076e-7f, 3.05259164e-6f,
    -4.41978955e-5f, 5.89638308e-4f, -8.12110677e-3f, 0.160404414f};

INLINED float gelu_half(float x) {
    const float u = fma(x, x, -HALF_GELU_CENTRE);
    float p = half_gelu_terms[0];
#pragma unroll
    for (int term = 1; term < HALF_GELU_TERMS; term++) p = fma(p, u, half_gelu_terms[term]);
    float phi = fma(x, p, 0.5f);
    phi = phi > 0.0f ? phi : 0.0f;
    phi = phi < 1.0f ? phi : 1.0f;
    return x * phi;
}
