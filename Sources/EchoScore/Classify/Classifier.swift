import EchoInvariant
import EchoStore

/// Tells the class of recordings by those of their nearest neighbours.
package struct Classifier: Sendable {
    /// Neighbours that vote; all if there are fewer.
    package var k: Int
    package var channels: Channels
    private let finder: any NearestFinder

    /// How recordings of several channels are compared; those of one are the same with both.
    package enum Channels: String, CaseIterable, Sendable {
        /// Distances of each channel, scaled and averaged: ``FusedDistances``.
        case fused
        /// The euclidean distance of all channels, one after the other.
        case sideBySide = "side-by-side"
    }

    /// - Parameters:
    ///   - k: At least 1. SIREN takes 5.
    ///   - finder: Of the nearest rows, where channels are not fused.
    package init(k: Int = 5, channels: Channels = .fused, finder: any NearestFinder) {
        invariant(k >= 1, "\(k) neighbours cannot vote")
        (self.k, self.channels, self.finder) = (k, channels, finder)
    }

    /// A recording's class, and who voted for it.
    package struct Answer: Hashable, Sendable {
        /// Of the classes by their numbers; nil if there are no neighbours.
        package let found: Int?
        /// Nearest first; of a row number in what they were sought in.
        package let neighbours: [Neighbour]
    }

    /// Takes each recording for what its neighbours in a bank are.
    ///
    /// - Parameter classes: The class of each recording of the bank, by its number.
    /// - Throws: What the finder throws.
    package func classify(
        _ queries: ChannelRows, by bank: ChannelRows, classes: [Int]
    ) throws -> [Answer] {
        try answers(to: queries, in: bank, excluding: [], classes)
    }

    /// Takes each recording for what its neighbours among all the others are.
    package func leaveOneOut(_ rows: ChannelRows, classes: [Int]) throws -> [Answer] {
        try answers(to: rows, in: rows, excluding: (0..<rows.rowCount).map { [$0] }, classes)
    }

    /// Takes each recording for what its neighbours in the other folds are.
    ///
    /// Holds a second copy of the rows.
    ///
    /// - Parameter folds: Of each recording the number of its fold: ``StratifiedFolds``, or any other.
    package func crossValidate(
        _ rows: ChannelRows, classes: [Int], folds: [Int]
    ) throws -> [Answer] {
        invariant(
            folds.count == rows.rowCount, "\(rows.rowCount) recordings have \(folds.count) folds")
        var answers = [Answer](repeating: Answer(found: nil, neighbours: []), count: rows.rowCount)
        for fold in Set(folds).sorted() {
            let asked = folds.indices.filter { folds[$0] == fold }
            let known = folds.indices.filter { folds[$0] != fold }
            let found = try classify(
                rows.rows(asked), by: rows.rows(known), classes: known.map { classes[$0] })
            for (recording, answer) in zip(asked, found) {
                answers[recording] = Answer(
                    found: answer.found,
                    neighbours: answer.neighbours.map {
                        Neighbour(row: known[$0.row], distance: $0.distance)
                    })
            }
        }
        return answers
    }

    private func answers(
        to queries: ChannelRows, in bank: ChannelRows, excluding excluded: [[Int]],
        _ classes: [Int]
    ) throws -> [Answer] {
        invariant(
            classes.count == bank.rowCount,
            "\(bank.rowCount) recordings of the bank have \(classes.count) classes")
        guard queries.rowCount > 0, bank.rowCount > 0 else {
            let none = Answer(found: nil, neighbours: [])
            return Array(repeating: none, count: queries.rowCount)
        }
        let found =
            channels == .fused && bank.channels.count > 1
            ? try FusedDistances.nearest(k, to: queries, in: bank, excluding: excluded)
            : try finder.nearest(
                k, to: queries.sideBySide, in: bank.sideBySide, by: .euclidean, excluding: excluded)
        return found.map { neighbours in
            Answer(found: Vote.winner(neighbours.map { classes[$0.row] }), neighbours: neighbours)
        }
    }
}
