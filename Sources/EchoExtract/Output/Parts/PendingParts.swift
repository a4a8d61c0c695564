import EchoSignal
import EchoStore

/// What a run in parts has to do: the recordings that the folder does not hold yet, and where they
/// go.
struct PendingParts {
    let folder: String
    let shard: Shard
    let level: Extraction.Level
    let format: ArrayFormat
    let element: ArrayElement
    /// ``RunRecord/digest`` of the settings.
    let run: String

    /// The recordings to embed, in order, and which try at each it is.
    private(set) var inputs: [Input] = []
    private var attempts: [Int] = []
    /// Which of ``inputs`` each part holds.
    let parts: [Range<Int>]
    /// The number of the first of ``parts``.
    let firstPartNumber: Int
    /// Recordings that are in the folder, and that failed and are not tried again.
    private(set) var embeddedBeforeCount = 0
    private(set) var failedBeforeCount = 0
    /// The failures in this shard's committed parts.
    let failures: FailureList

    /// Compares a shard's inputs with what the folder holds.
    ///
    /// - Parameter problems: What could not be searched for inputs.
    /// - Throws: ``StoreError`` where a manifest cannot be read.
    init(
        _ all: [Input], in folder: PartFolder, _ options: OutputOptions, level: Extraction.Level,
        run: String, problems: [FailureList.Failure]
    ) throws(StoreError) {
        (self.folder, shard) = (folder.path, options.shard)
        (self.level, self.run) = (level, run)
        (format, element) = (options.format, options.element)
        var failed: [ManifestEntry] = []
        let shard = options.shard
        let known = try KnownInputs(folder) { part, entry in
            if part.shard == shard, entry.isFailed { failed.append(entry) }
        }
        for input in all {
            switch known.state(of: RecordingSource(input)) {
            case .embedded: embeddedBeforeCount += 1
            case .failed where !options.retriesFailed: failedBeforeCount += 1
            case .failed(let attempt), .missing(let attempt):
                inputs.append(input)
                attempts.append(attempt + 1)
            }
        }
        parts = OutputPlan.parts(inputs, size: options.partSize)
        firstPartNumber = folder.nextNumber(of: shard)
        var failures = FailureList(folder: folder.path, shard: shard, problems: problems)
        for entry in failed where known.isLatest(entry) { failures.add(entry) }
        self.failures = failures
    }

    /// The line of a recording in the manifest.
    func entry(_ number: Int, _ outcome: ManifestEntry.Outcome) -> ManifestEntry {
        ManifestEntry(
            source: RecordingSource(inputs[number]), attempt: attempts[number], run: run,
            outcome: outcome)
    }
}

extension RecordingSource {
    init(_ input: Input) {
        self.init(
            id: input.id, path: input.path, byteCount: input.byteCount,
            modified: input.modified == 0 ? nil : Int(input.modified),
            overrides: input.overrides.record, fields: input.fields)
    }
}
