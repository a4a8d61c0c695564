/// The recordings of a run that are through, written or found bad.
package struct FinishedRecordings: Sendable {
    package private(set) var count = 0
    /// Those that could not be embedded, by the code of the reason.
    package private(set) var failedCounts: [String: Int] = [:]
    package var failedCount: Int { failedCounts.values.reduce(0, +) }

    mutating func addEmbedded() { count += 1 }

    mutating func addFailed(_ failure: RecordingFailure) {
        count += 1
        failedCounts[failure.code, default: 0] += 1
    }
}
