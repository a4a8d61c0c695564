/// What recordings of each class were taken for.
package struct ConfusionMatrix: Hashable, Sendable {
    package let classes: [String]
    /// A row for each true class, a column for each class that was found; in the order of `classes`.
    package private(set) var counts: [[Int]]

    package init(classes: [String]) {
        self.classes = classes
        counts = Array(repeating: Array(repeating: 0, count: classes.count), count: classes.count)
    }

    /// Counts one recording; both are places in `classes`.
    package mutating func add(truth: Int, found: Int) { counts[truth][found] += 1 }

    package var recordingCount: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } }

    /// The share that was found right; nil if there are no recordings.
    package var accuracy: Double? {
        let count = recordingCount
        guard count > 0 else { return nil }
        return Double(classes.indices.reduce(0) { $0 + counts[$1][$1] }) / Double(count)
    }

    /// Figures of each class; what would be divided by 0 is 0, as with scikit-learn's `zero_division=0`.
    package var byClass: [ClassFigures] {
        classes.indices.map { index in
            let right = counts[index][index]
            let support = counts[index].reduce(0, +)
            let taken = counts.reduce(0) { $0 + $1[index] }
            return ClassFigures(
                name: classes[index], support: support, precision: share(right, of: taken),
                recall: share(right, of: support), f1: share(2 * right, of: support + taken))
        }
    }

    /// The mean of the classes' F1, each counting once. Classes that no recording has and none was taken for
    /// are left out, as scikit-learn's `average="macro"` does; nil if there are none.
    package var macroF1: Double? {
        Mean.arithmetic(
            zip(byClass, counts.indices).filter { figures, index in
                figures.support > 0 || counts.contains { $0[index] > 0 }
            }.map(\.0.f1))
    }

    /// The mean of the classes' F1, weighted by how many recordings each has: what SIREN prints
    /// (`average="weighted"`); nil if there are no recordings.
    package var weightedF1: Double? {
        let count = recordingCount
        guard count > 0 else { return nil }
        return byClass.reduce(0) { $0 + $1.f1 * Double($1.support) } / Double(count)
    }

    private func share(_ part: Int, of whole: Int) -> Double {
        whole == 0 ? 0 : Double(part) / Double(whole)
    }
}

/// How well one class was found: shares, 0 to 1.
package struct ClassFigures: Hashable, Sendable {
    package let name: String
    /// Recordings that have this class.
    package let support: Int
    /// Of what was taken for it, how much is.
    package let precision: Double
    /// Of what is, how much was found.
    package let recall: Double
    /// The harmonic mean of both.
    package let f1: Double
}
