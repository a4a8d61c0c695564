import EchoInvariant

/// How well scores put anomalous recordings above normal ones: the points of the receiver operating
/// characteristic (ROC), one for each different score, from the largest down.
package struct Ranking: Sendable {
    package let normalCount: Int
    package let anomalousCount: Int
    private let points: [Point]

    /// Recordings whose score is at least a threshold.
    private struct Point: Sendable {
        var normal = 0
        var anomalous = 0
    }

    /// Sorts the scores, in O(n log n).
    ///
    /// - Parameters:
    ///   - scores: Finite; the larger, the odder.
    ///   - isAnomalous: The truth, one for each score.
    package init(scores: [Double], isAnomalous: [Bool]) throws(RankingError) {
        invariant(
            scores.count == isAnomalous.count,
            "\(scores.count) scores have \(isAnomalous.count) labels")
        guard !scores.isEmpty else { throw .empty }
        if let index = scores.firstIndex(where: { !$0.isFinite }) { throw .notFinite(index: index) }
        anomalousCount = isAnomalous.count { $0 }
        normalCount = scores.count - anomalousCount
        guard normalCount > 0, anomalousCount > 0 else {
            throw .oneClass(isAnomalous: normalCount == 0, count: scores.count)
        }
        var points: [Point] = []
        var point = Point()
        var score: Double?
        // Sorted with their labels beside them: by their indices they would be read from all over memory.
        let recordings = zip(scores, isAnomalous).map { (score: $0, isAnomalous: $1) }
        for recording in recordings.sorted(by: { $0.score > $1.score }) {
            // What ties is above a threshold together.
            if let score, recording.score != score { points.append(point) }
            score = recording.score
            if recording.isAnomalous { point.anomalous += 1 } else { point.normal += 1 }
        }
        points.append(point)
        self.points = points
    }

    /// The area under the curve: how many of all pairs of an anomalous and a normal recording have the
    /// anomalous one above, pairs that tie counting half (Mann and Whitney's U). 0 to 1; 0.5 is chance.
    package var auc: Double {
        var doubled = 0
        var last = Point()
        for point in points {
            doubled += (point.normal - last.normal) * (last.anomalous + point.anomalous)
            last = point
        }
        return Double(doubled) / (2 * Double(normalCount) * Double(anomalousCount))
    }

    /// The area under the curve where at most a share `limit` of the normal recordings is above the threshold.
    ///
    /// By trapezoids, the last one cut at `limit`; then scaled so that chance gives 0.5 and perfection 1 (McClish, "Analyzing
    /// a portion of the ROC curve", 1989): `0.5 (1 + (a - p^2/2) / (p - p^2/2))`. scikit-learn's
    /// `roc_auc_score(max_fpr=limit)`. Can be below 0.5, never below `0.5 - p / (4 - 2 p)`.
    ///
    /// - Parameter limit: Above 0, at most 1; 1 gives ``auc``.
    package func partialAUC(upTo limit: Double) -> Double {
        invariant(limit > 0 && limit <= 1, "\(limit) is no share of normal recordings")
        guard limit < 1 else { return auc }
        // In recordings, not in shares, so that sums are exact up to the cut.
        let end = limit * Double(normalCount)
        var area = 0.0
        var last = Point()
        for point in points {
            let width = Double(point.normal - last.normal)
            let (low, high) = (Double(last.anomalous), Double(point.anomalous))
            if Double(point.normal) > end {
                let part = end - Double(last.normal)
                area += part * (low + (low + (high - low) * part / width)) / 2
                break
            }
            area += width * (low + high) / 2
            last = point
        }
        area /= Double(normalCount) * Double(anomalousCount)
        let chance = limit * limit / 2
        return 0.5 * (1 + (area - chance) / (limit - chance))
    }
}
