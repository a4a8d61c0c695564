/// The nearest rows to one query among those added so far.
struct BestRows {
    private let count: Int
    /// Nearest first; of equal distances the lower row.
    private(set) var neighbours: [Neighbour] = []

    init(count: Int) { self.count = count }

    /// The distance of the last of `count`; infinite while there are fewer.
    var limit: Double {
        neighbours.count < count ? .infinity : neighbours[neighbours.count - 1].distance
    }

    /// Adds a row that is not there yet.
    mutating func add(_ row: Int, distance: Double) {
        func isNearer(_ other: Neighbour) -> Bool {
            (distance, row) < (other.distance, other.row)
        }
        if neighbours.count == count {
            guard let last = neighbours.last, isNearer(last) else { return }
            neighbours.removeLast()
        }
        var (low, high) = (0, neighbours.count)
        while low < high {
            let middle = (low + high) / 2
            if isNearer(neighbours[middle]) { high = middle } else { low = middle + 1 }
        }
        neighbours.insert(Neighbour(row: row, distance: distance), at: low)
    }

    /// Takes out what is there of some rows.
    mutating func remove(_ rows: Range<Int>) {
        neighbours.removeAll { rows.contains($0.row) }
    }
}
