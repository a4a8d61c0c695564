/// How far a gain that a device computes may lie from the true one, and what that proves.
///
/// A device computes, in float32 (unit roundoff u = 2^-24, K products a sum, in any order, with or without fused
/// multiply-adds, numbers below 2^-126 perhaps taken for zero),
///
///     key = fma(sum y_i p_i, scale, offset)
///
/// of y and p, which are z and w rounded to float32 (``RowPreparation``). With γ = (K + 8) u / (1 - (K + 8) u):
///
/// - The sum: at most K u / (1 - K u) Σ|y_i p_i| ≤ γ_K |y| |p|, by Cauchy and Schwarz (Higham, Accuracy and
///   Stability of Numerical Algorithms, 2nd edition, 3.1: of every order of summation).
/// - y and p for z and w: each element by u of itself, together 2 u |z| |w| (1 + u).
/// - cosine's offset y·μ for z·μ: u |z| |μ|, and u |z| |μ| for its own rounding; euclidean's -|z|²: u |z|².
/// - The key's own rounding: u of its magnitude, at most |z| |w| + |z| |μ|, or 2 |z| |w| + |z|².
/// - What is taken for zero: at most 2^-126 for each of y_i, p_i and their products and partial sums, for the
///   scale and the offset: (4 K + 8) 2^-126 where |y|, |p| ≤ 2 and scale ≤ 1.
///
/// So with λ = |μ| for cosine, factor 1, and λ = |z| for euclidean, factor 2, the error is at most
///
///     γ factor |z| |w| + 4 u |z| λ + (4 K + 8) 2^-126 unit
///
/// where keys count in `unit`s. γ with K + 8 pays for the squares of u, and for lengths that are computed.
struct GainBound {
    let metric: Metric
    /// K + 8.
    private let terms: Double
    private let gamma: Double
    private let meanLength: Double
    /// What float64 loses where a distance of the definition is computed.
    private let slack: Double

    private static let roundoff = 0x1p-24

    init(_ preparation: RowPreparation) {
        metric = preparation.metric
        meanLength = preparation.meanLength
        terms = Double(preparation.mean.count + 8)
        gamma = terms * Self.roundoff / (1 - min(terms * Self.roundoff, 0.5))
        // cosine: two lengths and a product, each of K terms of at most 1, and z, w and μ, which are computed
        // from them; euclidean: relative to the squared distance. Both with room to spare.
        let scale = metric == .cosine ? (1 + meanLength) * (1 + meanLength) : 1
        slack = 16 * terms * 0x1p-53 * scale
    }

    /// The largest error of a key, as a gain.
    ///
    /// - Parameters:
    ///   - length: |z|.
    ///   - query: |w|.
    ///   - unit: What a key of 1 is as a gain.
    func error(length: Double, query: Double, unit: Double) -> Double {
        let lost = 4 * terms * 0x1p-126 * unit
        return switch metric {
        case .cosine:
            gamma * length * query + 4 * Self.roundoff * length * meanLength + lost
        case .euclidean:
            2 * gamma * length * query + 4 * Self.roundoff * length * length + lost
        }
    }

    /// A distance as what it loses of the most gain that there can be: itself, or its square.
    func loss(_ distance: Double) -> Double {
        metric == .cosine ? distance : distance * distance
    }

    /// True if every row whose loss is at least `least` is farther away than `distance` even as computed in
    /// float64.
    func isFarther(least: Double, than distance: Double) -> Bool {
        switch metric {
        case .cosine: least - slack > distance
        case .euclidean: least * (1 - slack) > distance * distance * (1 + slack)
        }
    }

    /// The largest |z| of a row that may be as near as `distance`: with `euclidean` |z| - |w| is at most that.
    func reach(query: Double, distance: Double) -> Double {
        metric == .cosine ? .infinity : (query + distance) * (1 + slack)
    }
}
