/// The exact GELU, `x * erfc(-x / sqrt(2)) / 2`, on sixteen values at a time.
///
/// `erfc(a / sqrt(2)) = 2^(-a q(a))` for `0 <= a <= 8.4`, with `q` a minimax polynomial: the absolute
/// error is at most `2e-7 |x|`, and small tails stay accurate. Unlike the C library's `erf`, it runs
/// on vectors. Products and sums are rounded one by one, so every processor gives the same bits.
package func gelu(_ x: SIMD16<Float>) -> SIMD16<Float> {
    let magnitude = x.replacing(with: -x, where: x .< 0)
    let a = magnitude.replacing(with: 8.4, where: magnitude .> 8.4)
    var q = SIMD16<Float>(repeating: 1.84209874e-8)
    q = q * a - 6.33523655e-7
    q = q * a + 9.02822376e-6
    q = q * a - 6.77986318e-5
    q = q * a + 2.57398293e-4
    q = q * a + 3.46199558e-5
    q = q * a - 6.97970716e-3
    q = q * a + 5.24593852e-2
    q = q * a + 0.45921576
    q = q * a + 1.15110469
    let tail = powerOfTwo(-a * q)
    return 0.5 * x * (2 - tail).replacing(with: tail, where: x .< 0)
}
