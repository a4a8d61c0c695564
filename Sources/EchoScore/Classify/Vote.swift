/// Which class the neighbours of a recording speak for.
enum Vote {
    /// The class that most of them have; of classes with as many votes the one that comes first, which is the nearest
    /// one's (SIREN: `Counter(labels).most_common(1)`). Nil if there are none.
    ///
    /// - Parameter classes: Of the neighbours, nearest first.
    static func winner(_ classes: [Int]) -> Int? {
        var votes: [Int: Int] = [:]
        for name in classes { votes[name, default: 0] += 1 }
        let most = votes.values.max()
        return classes.first { votes[$0] == most }
    }
}
