/// Why scores and labels give no figure.
package enum RankingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is nothing to compare.
    case empty
    /// All are normal, or all are anomalous.
    case oneClass(isAnomalous: Bool, count: Int)
    /// A score that has no place in an order, by its index: NaN or an infinity.
    case notFinite(index: Int)

    package var description: String {
        switch self {
        case .empty: "there are no recordings"
        case .oneClass(let isAnomalous, let count):
            "all \(count) recordings are \(isAnomalous ? "anomalous" : "normal"): there is nothing "
                + "to compare them with"
        case .notFinite(let index): "score \(index) is not a finite number"
        }
    }
}
