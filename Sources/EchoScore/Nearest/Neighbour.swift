/// A row of a bank, and how far it lies from a query.
package struct Neighbour: Hashable, Sendable {
    /// Its number in the bank, from 0.
    package let row: Int
    package let distance: Double

    package init(row: Int, distance: Double) { (self.row, self.distance) = (row, distance) }
}

/// How far two embeddings x and y differ, in float64.
package enum Metric: String, CaseIterable, Sendable {
    /// `1 - x · y / ((|x| + 1e-10) (|y| + 1e-10))`, SIREN's.
    case cosine
    /// `|x - y|`.
    case euclidean
}
