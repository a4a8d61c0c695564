/// The exact GELU, `x * erfc(-x / sqrt(2)) / 2`, on sixteen values at a time.
///
/// `erfc(a) = exp(-a q(a))` for `0 <= a <= 6`, with `q` a minimax polynomial: the absolute error is
/// at most `1e-7 |x|`, and small tails stay accurate. The C library's `erf` takes five times as long.
/// Products and sums are rounded one by one, so every processor gives the same bits.
func gelu(_ x: SIMD16<Float>) -> SIMD16<Float> {
    typealias Values = SIMD16<Float>
    let magnitude = x.replacing(with: -x, where: x .< 0)
    let a = (magnitude * 0.70710678).replacing(
        with: 6, where: magnitude .> Float(6 / 0.70710678))
    var q = Values(repeating: -4.98278183e-8)
    q = q * a + 1.52088933e-6
    q = q * a - 2.002359e-5
    q = q * a + 1.48338979e-4
    q = q * a - 6.64456398e-4
    q = q * a + 1.64561532e-3
    q = q * a - 7.91852945e-5
    q = q * a - 1.92285944e-2
    q = q * a + 0.102809049
    q = q * a + 0.636613846
    q = q * a + 1.12837946
    let tail = exponential(-a * q)
    return 0.5 * x * (2 - tail).replacing(with: tail, where: x .< 0)
}

/// `e^x` for `-87 <= x <= 88`, within a few units in the last place.
private func exponential(_ x: SIMD16<Float>) -> SIMD16<Float> {
    // Adding 1.5 * 2^23 rounds to an integer, which then stands in the lowest bits.
    let rounder: Float = 12_582_912
    let rounded = x * 1.44269504 + rounder
    let n = rounded - rounder
    let r = (x - n * 0.693359375) + n * 2.12194440e-4
    var p = SIMD16<Float>(repeating: 1.9790357e-4)
    p = p * r + 1.39446498e-3
    p = p * r + 8.33349675e-3
    p = p * r + 4.16662954e-2
    p = p * r + 0.16666666
    p = p * r + 0.5
    p = p * r * r + r + 1
    let bits = unsafeBitCast(rounded, to: SIMD16<Int32>.self)
    return p * unsafeBitCast((bits &<< 23) &+ 0x3f80_0000, to: SIMD16<Float>.self)
}
