import EchoFormats
import EchoSignal
import EchoStore
import FoundationEssentials

/// Recordings to files of embeddings, any number of them in memory that the batch bounds.
///
/// Recordings are decoded and embedded on threads of their own (``RecordingStages``), and the caller's
/// writes (``FilesStage``). Which segments share a batch depends on how the threads interleave; the
/// embeddings do not depend on that.
package struct Extraction: Sendable {
    /// Which embeddings are written.
    package enum Level: String, Sendable, CaseIterable {
        case utterance, segment, both

        var wantsUtterance: Bool { self != .segment }
        var wantsSegments: Bool { self != .utterance }
    }

    /// How to extract.
    package struct Options: Sendable {
        /// Which embeddings are written.
        package var level: Level
        /// How recordings and other signals become samples.
        package var reading: ReadingOptions
        /// Segments that go to the device together, 1 or more.
        package var batchSize: Int
        /// The folder that the files are written under; created where missing.
        package var output: String
        /// How the files are laid out, and which recordings are this run's.
        package var storage: OutputOptions
        /// Lists every recording in the summary, which takes memory for each.
        package var listsRecordings: Bool

        package init(
            level: Level = .utterance, channels: ChannelMode = .mean, batchSize: Int = 64,
            output: String, storage: OutputOptions = OutputOptions(), listsRecordings: Bool = true
        ) {
            self.level = level
            reading = ReadingOptions(channels: channels)
            self.batchSize = batchSize
            self.output = output
            self.storage = storage
            self.listsRecordings = listsRecordings
        }
    }

    /// How far an extraction is.
    package struct Progress: Sendable {
        /// Recordings written or found bad, out of ``totalCount``.
        package var finishedCount = 0
        package let totalCount: Int
        /// Segments that the device has embedded.
        package var segmentCount = 0
        /// Seconds of sound that the device has embedded.
        package var soundSeconds = 0.0
    }

    package let inputs: InputList
    package let options: Options
    /// Folders that could not be searched.
    let problems: [ExtractionSummary.BadRecording]
    /// What was left out on the way, and what is odd about the columns of lists, a sentence each.
    package let skipped: SkippedFiles
    package let warnings: [String]

    /// Finds the recordings under `paths`, as ``init(_:options:)`` does.
    package init(paths: [String], options: Options) throws(EchoError) {
        try self.init(InputSelection(arguments: paths, reading: options.reading), options: options)
    }

    /// Finds the recordings that were asked for, without decoding any.
    ///
    /// - Throws: ``EchoError`` where one does not exist, a list is malformed, there is nothing to
    ///   embed, or two recordings would write the same file.
    package init(_ selection: InputSelection, options: Options) throws(EchoError) {
        guard Echo.batchSizes.contains(options.batchSize) else {
            throw EchoError(
                .usage,
                "a batch of \(options.batchSize) segments; take \(Echo.batchSizes.inWords)")
        }
        self.options = options
        let output = options.output
        var selection = selection
        selection.output = output
        let discovery = try EchoError.translating {
            let discovery = try InputDiscovery(selection)
            if options.storage.layout == .files {
                let inputs = discovery.inputs
                try NameCollisions.refuse(inputs.count, folder: output) { index, body in
                    inputs.withTexts(of: index) { body($1) }
                } isSplit: {
                    (inputs[$0].overrides.channels ?? options.reading.channels) == .each
                }
            }
            return discovery
        }
        inputs = discovery.inputs
        (skipped, warnings) = (discovery.skipped, discovery.warnings)
        problems = discovery.problems.map { ExtractionSummary.BadRecording($0) }
    }

    /// Embeds the recordings of this run's shard and writes them; in parts, those that the folder does
    /// not hold yet.
    ///
    /// A recording that cannot be embedded leaves no embedding and is named in the summary.
    ///
    /// - Parameters:
    ///   - echo: What computes the embeddings.
    ///   - stop: Asks to stop after the batch in flight.
    ///   - progress: Called after every batch, on the caller's thread.
    /// - Throws: ``EchoError`` where the device fails, an output cannot be written or another process
    ///   writes there: nothing more is done then.
    package func run(
        on echo: Echo, stop: StopRequest = StopRequest(), progress: (Progress) -> Void = { _ in }
    ) throws(EchoError) -> ExtractionSummary {
        let start = ContinuousClock.now
        try createOutputFolder()
        var session = try EchoError.translating { try OutputSession(self, echo) }
        defer { session.stage.abandon() }
        var shares = DeviceShares(echo.engines.map(\.deviceName))
        let isStopped: Bool
        do throws(EchoError) {
            isStopped = try embed(&session, &shares, on: echo, stop: stop, progress: progress)
        } catch {
            // The failures so far; what ended the run says more than that these cannot be written.
            try? session.stage.finish()
            throw error
        }
        do throws(StoreError) {
            try session.stage.finish()
        } catch {
            throw EchoError(error)
        }
        return ExtractionSummary(
            self, echo, session, shares, isStopped: isStopped, time: ContinuousClock.now - start)
    }

    /// How many threads are to decode: a processor is left to lay batches out, and a device gets 32 at most,
    /// each of which may hold a segment of every channel. A clip of 10 s at 16 kHz takes one of them 0.1 ms as
    /// WAV of 16 bits and 1.5 ms as FLAC (`echo-bench host`): 20,000 a second and more.
    package static func decoderCount(processorCount: Int, deviceCount: Int) -> Int {
        max(1, min(processorCount - 1, 32 * deviceCount))
    }

    /// Runs the stages until the session's recordings are through.
    ///
    /// - Returns: True where it stopped before, because it was asked to.
    private func embed(
        _ session: inout OutputSession, _ shares: inout DeviceShares, on echo: Echo,
        stop: StopRequest, progress: (Progress) -> Void
    ) throws(EchoError) -> Bool {
        stop.beginAwaiting()
        let work = RecordingStages.Work(
            inputs: session.inputs, reading: options.reading,
            wantsRows: options.level.wantsSegments, batchSize: options.batchSize,
            gate: session.gate)
        let stages = RecordingStages(
            work, engines: echo.engines, reading: ReadingStop { stop.isAsked })
        defer {
            stages.cancel()
            while !stages.hasEnded(within: 0.1), !stop.givesUpCompiling() {}
        }
        try stages.start()

        var channels = ChannelJoin()
        while let output = stages.batches.pop(unless: stop.givesUpCompiling) {
            let batch = try output.get()
            for segment in batch.compactMap(\.segment) { shares.add(segment) }
            try take(batch.compactMap { channels.join($0) }, into: &session, echo.engine.trace)
            progress(session.stage.progress)
            if stop.isAsked { return !session.isDone }
        }
        if let failure = stages.failure { throw failure }
        return stop.leavesCompiler || stop.isAsked && !session.isDone
    }

    private func take(
        _ events: [RecordingEvent<EncodedSegment>], into session: inout OutputSession,
        _ trace: Trace?
    ) throws(EchoError) {
        let begin = ContinuousClock.now
        for event in events {
            let start = ContinuousClock.now
            do throws(StoreError) { try session.stage.take(event) } catch {
                throw EchoError(error)
            }
            guard case .finished(let recording) = event else { continue }
            trace?.record(session.inputs[recording].name, .recording, since: start, row: "write")
        }
        do throws(StoreError) { try session.stage.endBatch() } catch { throw EchoError(error) }
        trace?.record("write", .write, since: begin, row: "write")
    }

    /// Makes the output folder now: better than after the first batch.
    private func createOutputFolder() throws(EchoError) {
        try EchoError.translating { try FolderSync.create(options.output) }
    }
}
