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
    /// - Throws: ``EchoError`` of kind `signal` where the signal is shorter than a window or not
    ///   finite, of kind `device` where the device fails.
    public func spectrogram(signal: [Float], sampleRate: Int) throws(EchoError) -> Spectrogram {
        try EchoError.translating {
            try spectrogram(RecordingReader.open(signal: signal, sampleRate: sampleRate))
        }
    }

    /// The normalised log spectrogram of a recording on disk, its channels averaged.
    ///
    /// - Throws: As ``spectrogram(signal:sampleRate:)`` does, and where the file cannot be read.
    public func spectrogram(recording path: String) throws(EchoError) -> Spectrogram {
        try EchoError.translating {
            try spectrogram(RecordingReader.open(path: path, channels: .mean))
        }
    }

    /// Embeds a recording from its spectrogram: upstream's second step.
    ///
    /// - Parameters:
    ///   - spectrogram: Normalised, of the whole recording, as ``spectrogram(signal:sampleRate:)``
    ///     gives it.
    ///   - sampleRate: Rate of the signal that it was made from, Hz: it decides which frequencies
    ///     the bins are.
    /// - Returns: Utterance embedding `[N*D]` and segment embeddings `[T, N*D]`.
    /// - Throws: ``EchoError`` of kind `signal` where the shape does not fit the sample rate or a
    ///   value is not finite, of kind `device` where the device fails.
    public func features(
        spectrogram: Spectrogram, sampleRate: Int
    ) throws(EchoError) -> Features {
        let framing = try check(spectrogram, sampleRate)
        var assembler = FeatureAssembler()
        let segments = framing.segments(frameCount: spectrogram.shape[1])
        for start in stride(from: 0, to: segments.count, by: Echo.defaultBatchSize) {
            let batch = segments[start..<min(start + Echo.defaultBatchSize, segments.count)]
            let pieces = batch.map { frames in
                Engine.SpectrogramPiece(
                    values: spectrogram.columns(frames), frameCount: frames.count,
                    sampleRate: sampleRate)
            }
            let encoded = try EchoError.translating {
                try engine.encode(spectrograms: pieces, wantsRows: true)
            }
            for segment in encoded { try assembler.add(segment) }
        }
        return assembler.features(sampleRate: sampleRate)
    }

    private func spectrogram(_ reader: RecordingReader) throws -> Spectrogram {
        let (bins, frames) = (reader.framing.binCount, reader.totalFrameCount)
        let segments = reader.framing.segments(frameCount: frames)
        var values = [Float](repeating: 0, count: bins * frames)
        while let segment = try reader.next() {
            let piece = try engine.spectrogram(segment)
            try FiniteValues.require(piece, of: "the spectrogram")
            let (count, first) = (segment.frameCount, segments[segment.index].lowerBound)
            // The last segment repeats frames of the one before: the same frames, the same values.
            for bin in 0..<bins {
                values.replaceSubrange(
                    bin * frames + first..<bin * frames + first + count,
                    with: piece[bin * count..<(bin + 1) * count])
            }
        }
        return Spectrogram(values: values, shape: [bins, frames])
    }

    private func check(
        _ spectrogram: Spectrogram, _ sampleRate: Int
    ) throws(EchoError) -> Framing {
        guard Framing.supportedSampleRates.contains(sampleRate) else {
            throw EchoError(SignalError(path: "spectrogram", .sampleRate(sampleRate)))
        }
        let framing = Framing(sampleRate: sampleRate)
        let shape = spectrogram.shape
        guard shape.rank == 2, shape[0] == framing.binCount, shape[1] > 0,
            spectrogram.values.count == shape.elementCount
        else {
            throw EchoError(
                .signal,
                """
                spectrogram: \(spectrogram.values.count) values of shape \(shape) are not \
                [\(framing.binCount), frames], which \(sampleRate) Hz give. Check the sample rate.
                """)
        }
        guard spectrogram.values.allSatisfy(\.isFinite) else {
            throw EchoError(.signal, "spectrogram: a value is NaN or infinite")
        }
        return framing
    }
}

extension Spectrogram {
    /// The columns of these frames, `[bins, frames]` in C order.
    func columns(_ frames: Range<Int>) -> [Float] {
        (0..<shape[0]).flatMap { bin in
            values[bin * shape[1] + frames.lowerBound..<bin * shape[1] + frames.upperBound]
        }
    }
}
