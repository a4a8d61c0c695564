import EchoInvariant
import Glibc

/// What fft_group.cl transforms real windows of one length with, computed in double: its passes,
/// and their tables in the order in which places are read.
///
/// An even window of `n` samples is transformed as `n / 2` complex values and split, an odd one as
/// `n` complex values; their number is `period`. Where that has a prime factor above
/// ``largestRadix``, the transform is a convolution of a smoother length (Bluestein's algorithm).
package struct GroupTransform {
    /// RADIX_LIMIT: a work-item holds the sums of such a butterfly in its registers.
    package static let largestRadix = 31
    /// Passes that the kernel has names for, RADIX_0 on: 3^12 exceeds twice the longest window.
    package static let passLimit = 12

    package let windowLength: Int
    /// Complex values that come out.
    package let period: Int
    /// Complex values that are transformed: `period`, or the length of the convolution.
    package let length: Int
    /// The radices of the passes; their product is `length`.
    package let radices: [Int]
    package let isConvolution: Bool
    /// For each pass `[radix - 1, size / radix]` pairs `exp(-2 pi i j q / size)`, j from 1.
    package let twiddles: [Float]
    /// For each pass with a prime above 5 `[radix / 2, radix / 2]` pairs of cos and sin of
    /// `2 pi j k / radix`, j and k from 1.
    package let roots: [Float]
    /// Where frequencies k and `period - k` are found, `[period / 2 + 1, 2]`; not used by a
    /// convolution.
    package let places: [Int32]
    /// As ``FourierTables``'s; the filter in the order of places.
    package let window, split, chirp, filter: [Float]

    package init(windowLength n: Int) {
        let (length, isConvolution) = Self.length(windowLength: n)
        let radices = Self.radices(of: length)
        let period = n % 2 == 0 ? n / 2 : n
        invariant(
            radices.reduce(1, *) == length && radices.count <= Self.passLimit,
            "\(radices) for windows of \(n) samples")
        (windowLength, self.period, self.length) = (n, period, length)
        (self.radices, self.isConvolution) = (radices, isConvolution)
        window = FourierTables.hann(n)
        split = FourierTables.roots(count: n / 2 + 1, of: n)
        (twiddles, roots) = Self.turns(radices, length)
        func place(_ frequency: Int) -> Int { Self.place(of: frequency, radices, length) }
        places = (0...period / 2).flatMap {
            [Int32(place($0)), Int32(place($0 == 0 ? 0 : period - $0))]
        }
        guard isConvolution else {
            (chirp, filter) = ([1, 0], [1, 0])
            return
        }
        let convolution = FourierTables.convolution(period: period, length: length)
        chirp = convolution.chirp
        var filter = [Float](repeating: 0, count: 2 * length)
        for frequency in 0..<length {
            let place = place(frequency)
            filter[2 * place] = convolution.filter[2 * frequency]
            filter[2 * place + 1] = convolution.filter[2 * frequency + 1]
        }
        self.filter = filter
    }

    /// How many complex values a window of this length is transformed as.
    static func length(windowLength n: Int) -> (length: Int, isConvolution: Bool) {
        invariant(n > 1, "a window of \(n) samples")
        let period = n % 2 == 0 ? n / 2 : n
        if FourierTables.factors(of: period).allSatisfy({ $0 <= largestRadix }) {
            return (period, false)
        }
        return (FourierTables.smoothLength(atLeast: 2 * period - 1), true)
    }

    /// Eights, and fours or a two for what is left of the power of two, then odd primes: the last
    /// pass reads what lies side by side, which differs in banks where its radix is odd.
    package static func radices(of length: Int) -> [Int] {
        var odd = length
        var twos = 0
        while odd % 2 == 0 {
            odd /= 2
            twos += 1
        }
        var radices: [Int] = []
        while twos > 0 {
            let taken = twos == 4 || twos == 2 ? 2 : min(twos, 3)
            radices.append(1 << taken)
            twos -= taken
        }
        radices += FourierTables.factors(of: odd)
        return radices.isEmpty ? [1] : radices
    }

    /// Where the passes leave a frequency: its digits in the order of the radices, the first one
    /// the highest.
    private static func place(of frequency: Int, _ radices: [Int], _ length: Int) -> Int {
        var (rest, size, place) = (frequency, length, 0)
        for radix in radices {
            size /= radix
            place += rest % radix * size
            rest /= radix
        }
        return place
    }

    private static func turns(
        _ radices: [Int], _ length: Int
    ) -> (twiddles: [Float], roots: [Float]) {
        var twiddles: [Float] = []
        var roots: [Float] = []
        var size = length
        for radix in radices {
            let span = size / radix
            for j in stride(from: 1, to: radix, by: 1) {
                for q in 0..<span {
                    let angle = -2 * Double.pi * Double(j * q) / Double(size)
                    twiddles += [Float(cos(angle)), Float(sin(angle))]
                }
            }
            if radix == 7 || radix > 8 {
                for product in (1...radix / 2).flatMap({ j in (1...radix / 2).map { j * $0 } }) {
                    let angle = 2 * Double.pi * Double(product % radix) / Double(radix)
                    roots += [Float(cos(angle)), Float(sin(angle))]
                }
            }
            size = span
        }
        // OpenCL 1.2 has no empty buffers.
        return (twiddles.isEmpty ? [1, 0] : twiddles, roots.isEmpty ? [1, 0] : roots)
    }
}
