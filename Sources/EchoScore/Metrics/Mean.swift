/// How figures of several groups become one.
package enum Mean: String, Hashable, Sendable {
    case arithmetic
    /// Of figures from 0 on. Those below 2.2e-16 (the distance from 1 to the next float64) count as that, as
    /// in SIREN and in the official evaluators: one 0 makes the mean next to 0.
    case harmonic

    /// Nil if there are no figures.
    package func callAsFunction(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let count = Double(values.count)
        return switch self {
        case .arithmetic: values.reduce(0, +) / count
        case .harmonic: count / values.reduce(0) { $0 + 1 / max($1, Double.ulpOfOne) }
        }
    }
}
