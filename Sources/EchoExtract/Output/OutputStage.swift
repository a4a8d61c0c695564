import EchoSignal
import EchoStore

/// The pipeline's last stage: takes the events of recordings and writes what becomes of them.
protocol OutputStage {
    /// The recordings that are through.
    var finished: FinishedRecordings { get }
    /// True once more failed than ``Extraction/Options/failureLimit`` allows: what follows is not taken.
    var hasTooManyFailures: Bool { get }
    /// What was embedded, in the order of the inputs; perhaps not every one, see the stage.
    var recordings: [ExtractionSummary.Recording] { get }
    /// The recordings that could not be embedded, in the order of the inputs.
    var badRecordings: [ExtractionSummary.BadRecording] { get }
    var embeddedCount: Int { get }
    var soundSeconds: Double { get }
    /// Recordings that were embedded and are not kept, where the run ends now.
    var droppedCount: Int { get }
    /// The recordings that failed and have not been embedded since, in earlier runs too.
    var failureList: FailureList { get }

    /// Takes the next event of any recording.
    ///
    /// - Throws: ``StoreError`` if a file cannot be written.
    mutating func take(_ event: RecordingEvent<EncodedSegment>) throws(StoreError)

    /// Puts in place what is whole, after the events of a batch.
    ///
    /// - Throws: ``StoreError`` if a file cannot be put there.
    mutating func endBatch() throws(StoreError)

    /// Writes what goes with the recordings: the list of failures.
    ///
    /// - Throws: ``StoreError`` if it cannot be written.
    mutating func finish() throws(StoreError)

    /// Removes what was written of what is not whole.
    mutating func abandon()
}
