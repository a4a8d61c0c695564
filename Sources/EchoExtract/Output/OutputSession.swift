import EchoSignal
import EchoStore

/// A run's hold on its output folder: the shard's lock, what is to be done, and the stage that writes
/// it.
struct OutputSession {
    /// The recordings to embed, in order.
    let inputs: [Input]
    /// Holds decoders back where the stage takes recordings in order; else nil.
    let gate: DecodeGate?
    let embeddedBeforeCount: Int
    let failedBeforeCount: Int
    /// What is not as it was when the folder was begun.
    let changes: [String]
    var stage: any OutputStage
    private let lock: OutputLock

    /// Takes the lock, clears away what a dead process left, and finds out what is missing.
    ///
    /// - Throws: ``StoreError`` where another process writes there, the folder was written with
    ///   other settings, or what it holds cannot be read.
    init(_ extraction: Extraction, _ echo: Echo) throws(StoreError) {
        let (options, storage) = (extraction.options, extraction.options.storage)
        let plan = OutputPlan.digest(extraction.inputs)
        lock = try OutputLock.take(
            folder: options.output, shard: storage.shard, plan: plan)
        let shares = OutputPlan.shards(extraction.inputs, count: storage.shard.count)
        let share = shares[storage.shard.index].map { extraction.inputs[$0] }
        let problems = extraction.problems.map {
            FailureList.Failure(id: "", path: $0.path, code: $0.code, reason: $0.reason)
        }
        switch storage.layout {
        case .files:
            if try lock.isAlone(in: options.output) {
                EmbeddingFiles.removeLeftovers(of: share.map(\.name), folder: options.output)
            }
            inputs = share
            gate = nil
            (embeddedBeforeCount, failedBeforeCount, changes) = (0, 0, [])
            stage = try FilesStage(inputs: share, options: options, problems: problems)
        case .parts:
            let record = RunRecord(options, echo)
            changes = try record.claim(options.output, holding: lock, force: storage.force)
            let folder = try PartFolder(path: options.output)
            folder.removeLeftovers(
                of: storage.shard, isAlone: try lock.isAlone(in: options.output))
            let work = try PendingParts(
                share, in: folder, storage, level: options.level, run: record.digest,
                problems: problems)
            let gate = WaitingRowsLimit(limit: storage.waitingByteLimit)
            inputs = work.inputs
            self.gate = DecodeGate(
                gate: gate, embeddingWidth: echo.configuration.embeddingWidth,
                wantsRows: options.level.wantsSegments)
            embeddedBeforeCount = work.embeddedBeforeCount
            failedBeforeCount = work.failedBeforeCount
            stage = PartStage(work, gate: gate, keepsRecordings: options.listsRecordings)
        }
    }

    /// True where every recording is through.
    var isDone: Bool { stage.progress.finishedCount == inputs.count }
}
