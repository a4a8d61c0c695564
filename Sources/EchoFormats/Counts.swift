extension Int {
    /// The sum, or the largest number there is: sizes that files claim may be anything.
    package func addingClamped(_ other: Int) -> Int {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? (other < 0 ? .min : .max) : sum
    }
}

extension ClosedRange<Int> {
    /// As a message says it: `1 to 65536`.
    package var inWords: String { "\(lowerBound) to \(upperBound)" }
}
