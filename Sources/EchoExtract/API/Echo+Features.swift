import EchoFormats
import EchoSignal
import EchoTensor

extension Echo {
    /// Segments that go to the device together where the caller does not say.
    public static let defaultBatchSize = 64
    /// How many segments may go to the device together.
    package static let batchSizes = 1...65_536

    /// Embeds one recording.
    ///
    /// - Parameters:
    ///   - signal: Samples of one channel, full scale being -1 to 1, at least one window of 25 ms.
    ///   - sampleRate: Samples per second, Hz.
    /// - Returns: Utterance embedding `[N*D]` and segment embeddings `[T, N*D]`.
    /// - Throws: ``EchoError`` of kind `signal` if the signal is shorter than a window or not
    ///   finite, or its embedding is not, of kind `device` if the device fails.
    public func features(signal: [Float], sampleRate: Int) throws(EchoError) -> Features {
        try features(batch: [Signal(samples: signal, sampleRate: sampleRate)])[0]
    }

    /// Embeds any mixture of recordings, of any lengths and sample rates, together.
    ///
    /// The result for a recording is bit-identical to what it gives alone.
    ///
    /// - Parameters:
    ///   - signals: The recordings, one channel each.
    ///   - batchSize: Segments of up to 2000 frames (20 s) that go to the device together, 1 or more:
    ///     more keeps a large device busy and takes more memory.
    ///   - progress: Told how many signals are done, of how many, at the start, at the end, and at least every
    ///     0.25 s, on the calling thread; false stops at once, whatever the device is at.
    /// - Returns: The embeddings, in the order of `signals`.
    /// - Throws: ``EchoError`` as ``features(signal:sampleRate:)`` does; the first recording that
    ///   cannot be embedded is named by its index. Of kind `stopped` if `progress` asked for it.
    public func features(
        batch signals: [Signal], batchSize: Int = Echo.defaultBatchSize,
        progress: (_ done: Int, _ total: Int) -> Bool = { _, _ in true }
    ) throws(EchoError) -> [Features] {
        let results = FeatureResults(sampleRates: signals.map(\.sampleRate))
        try requireBatchSize(batchSize)
        do throws(MemoryFailure) {
            try MemoryRun(
                inputs: SignalInputs(
                    signals.map { .init(.array($0.samples), sampleRate: $0.sampleRate) }),
                engines: engines, wantsRows: true, batchSize: batchSize
            ).run(results, progress: progress)
        } catch {
            throw error.error
        }
        return results.features
    }

    /// Embeds signals, into memory of the caller's.
    ///
    /// - Throws: ``MemoryFailure`` as ``features(batch:batchSize:progress:)`` does.
    package func embed(
        _ signals: SignalInputs, into results: LentResults, batchSize: Int,
        progress: (_ done: Int, _ total: Int) -> Bool
    ) throws(MemoryFailure) {
        do throws(EchoError) { try requireBatchSize(batchSize) } catch {
            throw MemoryFailure(error)
        }
        try MemoryRun(
            inputs: signals, engines: engines, wantsRows: results.wantsRows, batchSize: batchSize
        ).run(results, progress: progress)
    }

    /// Embeds a recording on disk, or a signal of another kind, as `reading` says.
    ///
    /// - Parameters:
    ///   - path: Any format that libsndfile reads (WAV, FLAC, OGG, MP3, AIFF, RF64, ...), `.npy`,
    ///     `.csv`, `.txt`, `.mat`, or samples without a header.
    ///   - reading: How it becomes samples: what its channels become (their average, if nothing is said),
    ///     the sample rate of a signal that has none, and so on. With ``ChannelMode/concatenate`` the
    ///     channels' embeddings lie side by side.
    ///   - batchSize: As for ``features(batch:batchSize:progress:)``.
    /// - Throws: ``EchoError`` of kind `signal` if it cannot be read, is shorter than a window or
    ///   not finite, of kind `usage` for ``ChannelMode/each``, which is more than one embedding, of
    ///   kind `device` if the device fails.
    public func features(
        recording path: String, reading: ReadingOptions = ReadingOptions(),
        batchSize: Int = Echo.defaultBatchSize
    ) throws(EchoError) -> Features {
        try requireBatchSize(batchSize)
        guard reading.channels != .each else {
            throw EchoError(
                .usage, "channels 'each' give more than one embedding; take them one by one")
        }
        let reader = try EchoError.translating {
            try RecordingReader.open(path: path, reading)
        }
        var assemblers = [FeatureAssembler](
            repeating: FeatureAssembler(), count: reader.outputChannelCount)
        var batch: [(channel: Int, segment: SignalSegment)] = []
        func run() throws(EchoError) {
            for (entry, encoded) in zip(batch, try encode(batch.map(\.segment))) {
                try assemblers[entry.channel].add(encoded)
            }
            batch = []
        }
        while let segment = try EchoError.translating({ try reader.next() }) {
            batch.append((segment.channel, segment))
            if batch.count == batchSize { try run() }
        }
        if !batch.isEmpty { try run() }
        return Features(joining: assemblers.map { $0.features(sampleRate: reader.sampleRate) })
    }

    private func encode(_ segments: [SignalSegment]) throws(EchoError) -> [Engine.Encoded] {
        try EchoError.translating { try engine.encode(segments, wantsRows: true) }
    }

    func requireBatchSize(_ batchSize: Int) throws(EchoError) {
        guard Echo.batchSizes.contains(batchSize) else {
            throw EchoError(
                .usage, "a batch of \(batchSize) segments; take \(Echo.batchSizes.inWords)")
        }
    }
}
