import EchoSignal
import EchoStore
import Logging

/// A run's hold on its output folder: the shard's lock, what is to be done, and the stage that writes
/// it.
struct OutputSession {
    /// The recordings to embed, in order.
    let inputs: InputList
    /// Holds decoders back where the stage takes recordings in order; else nil.
    let gate: DecodeGate?
    let embeddedBeforeCount: Int
    let failedBeforeCount: Int
    /// What is not as it was when the folder was begun.
    let changes: [String]
    var stage: any OutputStage
    private let lock: OutputLock
    private let folder: String
    private let record: RunRecord

    /// Takes the lock, clears away what a dead process left, and finds out what is missing.
    ///
    /// - Throws: ``StoreError`` if another process writes there, the folder was written with
    ///   other settings, or what it holds cannot be read.
    init(_ extraction: Extraction, _ echo: Echo) throws(StoreError) {
        let (options, storage) = (extraction.options, extraction.options.storage)
        self.folder = options.output
        let plan = OutputPlan.digest(extraction.inputs)
        lock = try OutputLock.take(
            folder: options.output, shard: storage.shard, plan: plan)
        let share = OutputPlan.share(storage.shard, of: extraction.inputs)
        let problems = extraction.problems.map {
            FailureList.Failure(id: "", path: $0.path, code: $0.code, reason: $0.reason)
        }
        record = RunRecord(options, echo)
        let changes = try record.claim(options.output, holding: lock, force: storage.force)
        let folder = try PartFolder(path: options.output)
        let isAlone = try lock.isAlone(in: options.output)
        folder.removeLeftovers(of: storage.shard, isAlone: isAlone)
        let isInFiles = storage.layout == .files
        if isInFiles, isAlone {
            EmbeddingFiles.removeLeftovers(of: share.lazy.map(\.name), folder: options.output)
        }
        let pending = try PendingRecordings(
            share, in: folder, storage, run: record.digest,
            presence: isInFiles
                ? EmbeddingPresence(folder: options.output, level: options.level) : nil,
            problems: problems)
        for loss in pending.losses { options.logger?.warning("\(loss).") }
        self.changes = changes + pending.losses.suffix(1)
        inputs = pending.inputs
        embeddedBeforeCount = pending.embeddedBeforeCount
        failedBeforeCount = pending.failedBeforeCount
        if isInFiles {
            gate = nil
            stage = FilesStage(
                pending, options, try ManifestLog(folder, shard: storage.shard))
        } else {
            let gate = WaitingRowsLimit(limit: storage.waitingByteLimit)
            self.gate = DecodeGate(
                gate: gate, embeddingWidth: echo.configuration.embeddingWidth,
                wantsRows: options.level.wantsSegments)
            let work = PendingParts(pending, in: folder, storage, level: options.level)
            stage = PartStage(
                work, gate: gate, keepsRecordings: options.listsRecordings,
                failureLimit: options.failureLimit)
        }
    }

    /// Writes what goes with the recordings, and requires that what says what they are is still there.
    ///
    /// - Throws: ``StoreError`` if it cannot be written, or went meanwhile.
    mutating func finish() throws(StoreError) {
        try stage.finish()
        // Written again, or no run would go on with what is there.
        if try RunRecord.create(record, in: folder) == nil {
            throw StoreError(path: folder + "/" + RunRecord.fileName, .wentMeanwhile)
        }
    }

    /// True if every recording is through.
    var isDone: Bool { stage.finished.count == inputs.count }
}
