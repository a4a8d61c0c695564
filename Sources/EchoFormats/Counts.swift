extension Int {
    /// The sum, or the largest number there is: sizes that files claim may be anything.
    package func addingClamped(_ other: Int) -> Int {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? (other < 0 ? .min : .max) : sum
    }

    /// As a message says it: `1 recording`, `2 recordings`.
    ///
    /// - Parameter noun: One whose plural ends in s.
    package func counted(_ noun: String) -> String { "\(self) \(noun)" + (self == 1 ? "" : "s") }
}

extension ClosedRange<Int> {
    /// As a message says it: `1 to 65536`.
    package var inWords: String { "\(lowerBound) to \(upperBound)" }
}
