import EchoInvariant

/// The value below which a share of the others lies, by numpy's linear rule.
///
/// Of n sorted values the one at place `(n - 1) share`, from 0; between two places their weighted mean
/// (Hyndman and Fan's type 7): `numpy.quantile(values, share)`, to the last digit.
///
/// - Parameters:
///   - share: 0 to 1.
///   - values: Any order.
/// - Throws: ``RankingError`` if there are none, or one is not finite.
package func quantile(_ share: Double, of values: [Double]) throws(RankingError) -> Double {
    invariant(share >= 0 && share <= 1, "\(share) is no share")
    guard !values.isEmpty else { throw .empty }
    if let index = values.firstIndex(where: { !$0.isFinite }) { throw .notFinite(index: index) }
    let sorted = values.sorted()
    let place = Double(sorted.count - 1) * share
    let lower = Int(place)
    let (below, above) = (sorted[lower], sorted[min(lower + 1, sorted.count - 1)])
    let part = place - Double(lower)
    // From the nearer end, as numpy does: so that a part of 1 gives the upper value.
    return part < 0.5 ? below + (above - below) * part : above - (above - below) * (1 - part)
}
