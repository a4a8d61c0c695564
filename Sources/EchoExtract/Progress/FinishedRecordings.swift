/// The recordings of a run that are through, written or found bad.
package struct FinishedRecordings: Sendable {
    package private(set) var count = 0
    /// Those that could not be embedded, by the code of the reason.
    package private(set) var failedCounts: [String: Int] = [:]
    package var failedCount: Int { failedCounts.values.reduce(0, +) }

    /// Those that there is something to say of, in the order in which they were through.
    private(set) var remarks: [RecordingRemark] = []

    mutating func addEmbedded(_ path: String, note: String?) {
        count += 1
        if let note { remarks.append(.note(path: path, note)) }
    }

    mutating func addFailed(_ recording: ExtractionSummary.BadRecording) {
        count += 1
        failedCounts[recording.code, default: 0] += 1
        remarks.append(.failure(recording))
    }
}

/// What is to be said of a recording as soon as it is through.
package enum RecordingRemark: Sendable {
    case failure(ExtractionSummary.BadRecording)
    /// It is embedded, and unusual.
    case note(path: String, String)
}
