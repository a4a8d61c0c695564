/// Sixteen values at a time: what the C library offers for one.

/// `2^y` for `-126 <= y <= 0`, within a few units in the last place.
@inline(__always) func powerOfTwo(_ y: SIMD16<Float>) -> SIMD16<Float> {
    // Adding 1.5 * 2^23 rounds to an integer, which then stands in the lowest bits.
    let rounder: Float = 12_582_912
    let rounded = y + rounder
    let f = y - (rounded - rounder)
    var p = SIMD16<Float>(repeating: 1.53458081e-4)
    p = p * f + 1.33999309e-3
    p = p * f + 9.61848907e-3
    p = p * f + 5.55032864e-2
    p = p * f + 0.240226462
    p = p * f + 0.693147182
    p = p * f + 1
    let exponent = unsafeBitCast(rounded, to: SIMD16<Int32>.self) &<< 23
    return unsafeBitCast(
        unsafeBitCast(p, to: SIMD16<Int32>.self) &+ exponent, to: SIMD16<Float>.self)
}

extension UnsafeMutablePointer<Float> {
    /// The sixteen values from `index` on.
    @inline(__always) subscript(vector index: Int) -> SIMD16<Float> {
        get { UnsafePointer(self)[vector: index] }
        nonmutating set {
            UnsafeMutableRawPointer(self + index).storeBytes(of: newValue, as: SIMD16<Float>.self)
        }
    }
}

extension UnsafePointer<Float> {
    /// The sixteen values from `index` on.
    @inline(__always) subscript(vector index: Int) -> SIMD16<Float> {
        UnsafeRawPointer(self + index).loadUnaligned(as: SIMD16<Float>.self)
    }
}

/// The multiples of 16 below `count`, and those that a last, incomplete vector holds.
func vectorised(_ count: Int) -> (whole: StrideTo<Int>, rest: Range<Int>) {
    let whole = count / 16 * 16
    return (stride(from: 0, to: whole, by: 16), whole..<count)
}
