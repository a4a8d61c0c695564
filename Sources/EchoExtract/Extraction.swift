import EchoSignal
import EchoStore
import Foundation

/// Recordings to files of embeddings, any number of them in memory that the batch bounds.
///
/// Three stages run at the same time, with bounded queues between them: threads that decode
/// (``DecodeStage``), one that runs batches of segments from any mixture of recordings on the device
/// (``EncodeStage``), and the caller's, which writes (``WriteStage``). Which segments share a batch
/// depends on how the threads interleave; the embeddings do not depend on that.
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
        /// Lists every recording in the summary. A run in parts needs memory for each then.
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

    package let inputs: [Input]
    package let options: Options
    /// Folders that could not be searched.
    let problems: [ExtractionSummary.BadRecording]

    /// Finds the recordings under `paths`, as ``init(_:options:)`` does.
    package init(paths: [String], options: Options) throws(EchoError) {
        try self.init(InputSelection(arguments: paths, reading: options.reading), options: options)
    }

    /// Finds the recordings that were asked for, without decoding any.
    ///
    /// - Throws: ``EchoError`` where one does not exist, a list is malformed, there is nothing to
    ///   embed, or two recordings would write the same file.
    package init(_ selection: InputSelection, options: Options) throws(EchoError) {
        guard options.batchSize > 0 else {
            throw EchoError(.usage, "a batch of \(options.batchSize) segments; take 1 or more")
        }
        self.options = options
        let output = options.output
        let discovery = try EchoError.translating {
            let discovery = try InputDiscovery(selection)
            let names = discovery.inputs.map(\.name)
            try EmbeddingFiles.requireNoCollision(names, folder: output)
            return discovery
        }
        inputs = discovery.inputs
        problems = discovery.problems.map { problem in
            let path = problem.path ?? ""
            let reason = "\(problem)".trimmingPrefix("\(path): ")
            return ExtractionSummary.BadRecording(
                path: path, RecordingFailure(code: problem.code, reason: String(reason)))
        }
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
        let isStopped: Bool
        do throws(EchoError) {
            isStopped = try embed(&session, on: echo, stop: stop, progress: progress)
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
            self, echo, session, isStopped: isStopped, time: ContinuousClock.now - start)
    }

    /// Runs the stages until the session's recordings are through.
    ///
    /// - Returns: True where it stopped before, because it was asked to.
    private func embed(
        _ session: inout OutputSession, on echo: Echo, stop: StopRequest,
        progress: (Progress) -> Void
    ) throws(EchoError) -> Bool {
        let decoderCount = max(1, min(4, ProcessInfo.processInfo.activeProcessorCount - 1))
        let decoded = BoundedQueue<RecordingEvent<Engine.Segment>>(
            capacity: options.batchSize, writerCount: decoderCount)
        let encoded = BoundedQueue<EncodeStage.Output>(capacity: 1)

        let stages = DispatchGroup()
        let gate = session.gate
        let decode = DecodeStage(
            inputs: session.inputs, reading: options.reading, output: decoded, gate: gate)
        for _ in 0..<decoderCount { Self.start(stages, decode.run) }
        let encode = EncodeStage(
            engine: echo.engine, batchSize: options.batchSize,
            wantsRows: options.level.wantsSegments, input: decoded, output: encoded)
        Self.start(stages, encode.run)
        defer {
            gate?.gate.cancel()
            decoded.cancel()
            encoded.cancel()
            stages.wait()
        }

        var channels = ChannelJoin()
        while let output = encoded.pop() {
            for event in try output.get() {
                guard let event = channels.join(event) else { continue }
                do throws(StoreError) { try session.stage.take(event) } catch {
                    throw EchoError(error)
                }
            }
            progress(session.stage.progress)
            if stop.isAsked { return !session.isDone }
        }
        return false
    }

    /// Makes the output folder now: better than after the first batch.
    private func createOutputFolder() throws(EchoError) {
        do {
            try FileManager.default.createDirectory(
                atPath: options.output, withIntermediateDirectories: true)
        } catch {
            throw EchoError(
                .create,
                """
                \(options.output): the folder cannot be created: \(error.localizedDescription) \
                Check the path and its permissions.
                """)
        }
    }

    private static func start(_ group: DispatchGroup, _ stage: @escaping @Sendable () -> Void) {
        group.enter()
        Thread.detachNewThread {
            stage()
            group.leave()
        }
    }
}
