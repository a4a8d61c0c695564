import Glibc

/// Where a sensor's scores lie while all is well, and how far they spread: from its baseline.
package struct Band: Hashable, Sendable {
    /// What the centre and the scale are.
    package enum Spread: String, CaseIterable, Sendable {
        /// The mean, and the standard deviation with n - 1.
        case mean
        /// The median, and 1.4826 times the median distance from it, which is the standard deviation of normal
        /// numbers: odd recordings in the baseline hardly move them. Of few recordings they vary more.
        case median
    }

    package let centre, scale: Double
    package let mean, deviation: Double

    /// - Parameter scores: Of the baseline, at least two, finite.
    package init(_ scores: [Double], _ spread: Spread) {
        let count = Double(scores.count)
        let average = scores.reduce(0, +) / count
        let squares = scores.reduce(0) { $0 + ($1 - average) * ($1 - average) }
        (mean, deviation) = (average, sqrt(squares / (count - 1)))
        switch spread {
        case .mean: (centre, scale) = (mean, deviation)
        case .median:
            let median = Self.median(scores)
            (centre, scale) = (median, 1.4826 * Self.median(scores.map { abs($0 - median) }))
        }
    }

    /// How many scales a score lies above the centre.
    package func deviations(_ score: Double) -> Double { (score - centre) / scale }

    /// The score that lies so many scales above the centre.
    package func score(_ deviations: Double) -> Double { centre + deviations * scale }

    /// Scores that differ by rounding alone have no spread: all recordings are copies of each other.
    package var isFlat: Bool { !(scale > 1e-12 * max(1, abs(centre))) }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2)
            ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}
