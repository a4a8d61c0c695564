import EchoFormats
import EchoSignal
import EchoStore
import FoundationEssentials
import Logging

/// Recordings to files of embeddings, any number of them in memory that the batch bounds.
///
/// Recordings are decoded and embedded on threads of their own (`RecordingStages`), and the caller's
/// writes (`FilesStage`, `PartStage`). Which segments share a batch depends on how the threads interleave;
/// the embeddings do not depend on that.
///
/// ```swift
/// let options = Extraction.Options(
///     level: .both, output: "archive", storage: OutputOptions(layout: .parts))
/// let extraction = try Extraction(of: ["recordings/"], options: options)
/// let summary = try extraction.run(on: Echo(model: .path("echo-tiny")))
/// ```
///
/// The same run again embeds only what is missing. From a task use
/// ``Echo/extract(_:options:meter:progress:)``, which blocks no thread of Swift's pool.
public struct Extraction: Sendable {
    /// Which embeddings are made.
    public enum Level: String, Sendable, CaseIterable {
        /// One of each recording, `[N*D]`.
        case utterance
        /// A row for every 16 frames (160 ms), `[T, N*D]`.
        case segment
        /// Both of them.
        case both

        var wantsUtterance: Bool { self != .segment }
        var wantsSegments: Bool { self != .utterance }
    }

    /// How to extract.
    public struct Options: Sendable {
        /// Which embeddings are written.
        public var level: Level
        /// How recordings and other signals become samples.
        public var reading: ReadingOptions
        /// Segments of up to 2000 frames (20 s) that go to the device together, 1 to 65,536: more keeps
        /// a large device busy and takes more memory. The embeddings do not depend on it.
        public var batchSize: Int
        /// The folder that the files are written under; created where missing.
        public var output: String
        /// How the files are laid out, and which recordings are this run's.
        public var storage: OutputOptions
        /// Lists every recording in the summary, which takes memory for each. Not public: the manifests in
        /// the folder say the same of runs of any size.
        package var listsRecordings: Bool
        /// How many recordings may fail before the run stops; nil: any number.
        public var failureLimit: FailureLimit?
        /// Where to say at once what the folder has lost; the summary's notes say it too.
        package var logger: Logger?

