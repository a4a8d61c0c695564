#include "cpu_vectors.h"
#include "processors.h"

// Phi(x) = 1/2 + x p(x^2) for |x| <= 5.4, with p a minimax polynomial in powers of x^2 - 14.58, the highest
// first; beyond, p leaves the range on the right side. The kernels have the same one (common.cl).
static const float terms[] = {
    2.00277149e-20f, -7.64365673e-19f, 9.4816615e-18f, -1.87457122e-16f, 8.42903953e-15f,
    -2.2555384e-13f, 4.72629585e-12f, -9.96979014e-11f, 2.04507897e-9f, -3.90777777e-8f,
    7.10721416e-7f, -1.26499547e-5f, 2.28151345e-4f, -4.4806622e-3f, 0.130928113f};

FOR_SEVERAL_PROCESSORS
void echo_gelu(float *values, size_t count) {
#pragma clang fp contract(off)  // products and sums rounded one by one: the same bits everywhere
    for (size_t i = 0; i < count; i++) {
        const float x = values[i];
        const float u = x * x - 14.58f;
        float p = terms[0];
        for (size_t term = 1; term < sizeof terms / sizeof *terms; term++) p = p * u + terms[term];
        float phi = x * p + 0.5f;
        phi = phi < 0 ? 0 : phi;
        phi = phi > 1 ? 1 : phi;
        values[i] = x * phi;
    }
}
