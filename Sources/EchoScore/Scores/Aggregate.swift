/// How the distances to the nearest recordings of a bank become one score.
package enum Aggregate: String, CaseIterable, Sendable {
    /// The nearest one's.
    case min
    /// The mean of the k nearest ones'.
    case mean
    /// The k-th nearest one's.
    case kth

    /// - Parameters:
    ///   - distances: To the nearest, nearest first; at least one.
    ///   - count: k, at least 1; a bank with fewer recordings gives all that it has.
    package func score(_ distances: some RandomAccessCollection<Double>, count: Int) -> Double {
        let nearest = distances.prefix(count)
        return switch self {
        case .min: nearest.first ?? .nan
        case .mean: nearest.reduce(0, +) / Double(nearest.count)
        case .kth: nearest.last ?? .nan
        }
    }
}
