/// The exact GELU, `x * Phi(x)` with `Phi` the normal distribution.
///
/// `Phi(x) = 1/2 + x p(x^2)` for `|x| <= 5.4`, with `p` a minimax polynomial in powers of `x^2 - 14.58`;
/// beyond, `p` leaves the range on the right side. The absolute error is at most `2e-7 |x|`; oneDNN's is
/// a little more. Unlike the C library's `erf`, a loop over it runs on vectors. Products and sums are
/// rounded one by one, so every processor gives the same bits.
@inline(__always) package func gelu(_ x: Float) -> Float {
    let u = x * x - 14.58
    var p: Float = 2.00277149e-20
    p = p * u - 7.64365673e-19
    p = p * u + 9.4816615e-18
    p = p * u - 1.87457122e-16
    p = p * u + 8.42903953e-15
    p = p * u - 2.2555384e-13
    p = p * u + 4.72629585e-12
    p = p * u - 9.96979014e-11
    p = p * u + 2.04507897e-9
    p = p * u - 3.90777777e-8
    p = p * u + 7.10721416e-7
    p = p * u - 1.26499547e-5
    p = p * u + 2.28151345e-4
    p = p * u - 4.4806622e-3
    p = p * u + 0.130928113
    let phi = x * p + 0.5
    let positive = phi < 0 ? 0 : phi
    return x * (positive > 1 ? 1 : positive)
}

/// Replaces `count` values by their GELU.
func gelu(_ values: UnsafeMutablePointer<Float>, _ count: Int) {
    for index in 0..<count { values[index] = gelu(values[index]) }
}
