import EchoInvariant

/// How far two float32 tensors of one shape lie apart.
package struct Comparison: Sendable, CustomStringConvertible {
    /// Largest `|actual - reference|`; infinity where one of the two is NaN.
    package let maximumError: Double
    /// Cosine of the angle between the two as vectors; 1 where both are all zeros.
    package let cosine: Double
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
        var maximum = 0.0
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
            if !(error <= tolerance.allowed(at: r)) {
                count += 1
                if first.count < 5 {
                    first.append(
                        Mismatch(index: index, actual: actual[index], reference: reference[index]))
                }
            }
        }
        maximumError = maximum
        let norm = (squares * referenceSquares).squareRoot()
        cosine = norm > 0 ? dot / norm : (squares == referenceSquares ? 1 : 0)
        mismatchCount = count
        firstMismatches = first
    }

    /// True where every element lies within the tolerance.
    package var passes: Bool { mismatchCount == 0 }

    package var description: String {
        let head = "maximum error \(maximumError), cosine \(cosine)"
        guard !passes else { return head }
        let list = firstMismatches.map { "[\($0.index)] \($0.actual) != \($0.reference)" }
        return head + ", \(mismatchCount) outside: " + list.joined(separator: ", ")
    }
}

/// What counts as equal: `|actual - reference| <= absolute + relative * |reference|`.
package struct Tolerance: Sendable {
    package let absolute: Double
    package let relative: Double

    package init(absolute: Double, relative: Double = 0) {
        self.absolute = absolute
        self.relative = relative
    }

    package func allowed(at reference: Double) -> Double {
        absolute + relative * reference.magnitude
    }
}
