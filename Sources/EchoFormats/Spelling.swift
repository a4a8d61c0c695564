/// Which name a mistyped one was meant to be.
package enum Spelling {
    /// The name that takes the fewest changes of a letter to get to; nil if none is near.
    ///
    /// A change adds, leaves out or replaces a letter, or swaps two neighbours. More changes than a third of the
    /// letters make another word.
    package static func nearest(to name: String, among names: some Sequence<String>) -> String? {
        // A name that nobody mistyped is cut off: the time grows with its length.
        let typed = Array(name.utf8.prefix(200))
        let best = names.map { (name: $0, distance: distance(typed, Array($0.utf8))) }
            .min { $0.distance < $1.distance }
        return best.flatMap { $0.distance <= max(1, typed.count / 3) ? $0.name : nil }
    }

    /// The nearest name; else those that begin with what was typed, at most three: `out` may be `output`.
    package static func candidates(
        for name: String, among names: some Sequence<String>
    ) -> [String] {
        if let near = nearest(to: name, among: names) { return [near] }
        guard name.utf8.count >= 2 else { return [] }
        let longer = names.filter { $0.hasPrefix(name) }
        return longer.count <= 3 ? longer : []
    }

    /// Letters to change to make one of the other, two neighbours that are swapped counting as one change
    /// ("optimal string alignment").
    package static func distance(_ first: [UInt8], _ second: [UInt8]) -> Int {
        // Three rows of the usual table: the one being filled and the two above it.
        var (before, row) = ([Int](), Array(0...second.count))
        for (line, letter) in first.enumerated() {
            let above = row
            row[0] = line + 1
            for (column, other) in second.enumerated() {
                row[column + 1] = min(
                    above[column] + (letter == other ? 0 : 1), above[column + 1] + 1,
                    row[column] + 1)
                if line > 0, column > 0, letter == second[column - 1], first[line - 1] == other {
                    row[column + 1] = min(row[column + 1], before[column - 1] + 1)
                }
            }
            before = above
        }
        return row[second.count]
    }
}
