import EchoSignal
import EchoStore

/// What a run in parts has to do, and where it goes.
struct PendingParts {
    let recordings: PendingRecordings
    let level: Extraction.Level
    let format: ArrayFormat
    let element: ArrayElement
    /// Which of the recordings each part holds.
    let parts: [Range<Int>]
    /// The number of the first of ``parts``.
    let firstNumber: Int

    var folder: String { recordings.folder }
    var shard: Shard { recordings.shard }
    var inputs: InputList { recordings.inputs }

    init(
        _ recordings: PendingRecordings, in folder: PartFolder, _ options: OutputOptions,
        level: Extraction.Level
    ) {
        (self.recordings, self.level) = (recordings, level)
        (format, element) = (options.format, options.element)
        parts = OutputPlan.parts(recordings.inputs, size: options.partSize)
        firstNumber = folder.nextNumber(of: options.shard)
    }
}
