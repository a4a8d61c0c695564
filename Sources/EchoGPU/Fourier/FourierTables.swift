import EchoInvariant
import Glibc

/// What fft.cl transforms real windows of one length with, computed in double.
///
/// An even window of `n` samples is transformed as `n / 2` complex values and split, an odd one as
/// `n` complex values. Their number is `period`. If it has a prime factor above
/// ``largestRadix``, the transform is a convolution of a smoother length (Bluestein's algorithm).
struct FourierTables {
    /// The largest prime that is transformed by its own sums; above it, three transforms of more
    /// than twice the length are cheaper.
    static let largestRadix = 64

    let windowLength: Int
    /// Complex values that come out.
    let period: Int
    /// Complex values that are transformed: `period`, or the length of the convolution.
    let length: Int
    /// Factors of `length`, in the order of the passes.
    let radices: [Int32]
    /// Periodic Hann window, `[windowLength]`.
    let window: [Float]
    /// `exp(-2 pi i j / length)`, re and im side by side, `[length, 2]`.
    let twiddles: [Float]
    /// `exp(-2 pi i k / windowLength)`, `[windowLength / 2 + 1, 2]`; not used if it is odd.
    let split: [Float]
    /// `exp(-pi i j² / period)`, `[period, 2]`; a single pair if no convolution is needed.
    let chirp: [Float]
    /// Transform of the convolution's kernel over `length`, `[length, 2]`; likewise.
    let filter: [Float]

    init(windowLength n: Int) {
        invariant(n > 1, "a window of \(n) samples")
        windowLength = n
        period = n % 2 == 0 ? n / 2 : n
        let direct = Self.factors(of: period)
        let isDirect = direct.allSatisfy { $0 <= Self.largestRadix }
        length = isDirect ? period : Self.smoothLength(atLeast: 2 * period - 1)
        radices = (isDirect ? direct : Self.factors(of: length)).map(Int32.init)
        window = Self.hann(n)
        twiddles = Self.roots(count: length, of: length)
        split = Self.roots(count: n / 2 + 1, of: n)
        if isDirect {
            chirp = [1, 0]
            filter = [1, 0]
        } else {
            (chirp, filter) = Self.convolution(period: period, length: length)
        }
    }

    /// Periodic Hann window.
    static func hann(_ n: Int) -> [Float] {
        (0..<n).map { Float(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(n))) }
    }

    /// Factors for the passes: 4 as often as it goes, then 2, 3, 5 and larger primes.
    static func factors(of number: Int) -> [Int] {
        var rest = number
        var factors: [Int] = []
        var candidate = 4
        while rest > 1 {
            if rest % candidate == 0 {
                factors.append(candidate)
                rest /= candidate
            } else {
                candidate = candidate == 4 ? 2 : candidate == 2 ? 3 : candidate + 2
            }
        }
        return factors
    }

    /// The smallest number of at least `minimum` with no prime factor above 5.
    static func smoothLength(atLeast minimum: Int) -> Int {
        var number = minimum
        while factors(of: number).contains(where: { $0 > 5 }) { number += 1 }
        return number
    }

    /// `exp(-2 pi i j / order)` for the first `count` j, re and im side by side.
    static func roots(count: Int, of order: Int) -> [Float] {
        (0..<count).flatMap { j in
            let angle = -2 * Double.pi * Double(j) / Double(order)
            return [Float(cos(angle)), Float(sin(angle))]
        }
    }

    /// The chirp and the filter of a convolution, as above.
    static func convolution(period: Int, length: Int) -> (chirp: [Float], filter: [Float]) {
        // j² is reduced modulo 2 period first, so that the angle stays exact.
        let angles = (0..<period).map {
            -Double.pi * Double($0 * $0 % (2 * period)) / Double(period)
        }
        var re = [Double](repeating: 0, count: length)
        var im = re
        for (j, angle) in angles.enumerated() {
            for place in [j, (length - j) % length] {
                re[place] = cos(angle) / Double(length)
                im[place] = -sin(angle) / Double(length)
            }
        }
        let spectrum = transform(re, im)
        return (
            angles.flatMap { [Float(cos($0)), Float(sin($0))] },
            zip(spectrum.re, spectrum.im).flatMap { [Float($0), Float($1)] }
        )
    }

    /// A plain recursive transform in double, for the filter alone; `count` has small factors.
    private static func transform(_ re: [Double], _ im: [Double]) -> (re: [Double], im: [Double]) {
        let count = re.count
        guard let radix = factors(of: count).last, count > 1 else { return (re, im) }
        let size = count / radix
        let parts = (0..<radix).map { offset in
            let picked = stride(from: offset, to: count, by: radix)
            return transform(picked.map { re[$0] }, picked.map { im[$0] })
        }
        var outRe = [Double](repeating: 0, count: count)
        var outIm = outRe
        for k in 0..<count {
            for (offset, part) in parts.enumerated() {
                let angle = -2 * Double.pi * Double(offset * k % count) / Double(count)
                let (c, s) = (cos(angle), sin(angle))
                outRe[k] += part.re[k % size] * c - part.im[k % size] * s
                outIm[k] += part.re[k % size] * s + part.im[k % size] * c
            }
        }
        return (outRe, outIm)
    }
}
