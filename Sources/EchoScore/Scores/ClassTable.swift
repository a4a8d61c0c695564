import EchoFormats

/// `classes.csv`: a line for each recording whose class was told.
///
/// Columns: ``columns``, then for each of the neighbours that voted `nearest_1`, `nearest_1_class`,
/// `nearest_1_distance`, `nearest_2` and so on. `fold` is empty if there are none.
package enum ClassTable {
    package static let fileName = "classes.csv"

    package static let columns = ["id", "class", "told", "fold"]

    /// A line of it.
    package struct Row: Hashable, Sendable {
        package var id: String
        /// The class that it has, and the one that it was told for.
        package var truth: String
        package var told: String
        /// From 0.
        package var fold: Int?
        package var neighbours: [Neighbour] = []

        package struct Neighbour: Hashable, Sendable {
            package let id: String
            package let name: String
            /// Of several channels, fused distances, which may be negative.
            package let distance: Double

            package init(id: String, class name: String, distance: Double) {
                (self.id, self.name, self.distance) = (id, name, distance)
            }
        }

        package init(id: String, truth: String, told: String, fold: Int?) {
            (self.id, self.truth, self.told, self.fold) = (id, truth, told, fold)
        }
    }

    /// The first line.
    package static func header(neighbourCount: Int) -> String {
        let neighbours = (0..<neighbourCount).flatMap { number in
            ["", "_class", "_distance"].map { "nearest_\(number + 1)\($0)" }
        }
        return CSVRecords.line(columns + neighbours)
    }

    package static func line(_ row: Row, neighbourCount: Int) -> String {
        var fields = [row.id, row.truth, row.told, row.fold.map { "\($0)" } ?? ""]
        for neighbour in row.neighbours.prefix(neighbourCount) {
            fields += [neighbour.id, neighbour.name, "\(neighbour.distance)"]
        }
        let missing = max(0, neighbourCount - row.neighbours.count)
        return CSVRecords.line(fields + [String](repeating: "", count: 3 * missing))
    }
}
