import EchoInvariant
import Glibc

/// How far two float32 tensors of one shape differ.
package struct Comparison: Sendable, CustomStringConvertible {
    /// Largest `|actual - reference|`; infinity if one of the two is NaN.
    package let maximumError: Double
    /// Cosine of the angle between the two as vectors; 1 if both are all zeros.
    package let cosine: Double
    /// The largest error as a share of what is allowed at its element: 1 is the tolerance itself.
    package let usedShare: Double
    /// Number of elements outside the tolerance.
    package let mismatchCount: Int
    /// The first few elements outside the tolerance.
    package let firstMismatches: [Mismatch]

    /// An element outside the tolerance.
    package struct Mismatch: Sendable {
        package let index: Int
        package let actual: Float
        package let reference: Float
    }

    /// Compares two sequences of equal length, element by element.
    package init(actual: [Float], reference: [Float], tolerance: Tolerance) {
        invariant(actual.count == reference.count, "\(actual.count) against \(reference.count)")
        let largest = reference.reduce(0) { max($0, Double($1.magnitude)) }
        let highest = reference.reduce(-Double.infinity) { max($0, Double($1)) }
        var (maximum, share) = (0.0, 0.0)
        var (dot, squares, referenceSquares) = (0.0, 0.0, 0.0)
        var count = 0
        var first: [Mismatch] = []
        for index in actual.indices {
            let (a, r) = (Double(actual[index]), Double(reference[index]))
            let difference = abs(a - r)
            let error = difference.isNaN ? (a == r ? 0 : Double.infinity) : difference
            maximum = max(maximum, error)
            dot += a * r
            squares += a * a
            referenceSquares += r * r
            let allowed = tolerance.allowed(at: r, largest: largest, highest: highest)
            if error > 0 { share = max(share, error / allowed) }
            if !(error <= allowed) {
                count += 1
                if first.count < 5 {
                    first.append(
                        Mismatch(index: index, actual: actual[index], reference: reference[index]))
                }
            }
        }
        (maximumError, usedShare) = (maximum, share)
        let norm = (squares * referenceSquares).squareRoot()
        cosine = norm > 0 ? dot / norm : (squares == referenceSquares ? 1 : 0)
        mismatchCount = count
        firstMismatches = first
    }

    /// True if every element lies within the tolerance.
    package var passes: Bool { mismatchCount == 0 }

    package var description: String {
        let head = "maximum error \(maximumError), cosine \(cosine)"
        guard !passes else { return head }
        let list = firstMismatches.map { "[\($0.index)] \($0.actual) != \($0.reference)" }
        return head + ", \(mismatchCount) outside: " + list.joined(separator: ", ")
    }
}

/// What counts as equal: how far a value may lie from its reference.
///
/// `absolute + relative |r| + ofLargest max|r|`, and for logarithms ``ofLoudest`` besides. The
/// error of a sum depends on the numbers that are added, not on the result: that is why the largest
/// value counts.
package struct Tolerance: Sendable {
    package let absolute: Double
    package let relative: Double
    /// Share of the tensor's largest magnitude.
    package let ofLargest: Double
    /// For values that are logarithms: an error of each number before its logarithm was taken, as a
    /// share of the largest of them. It weighs more the smaller a number is.
    package let ofLoudest: Loudness?

    /// An error in the numbers whose logarithms, divided by `divisor`, are compared.
    package struct Loudness: Sendable {
        package let share: Double
        package let divisor: Double

        package init(share: Double, divisor: Double) {
            (self.share, self.divisor) = (share, divisor)
        }
    }

    /// What float32 loses at most where it rounds a number once, as a share of that number.
    package static let rounding = 0x1p-24

    package init(
        absolute: Double = 0, relative: Double = 0, ofLargest: Double = 0,
        ofLoudest: Loudness? = nil
    ) {
        (self.absolute, self.relative) = (absolute, relative)
        (self.ofLargest, self.ofLoudest) = (ofLargest, ofLoudest)
    }

    /// So many roundings of the largest value, one after the other.
    package static func roundings(_ count: Double) -> Tolerance {
        Tolerance(ofLargest: count * rounding)
    }

    /// - Parameters:
    ///   - largest: The largest magnitude of all references.
    ///   - highest: The largest of them.
    func allowed(at reference: Double, largest: Double, highest: Double) -> Double {
        let sum = absolute + relative * reference.magnitude + ofLargest * largest
        guard let ofLoudest else { return sum }
        let quieter = exp((highest - reference) * ofLoudest.divisor)
        return sum + ofLoudest.share / ofLoudest.divisor * quieter
    }
}

extension Tolerance: CustomStringConvertible {
    /// Such as `1.0e-05 |r| + 3.1e-06 max`.
    package var description: String {
        let parts = [
            (absolute, ""), (relative, " |r|"), (ofLargest, " max"),
            (ofLoudest?.share ?? 0, " loudest"),
        ]
        let texts = parts.filter { $0.0 > 0 }.map { Self.digits($0.0) + $0.1 }
        return texts.isEmpty ? "0" : texts.joined(separator: " + ")
    }

    /// Two digits and an exponent, without Foundation.
    private static func digits(_ value: Double) -> String {
        var (mantissa, exponent) = (value, 0)
        while mantissa >= 9.95 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        while mantissa < 0.995 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
        let tenths = Int((mantissa * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)e\(exponent)"
    }
}
