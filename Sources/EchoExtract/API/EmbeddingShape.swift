import EchoModel
import EchoSignal

/// The sizes of what a signal gives: known before it is embedded.
public struct EmbeddingShape: Hashable, Sendable {
    /// `N*D`: elements of the utterance embedding, columns of the segment embeddings.
    public let width: Int
    /// T: rows of the segment embeddings.
    public let rowCount: Int
    /// N: bands of 32 bins.
    public let bandCount: Int
    /// Rows of the spectrogram.
    public let binCount: Int
    /// Columns of the spectrogram.
    public let frameCount: Int

    init(_ framing: Framing, frameCount: Int, embeddingWidth: Int) {
        (bandCount, binCount) = (framing.bandCount, framing.binCount)
        width = bandCount * embeddingWidth
        rowCount = Framing.totalRowCount(frameCount: frameCount)
        self.frameCount = frameCount
    }
}

extension Echo {
    /// The sizes of what a signal gives.
    ///
    /// - Parameters:
    ///   - sampleCount: Samples of the signal.
    ///   - sampleRate: Samples per second, Hz.
    /// - Throws: ``EchoError`` of kind `signal` if no such signal can be embedded: it is shorter than a
    ///   window of 25 ms, or its sample rate is out of bounds.
    public func shape(
        sampleCount: Int, sampleRate: Int
    ) throws(EchoError) -> EmbeddingShape {
        try shape(sampleCount: sampleCount, sampleRate: sampleRate, name: "signal")
    }

    /// The sizes of what a spectrogram gives.
    ///
    /// - Parameters:
    ///   - frameCount: Columns of the spectrogram.
    ///   - sampleRate: Of the signal that it was made from, Hz.
    /// - Throws: ``EchoError`` of kind `signal` if no such spectrogram can be embedded.
    public func shape(
        frameCount: Int, sampleRate: Int
    ) throws(EchoError) -> EmbeddingShape {
        let framing = try framing(sampleRate, name: "spectrogram")
        guard frameCount > 0 else {
            throw EchoError(
                .signal, "spectrogram: \(frameCount) frames; it must have at least one.")
        }
        return EmbeddingShape(
            framing, frameCount: frameCount, embeddingWidth: configuration.embeddingWidth)
    }

    /// Likewise of a signal that errors call `name`.
    package func shape(
        sampleCount: Int, sampleRate: Int, name: String
    ) throws(EchoError) -> EmbeddingShape {
        let framing = try framing(sampleRate, name: name)
        guard sampleCount > 0 else { throw EchoError(SignalError(path: name, .empty)) }
        guard sampleCount >= framing.windowLength else {
            throw EchoError(
                SignalError(
                    path: name,
                    .tooShort(
                        sampleCount: sampleCount, windowLength: framing.windowLength,
                        sampleRate: sampleRate)))
        }
        return EmbeddingShape(
            framing, frameCount: framing.frameCount(sampleCount: sampleCount),
            embeddingWidth: configuration.embeddingWidth)
    }

    func framing(_ sampleRate: Int, name: String) throws(EchoError) -> Framing {
        guard Framing.supportedSampleRates.contains(sampleRate) else {
            throw EchoError(SignalError(path: name, .sampleRate(sampleRate)))
        }
        return Framing(sampleRate: sampleRate)
    }
}
