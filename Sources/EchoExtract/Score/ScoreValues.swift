import EchoScore

/// Scores of the test's rows and the nearest rows of the bank: 12 bytes for each of the nearest, and 8.
struct ScoreValues: Sendable {
    let nearestCount: Int
    private(set) var scores: [Double]
    /// `[row, nearest]`; -1 if there are fewer.
    private var rows: [Int32]
    private var distances: [Double]

    init(rowCount: Int, nearestCount: Int) {
        self.nearestCount = nearestCount
        scores = [Double](repeating: .nan, count: rowCount)
        rows = [Int32](repeating: -1, count: rowCount * nearestCount)
        distances = [Double](repeating: .nan, count: rowCount * nearestCount)
    }

    mutating func set(_ place: Int, _ answer: BankSearch.Answer) {
        scores[place] = answer.score
        for (number, neighbour) in answer.nearest.prefix(nearestCount).enumerated() {
            rows[place * nearestCount + number] = Int32(neighbour.row)
            distances[place * nearestCount + number] = neighbour.distance
        }
    }

    /// Rows of the bank's catalog, nearest first.
    func nearest(of place: Int) -> [Neighbour] {
        (0..<nearestCount).compactMap { number in
            let index = place * nearestCount + number
            return rows[index] < 0
                ? nil : Neighbour(row: Int(rows[index]), distance: distances[index])
        }
    }
}
