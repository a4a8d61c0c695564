import EchoOpenCL
import EchoSignal
import EchoStore
import Foundation

/// Recordings to files of embeddings, any number of them in memory that the batch bounds.
///
/// Three stages run at the same time, with bounded queues between them: threads that decode
/// (``DecodeStage``), two for each
/// device that keep it busy with batches of segments from any mixture of recordings
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
        /// What becomes of recordings of several channels.
        package var channels: ChannelMode
        /// Segments that go to the device together, 1 or more.
        package var batchSize: Int
        /// The folder that the files are written under; created where missing.
        package var output: String

        package init(
            level: Level = .utterance, channels: ChannelMode = .mean, batchSize: Int = 64,
            output: String
        ) {
            self.level = level
            self.channels = channels
            self.batchSize = batchSize
            self.output = output
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

    /// Floats of embeddings that wait for those of a slower device: 128 MiB.
    private static let heldFloatCount = 1 << 25

    package let inputs: [Input]
    package let options: Options
    /// Folders that could not be searched.
    let problems: [ExtractionSummary.BadRecording]

    /// Finds the recordings under `paths`, files and folders, without reading any.
    ///
    /// - Throws: ``EchoError`` where a path does not exist, where there is nothing to embed, or where
    ///   two recordings would write the same file.
    package init(paths: [String], options: Options) throws(EchoError) {
        guard options.batchSize > 0 else {
            throw EchoError(.usage, "a batch of \(options.batchSize) segments; take 1 or more")
        }
        self.options = options
        let output = options.output
        let discovery = try EchoError.translating {
            let discovery = try InputDiscovery(arguments: paths)
            let names = discovery.inputs.map(\.name)
            try EmbeddingFiles.requireNoCollision(names, folder: output)
            return discovery
        }
        inputs = discovery.inputs
        problems = discovery.problems.map { problem in
            let path = problem.path ?? ""
            let reason = "\(problem)".trimmingPrefix("\(path): ")
            return ExtractionSummary.BadRecording(path: path, reason: String(reason))
        }
    }

    /// Embeds every recording and writes its files.
    ///
    /// A recording that cannot be embedded leaves no file and is named in the summary.
    ///
    /// - Parameters:
    ///   - echo: What computes the embeddings.
    ///   - progress: Called after every batch, on the caller's thread.
    /// - Throws: ``EchoError`` where the device fails or an output cannot be written: nothing more
    ///   is done then.
    package func run(
        on echo: Echo, progress: (Progress) -> Void = { _ in }
    ) throws(EchoError) -> ExtractionSummary {
        let start = ContinuousClock.now
        try createOutputFolder()
        let decoderCount = max(1, min(4, ProcessInfo.processInfo.activeProcessorCount - 1))
        let decoded = BoundedQueue<RecordingEvent<Engine.Segment>>(
            capacity: options.batchSize * echo.engines.count, writerCount: decoderCount)
        let encoded = OrderedQueue<EncodeStage.Output>(
            capacity: Self.heldFloatCount, writerCount: echo.engines.count)

        let stages = DispatchGroup()
        let decode = DecodeStage(
            inputs: inputs, channels: options.channels, output: decoded, trace: echo.engine.trace)
        for number in 0..<decoderCount { Self.start(stages, "decode \(number)", decode.run) }
        let gatherer = BatchGatherer(decoded, batchSize: options.batchSize)
        for (number, engine) in echo.engines.enumerated() {
            let encode = EncodeStage(
                engine: engine, wantsRows: options.level.wantsSegments, input: gatherer,
                output: encoded)
            Self.start(stages, "submit \(number)", encode.submit)
            Self.start(stages, "collect \(number)", encode.collect)
        }
        defer {
            decoded.cancel()
            encoded.cancel()
            stages.wait()
        }

        var write = WriteStage(inputs: inputs, options: options)
        defer { write.abandonOpenRecordings() }
        var shares = DeviceShares(echo.engines.map(\.deviceName))
        while let output = encoded.pop() {
            let batch = try output.get()
            for part in batch.compactMap(\.part) { shares.add(part) }
            try take(batch, into: &write, echo.engine.trace)
            progress(write.progress)
        }
        return ExtractionSummary(
            self, echo, write, shares, time: ContinuousClock.now - start)
    }

    private func take(
        _ batch: [RecordingEvent<EncodedPart>], into write: inout WriteStage, _ trace: Trace?
    ) throws(EchoError) {
        let begin = ContinuousClock.now
        for event in batch {
            let start = ContinuousClock.now
            do throws(StoreError) { try write.take(event) } catch { throw EchoError(error) }
            guard case .finished(let recording) = event else { continue }
            trace?.record(inputs[recording].name, .recording, since: start, row: "write")
        }
        trace?.record("write", .write, since: begin, row: "write")
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

    /// Runs a stage on a thread of this name.
    private static func start(
        _ group: DispatchGroup, _ name: String, _ stage: @escaping @Sendable () -> Void
    ) {
        let stage = CallFailure.inheriting(stage)
        group.enter()
        Thread.detachNewThread {
            // For debuggers; on Linux a name only takes where its thread gives it to itself.
            Thread.current.name = name
            Trace.$row.withValue(name, operation: stage)
            group.leave()
        }
    }
}
