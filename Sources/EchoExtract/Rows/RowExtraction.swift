import EchoFormats
import EchoOpenCL
import EchoSignal
import EchoStore

/// Recordings of files to embeddings in memory: an ``Extraction`` that writes nothing.
///
/// Inputs are looked for, decoded and embedded on threads of our own; the caller's only waits, and takes
/// rows. Nobody waits for those threads where the caller wants no more.
package struct RowExtraction: Sendable {
    /// What is embedded, and how.
    package struct Request: Sendable {
        package var selection: InputSelection
        package var level: Extraction.Level
        package var batchSize: Int

        package init(
            _ selection: InputSelection, level: Extraction.Level = .utterance,
            batchSize: Int = Echo.defaultBatchSize
        ) {
            (self.selection, self.level, self.batchSize) = (selection, level, batchSize)
        }
    }

    /// Bytes of embeddings that may wait in memory for their turn.
    private static let waitingByteLimit = 256 << 20

    private let echo: Echo
    private let request: Request
    private let reading = ReadingStop()

    package init(_ request: Request, on echo: Echo) {
        var request = request
        request.selection.purpose = .rows
        (self.echo, self.request) = (echo, request)
    }

    /// Embeds the recordings.
    ///
    /// - Parameters:
    ///   - progress: Told how many recordings are done, and of how many (0 while they are looked for), at
    ///     the start, at the end and at least every 0.25 s; false stops.
    ///   - row: Takes the next row; false stops.
    /// - Throws: ``EchoError`` if the request makes no list of recordings, the device fails, or this
    ///   process cannot go on; of kind `stopped`.
    package func run(
        progress: (_ done: Int, _ total: Int) -> Bool, row: (RecordingRow) -> Bool
    ) throws(EchoError) -> RowSummary {
        try echo.requireBatchSize(request.batchSize)
        defer { reading.stop() }
        do throws(MemoryFailure) {
            return try run(progress, row)
        } catch {
            throw error.error
        }
    }

    private func run(
        _ progress: (_ done: Int, _ total: Int) -> Bool, _ row: (RecordingRow) -> Bool
    ) throws(MemoryFailure) -> RowSummary {
        let start = ContinuousClock.now
        var report = MemoryReport(total: 0)
        try report.tell(progress)
        let discovery = try find(&report, progress)
        report.total = discovery.inputs.count
        try report.tell(progress)
        let gate = WaitingRowsLimit(limit: Self.waitingByteLimit)
        var stage = RowStage(discovery, level: request.level, gate: gate)
        let hand = { (next: RecordingRow) throws(MemoryFailure) in
            guard row(next) else {
                throw MemoryFailure(EchoError(.stopped, "stopped, as the row callback asked."))
            }
        }
        if !stage.isDone { try embed(discovery.inputs, &stage, gate, &report, progress, hand) }
        try stage.finish(hand: hand)
        try report.tell(progress)
        return RowSummary(discovery, stage, echo, time: ContinuousClock.now - start)
    }

    private func embed(
        _ inputs: InputList, _ stage: inout RowStage, _ gate: WaitingRowsLimit,
        _ report: inout MemoryReport, _ progress: (_ done: Int, _ total: Int) -> Bool,
        _ hand: (RecordingRow) throws(MemoryFailure) -> Void
    ) throws(MemoryFailure) {
        let wantsRows = request.level.wantsSegments
        let work = RecordingStages.Work(
            inputs: inputs, reading: request.selection.reading, wantsRows: wantsRows,
            batchSize: request.batchSize,
            gate: DecodeGate(
                gate: gate, embeddingWidth: echo.configuration.embeddingWidth,
                wantsRows: wantsRows))
        let stages = RecordingStages(work, engines: echo.engines, reading: reading)
        defer { stages.cancel() }
        do throws(EchoError) { try stages.start() } catch { throw MemoryFailure(error) }
        var channels = ChannelJoin()
        while !stage.isDone {
            switch stages.batches.pop(within: memoryLookInterval) {
            case .element(.success(let events)):
                for event in events.compactMap({ channels.join($0) }) {
                    stage.take(event)
                    // One that took its time may have kept thousands waiting.
                    while try stage.handNext(hand) {
                        report.done = stage.finishedCount
                        try report.tellNowAndThen(progress)
                    }
                    try report.tellNowAndThen(progress)
                }
            case .element(.failure(let error)): throw MemoryFailure(error)
            case .nothing: break
            case .ended: throw MemoryFailure(stages.failure ?? .threadsEnded)
            }
            try report.tellNowAndThen(progress)
        }
    }

    /// Looks for the recordings, which takes long where folders are large or archives are read to their
    /// ends.
    private func find(
        _ report: inout MemoryReport, _ progress: (_ done: Int, _ total: Int) -> Bool
    ) throws(MemoryFailure) -> InputDiscovery {
        let found = OrderedQueue<Result<InputDiscovery, EchoError>>(capacity: 1, writerCount: 1)
        let selection = request.selection
        do throws(EchoError) {
            try WorkerPool.shared.run("find") { [reading] in
                let result = ReadingStop.$current.withValue(reading) {
                    Result { try InputDiscovery(selection) }.mapError { EchoError($0) }
                }
                _ = found.push(result, number: 0, size: 0)
                found.finish()
            }
        } catch {
            throw MemoryFailure(error)
        }
        while true {
            switch found.pop(within: memoryLookInterval) {
            case .element(.success(let discovery)): return discovery
            case .element(.failure(let error)): throw MemoryFailure(error)
            case .nothing: try report.tellNowAndThen(progress)
            case .ended: throw MemoryFailure(.threadsEnded)
            }
        }
    }
}
