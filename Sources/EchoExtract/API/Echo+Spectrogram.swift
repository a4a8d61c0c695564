import EchoSignal
import EchoTensor

extension Echo {
    /// The normalised log spectrogram of a recording: upstream's first step.
    ///
    /// `(ln(|X| + 1e-9) + 5.874158) / (5.223174 * 2)` with periodic Hann windows of 25 ms, 10 ms
    /// apart, of the signal without its mean; computed on the device.
    ///
    /// - Parameters:
    ///   - signal: Samples of one channel, full scale being -1 to 1, at least one window.
    ///   - sampleRate: Samples per second, Hz.
    /// - Returns: Shape `[bins, frames]`, of the whole recording.
    /// - Throws: ``EchoError`` of kind `signal` if the signal is shorter than a window or not
    ///   finite, of kind `device` if the device fails.
    public func spectrogram(signal: [Float], sampleRate: Int) throws(EchoError) -> Spectrogram {
        try spectrogram { () throws(SignalError) in
            try RecordingReader.open(signal: signal, sampleRate: sampleRate)
        }
    }

    /// The normalised log spectrogram of a recording on disk, its channels averaged.
    ///
    /// - Throws: As ``spectrogram(signal:sampleRate:)`` does, and if the file cannot be read.
    public func spectrogram(recording path: String) throws(EchoError) -> Spectrogram {
        try spectrogram { () throws(SignalError) in
            try RecordingReader.open(path: path, channels: .mean)
        }
    }

    private func spectrogram(
        _ open: @escaping @Sendable () throws(SignalError) -> RecordingReader
    ) throws(EchoError) -> Spectrogram {
        var result = Spectrogram(values: [], shape: [0, 0])
        do throws(MemoryFailure) {
            try SpectrogramRun(engine: engine, open: open).run(
                shape: { bins, frames in
                    result.shape = [bins, frames]
                    result.values = [Float](repeating: 0, count: bins * frames)
                },
                take: { piece in
                    let (bins, frames) = (result.shape[0], result.shape[1])
                    result.values.withUnsafeMutableBufferPointer {
                        piece.write(to: $0, bins: bins, frames: frames)
                    }
                }, progress: { _, _ in true })
        } catch {
            throw error.error
        }
        return result
    }

    /// The spectrogram of a signal, into memory of the caller's, `[bins, frames]`.
    ///
    /// - Throws: ``MemoryFailure`` as ``spectrogram(signal:sampleRate:)`` throws.
    package func spectrogram(
        _ signal: SignalInputs.Entry, into values: UnsafeMutableBufferPointer<Float>,
        progress: (_ done: Int, _ total: Int) -> Bool
    ) throws(MemoryFailure) {
        var size = (bins: 0, frames: 0)
        let open = { @Sendable () throws(SignalError) in
            try RecordingReader.open(
                MemorySource(signal.samples, sampleRate: signal.sampleRate, name: "signal"))
        }
        try SpectrogramRun(engine: engine, open: open).run(
            shape: { size = ($0, $1) },
            take: { $0.write(to: values, bins: size.bins, frames: size.frames) },
            progress: progress)
    }

    /// Embeds a recording from its spectrogram: upstream's second step.
    ///
    /// - Parameters:
    ///   - spectrogram: Normalised, of the whole recording, as ``spectrogram(signal:sampleRate:)``
    ///     gives it.
    ///   - sampleRate: Rate of the signal that it was made from, Hz: it decides which frequencies
    ///     the bins are.
    /// - Returns: Utterance embedding `[N*D]` and segment embeddings `[T, N*D]`.
    /// - Throws: ``EchoError`` of kind `signal` if the shape does not fit the sample rate or a
    ///   value is not finite, of kind `device` if the device fails.
    public func features(
        spectrogram: Spectrogram, sampleRate: Int
    ) throws(EchoError) -> Features {
        let shape = spectrogram.shape
        guard shape.rank == 2 else {
            throw EchoError(.signal, "spectrogram: a shape of \(shape) is not [bins, frames]")
        }
        let entry = try entry(
            .array(spectrogram.values), bins: shape[0], frames: shape[1], sampleRate: sampleRate,
            name: "spectrogram")
        let results = FeatureResults(sampleRates: [sampleRate])
        do throws(MemoryFailure) {
            try MemoryRun(
                inputs: SpectrogramInputs([entry]), engines: engines, wantsRows: true,
                batchSize: Echo.defaultBatchSize
            ).run(results) { _, _ in true }
        } catch {
            throw error.error
        }
        return results.features[0]
    }

    /// Embeds spectrograms, into memory of the caller's.
    ///
    /// - Throws: ``MemoryFailure`` as ``features(spectrogram:sampleRate:)`` throws.
    package func embed(
        _ spectrograms: SpectrogramInputs, into results: LentResults, batchSize: Int,
        progress: (_ done: Int, _ total: Int) -> Bool
    ) throws(MemoryFailure) {
        do throws(EchoError) { try requireBatchSize(batchSize) } catch {
            throw MemoryFailure(error)
        }
        try MemoryRun(
            inputs: spectrograms, engines: engines, wantsRows: results.wantsRows,
            batchSize: batchSize
        ).run(results, progress: progress)
    }
}
