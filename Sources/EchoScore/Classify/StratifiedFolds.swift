import EchoFormats
import EchoInvariant

/// Folds in which each class has its share.
package enum StratifiedFolds {
    /// The fold of each recording, from 0.
    ///
    /// Class after class, in the order of their names, the recordings of a class are dealt out to the folds like cards, in
    /// the order of their ids, byte by byte, and each class begins with the fold after the last one's. So two folds differ
    /// by at most one recording in each class, and by at most one in all. Nothing is random: the same ids and labels give
    /// the same folds. (scikit-learn's `StratifiedKFold`, which SIREN uses, shuffles; its folds are others.)
    ///
    /// Recordings that belong together, such as pieces of one long recording, come into different folds.
    ///
    /// - Parameter count: At least 2, at most the number of recordings.
    package static func folds(labels: [String], ids: [String], count: Int) -> [Int] {
        invariant(labels.count == ids.count, "\(ids.count) ids have \(labels.count) labels")
        invariant(
            count >= 2 && count <= ids.count, "\(ids.count) recordings make no \(count) folds")
        let order = ids.indices.sorted { first, second in
            labels[first] == labels[second]
                ? ids[first].utf8.lexicographicallyPrecedes(ids[second].utf8)
                : labels[first] < labels[second]
        }
        var folds = [Int](repeating: 0, count: ids.count)
        for (place, recording) in order.enumerated() { folds[recording] = place % count }
        return folds
    }
}
