import EchoSignal

/// What a ``RowExtraction`` did, under the names of an ``ExtractionSummary``.
package struct RowSummary: Sendable, Encodable {
    /// Recordings that were found.
    package let recordingCount: Int
    package let embeddedCount: Int
    /// Recordings that failed, and what could not be searched for recordings.
    package let badCount: Int
    /// Segments of up to 2000 frames that were embedded.
    package let segmentCount: Int
    /// Seconds of sound in the recordings that were embedded, and that it took.
    package let soundSeconds: Double
    package let seconds: Double
    /// What happened to the device, a line each.
    package let incidents: [String]
    /// Nodes of the graph that ran on the CPU though a device was asked for, each with the reason.
    package let declinedNodes: [String: String]
    /// What was left out of folders, archives and lists.
    package let skipped: SkippedFiles
    /// What is unusual about the columns of lists, a sentence each.
    package let warnings: [String]

    init(_ discovery: InputDiscovery, _ stage: RowStage, _ echo: Echo, time: Duration) {
        recordingCount = discovery.inputs.count
        (embeddedCount, badCount) = (stage.embeddedCount, stage.failedCount)
        (segmentCount, soundSeconds) = (stage.segmentCount, stage.soundSeconds)
        seconds = time / .seconds(1)
        incidents = echo.engines.flatMap(\.incidents)
        declinedNodes = echo.engines.reduce(into: [:]) { $0.merge($1.declinedNodes) { $1 } }
        (skipped, warnings) = (discovery.skipped, discovery.warnings)
    }
}
