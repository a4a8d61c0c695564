// Butterflies: the transforms of 2, 3, 4, 5 and 8 complex values in registers, in place and in order. A value is a
// float2 (re, im). The inner part of fft_group.cl. Requires common.cl.

INLINED float2 times(float2 a, float2 w) {
    return (float2)(fma(a.x, w.x, -(a.y * w.y)), fma(a.x, w.y, a.y * w.x));
}

// -i a
INLINED float2 turned(float2 a) { return (float2)(a.y, -a.x); }

INLINED float2 conjugate(float2 a) { return (float2)(a.x, -a.y); }

INLINED void add_and_subtract(float2 *a, float2 *b) {
    const float2 difference = *a - *b;
    *a += *b;
    *b = difference;
}

INLINED void butterfly_1(float2 *x) {}

INLINED void butterfly_2(float2 *x) { add_and_subtract(&x[0], &x[1]); }

INLINED void butterfly_3(float2 *x) {
    const float2 sum = x[1] + x[2];
    const float2 side = turned(x[1] - x[2]) * 0.866025404f;
    const float2 middle = fma(sum, (float2)(-0.5f), x[0]);
    x[0] += sum;
    x[1] = middle + side;
    x[2] = middle - side;
}

INLINED void transform_4(float2 *a, float2 *b, float2 *c, float2 *d) {
    add_and_subtract(a, c);
    add_and_subtract(b, d);
    const float2 odd = turned(*d);
    const float2 even = *c;
    const float2 difference = *a - *b;
    *a += *b;
    *b = even + odd;
    *c = difference;
    *d = even - odd;
}

INLINED void butterfly_4(float2 *x) { transform_4(&x[0], &x[1], &x[2], &x[3]); }

INLINED void butterfly_5(float2 *x) {
    const float2 sum1 = x[1] + x[4], sum2 = x[2] + x[3];
    const float2 side1 = turned(x[1] - x[4]), side2 = turned(x[2] - x[3]);
    const float2 cos1 = (float2)(0.309016994f), cos2 = (float2)(-0.809016994f);
    const float2 sin1 = (float2)(0.951056516f), sin2 = (float2)(0.587785252f);
    const float2 even1 = fma(sum2, cos2, fma(sum1, cos1, x[0]));
    const float2 even2 = fma(sum2, cos1, fma(sum1, cos2, x[0]));
    const float2 odd1 = fma(side2, sin2, side1 * sin1);
    const float2 odd2 = fma(side2, -sin1, side1 * sin2);
    x[0] += sum1 + sum2;
    x[1] = even1 + odd1;
    x[2] = even2 + odd2;
    x[3] = even2 - odd2;
    x[4] = even1 - odd1;
}

INLINED void butterfly_8(float2 *x) {
    transform_4(&x[0], &x[2], &x[4], &x[6]);
    transform_4(&x[1], &x[3], &x[5], &x[7]);
    // The odd ones by the eighth root of one and its powers.
    x[3] = (x[3] + turned(x[3])) * 0.707106781f;
    x[5] = turned(x[5]);
    x[7] = (turned(x[7]) - x[7]) * 0.707106781f;
    add_and_subtract(&x[0], &x[1]);
    add_and_subtract(&x[2], &x[3]);
    add_and_subtract(&x[4], &x[5]);
    add_and_subtract(&x[6], &x[7]);
    // Outputs k and k + 4 stand side by side.
    const float2 one = x[2], two = x[4], three = x[6], four = x[1], five = x[3], six = x[5];
    x[1] = one;
    x[2] = two;
    x[3] = three;
    x[4] = four;
    x[5] = five;
    x[6] = six;
}
