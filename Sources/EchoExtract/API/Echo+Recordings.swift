import EchoSignal

extension Echo {
    /// The embeddings of recordings, in memory, as an asynchronous sequence in the order of the inputs.
    ///
    /// Recordings are found, decoded and embedded on threads of the sequence's own while a loop takes them,
    /// in batches of segments of any of them, on all of this encoder's devices. Nothing happens before the
    /// loop.
    ///
    /// - Parameters:
    ///   - recordings: Which recordings. Every one that is named is taken, again if it is named again; one
    ///     that is not there fails alone.
    ///   - level: Which embeddings are made; those of segments take memory, a row of `4 * N * D` bytes for every
    ///     160 ms.
    ///   - reading: How recordings and other signals become samples.
    ///   - batchSize: Segments of up to 2000 frames (20 s) that go to the device together, 1 to 65,536.
    public func embeddings(
        of recordings: Recordings, level: Extraction.Level = .utterance,
        reading: ReadingOptions = ReadingOptions(), batchSize: Int = Echo.defaultBatchSize
    ) -> RecordingEmbeddings {
        RecordingEmbeddings(
            RowExtraction.Request(
                recordings.selection(reading), level: level, batchSize: batchSize),
            on: self)
    }

    /// Embeds recordings into a folder, from a task: what an ``Extraction`` does, on a thread of its own.
    ///
    /// Where the task is cancelled, it stops after the batch in flight, and what it returns says so
    /// (``ExtractionSummary/isStopped``): what is written is whole, and the same call again goes on from
    /// there.
    ///
    /// - Parameters:
    ///   - recordings: Which recordings.
    ///   - options: Where embeddings go, which of them, and how they are made.
    ///   - meter: Says at any time how far it is, also before the first batch.
    ///   - progress: Called after every batch, on the thread that writes: it must not take long.
    /// - Returns: What it did.
    /// - Throws: ``EchoError`` as ``Extraction/init(of:options:)`` and
    ///   ``Extraction/run(on:stop:meter:progress:)`` do; of kind `system` if there is no thread for it.
    public func extract(
        _ recordings: Recordings, options: Extraction.Options,
        meter: ProgressMeter = ProgressMeter(),
        progress: @escaping @Sendable (Extraction.Progress) -> Void = { _ in }
    ) async throws(EchoError) -> ExtractionSummary {
        let stop = StopRequest()
        let done: Result<ExtractionSummary, EchoError> = await withTaskCancellationHandler {
            await WorkerThread.result("extract") { () throws(EchoError) in
                try Extraction.finding(recordings, options, stop).run(
                    on: self, stop: stop, meter: meter, progress: progress)
            }
        } onCancel: {
            stop.stop()
        }
        return try done.get()
    }
}

extension Extraction {
    /// Finds the recordings, until it is asked to stop.
    ///
    /// - Throws: ``EchoError`` as ``init(of:options:)`` does; of kind `stopped`.
    fileprivate static func finding(
        _ recordings: Recordings, _ options: Options, _ stop: StopRequest
    ) throws(EchoError) -> Extraction {
        do {
            return try ReadingStop.$current.withValue(ReadingStop { stop.isAsked }) {
                try Extraction(of: recordings, options: options)
            }
        } catch {
            throw stop.isAsked ? .taskCancelled : EchoError(error)
        }
    }
}
