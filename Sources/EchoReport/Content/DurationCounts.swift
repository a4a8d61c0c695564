import Glibc

/// How long recordings are: counts on a logarithmic scale, so that neither their number nor the
/// longest one costs memory.
package struct DurationCounts: Sendable {
    /// Steps of a decade.
    package static let stepsPerDecade = 10

    /// Recordings by `floor(10 * log10(seconds))`.
    package private(set) var counts: [Int: Int] = [:]
    package private(set) var count = 0
    /// Seconds.
    package private(set) var shortest = Double.infinity
    package private(set) var longest = 0.0
    package private(set) var total = 0.0

    package init() {}

    /// - Parameter seconds: Above 0.
    package mutating func add(_ seconds: Double) {
        guard seconds > 0, seconds.isFinite else { return }
        let step = (Double(Self.stepsPerDecade) * log10(seconds) + 1e-9).rounded(.down)
        counts[Int(step), default: 0] += 1
        count += 1
        (shortest, longest) = (min(shortest, seconds), max(longest, seconds))
        total += seconds
    }

    /// The first duration of a step, s.
    package static func start(of step: Int) -> Double {
        pow(10, Double(step) / Double(stepsPerDecade))
    }
}