        /// Makes options; what is not given is as a plain run needs it.
        public init(
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

    package let inputs: InputList
    /// How it extracts.
    public let options: Options
    /// Folders that could not be searched.
    package let problems: [ExtractionSummary.BadRecording]
    /// What was left out on the way, and what is unusual about the columns of lists, a sentence each.
    package let skipped: SkippedFiles
    package let warnings: [String]

    /// Recordings that were found, those included that the folder holds already.
    public var recordingCount: Int { inputs.count }

    /// Finds the recordings that are to be embedded, without decoding any; the calling thread searches
    /// folders and archives.
    ///
    /// - Throws: ``EchoError`` of kind `input` if one does not exist or there is nothing to embed, `data`
    ///   if a list is malformed, `usage` if an option has a value that it cannot have or two
    ///   recordings would write the same file.
    public init(of recordings: Recordings, options: Options) throws(EchoError) {
        try self.init(recordings.selection(options.reading), options: options)
    }

    /// Finds the recordings under `paths`, as ``init(_:options:)`` does.
    package init(paths: [String], options: Options) throws(EchoError) {
        try self.init(InputSelection(arguments: paths, reading: options.reading), options: options)
    }

    /// Finds the recordings that were asked for, without decoding any.
    ///
    /// - Throws: ``EchoError`` if one does not exist, a list is malformed, there is nothing to
    ///   embed, or two recordings would write the same file.
    package init(_ selection: InputSelection, options: Options) throws(EchoError) {
        guard Echo.batchSizes.contains(options.batchSize) else {
            throw EchoError(
                .usage,
                "a batch of \(options.batchSize) segments; take \(Echo.batchSizes.inWords)")
        }
        try options.requireFolder()
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

    /// Embeds the recordings of this run's shard that the folder does not hold yet, and writes them; the
    /// calling thread waits and writes.
    ///
    /// A recording that cannot be embedded leaves no embedding and is named in the summary.
    ///
    /// - Parameters:
    ///   - echo: What computes the embeddings.
    ///   - stop: Asks to stop after the batch in flight.
    ///   - meter: Counts what is done, for other threads to look at while it runs.
    ///   - progress: Called after every batch, on the calling thread.
    /// - Returns: What it did; ``ExtractionSummary/isStopped`` if it was stopped. What is written is whole,
    ///   and the same run again goes on from there.
    /// - Throws: ``EchoError`` of kind `device` if the device fails, `create` or `write` if an output
    ///   cannot be written, `busy` if another process writes there, `usage` if the folder was begun
    ///   with other settings: nothing more is done then.
    public func run(
        on echo: Echo, stop: StopRequest = StopRequest(), meter: ProgressMeter = ProgressMeter(),
        progress: (Progress) -> Void = { _ in }
    ) throws(EchoError) -> ExtractionSummary {
        try run(on: echo, stop: stop, meter: meter, progress: progress, remark: { _ in })
    }

    /// Likewise.
    ///
    /// - Parameter remark: Called on the calling thread for what failed or has a note, after the batch in which that
    ///   was known.
    package func run(
        on echo: Echo, stop: StopRequest, meter: ProgressMeter, progress: (Progress) -> Void,
        remark: (RecordingRemark) -> Void
    ) throws(EchoError) -> ExtractionSummary {
        let start = ContinuousClock.now
        meter.begin()
        defer { meter.end() }
        try createOutputFolder()
        var session = try EchoError.translating { try OutputSession(self, echo) }
        defer { session.stage.abandon() }
        var shares = DeviceShares(echo.engines.map(\.deviceName))
        let isStopped: Bool
        do throws(EchoError) {
            var remarkCount = 0
            isStopped = try embed(&session, &shares, on: echo, stop: stop, meter) { remarks in
                for new in remarks[remarkCount...] { remark(new) }
                remarkCount = remarks.count
                progress(meter.now)
            }
        } catch {
            // The failures so far; what ended the run says more than that these cannot be written.
            try? session.stage.finish()
            throw error
        }
        do throws(StoreError) {
            try session.finish()
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
    /// - Parameter progress: Called after each batch with all that there has been to say.
    /// - Returns: True if it stopped before, because it was asked to.
    private func embed(
        _ session: inout OutputSession, _ shares: inout DeviceShares, on echo: Echo,
        stop: StopRequest, _ meter: ProgressMeter, progress: ([RecordingRemark]) -> Void
    ) throws(EchoError) -> Bool {
        stop.beginAwaiting()
        let work = RecordingStages.Work(
            inputs: session.inputs, reading: options.reading,
            wantsRows: options.level.wantsSegments, batchSize: options.batchSize,
            gate: session.gate, meter: meter)
        let stages = RecordingStages(
            work, engines: echo.engines, reading: ReadingStop { stop.isAsked })
        defer {
            stages.cancel()
            while !stages.hasEnded(within: 0.1), !stop.givesUpCompiling() {}
        }
        meter.begin(session.inputs, devices: shares.all)
        try stages.start()

        var channels = ChannelJoin()
        while let output = stages.batches.pop(unless: stop.givesUpCompiling) {
            let batch = try output.get()
            for segment in batch.compactMap(\.segment) { shares.add(segment) }
            try take(batch.compactMap { channels.join($0) }, into: &session, echo.engine.trace)
            meter.add(
                batch, of: session.inputs, finished: session.stage.finished, devices: shares.all)
            progress(session.stage.finished.remarks)
            if stop.isAsked || session.stage.hasTooManyFailures { return !session.isDone }
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

extension Extraction.Options {
    /// Makes sure that there is a folder to write to, and that its parts hold something.
    fileprivate func requireFolder() throws(EchoError) {
        guard !output.isEmpty else {
            throw EchoError(.usage, "the output folder has no name; give one")
        }
        guard OutputOptions.partSizes.contains(storage.partSize) else {
            throw EchoError(
                .usage,
                "parts of \(storage.partSize) recordings; take \(OutputOptions.partSizes.inWords)")
        }
    }
}
