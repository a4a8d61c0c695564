import EchoModel
import EchoSignal

/// What it takes to embed a recording, or several together, and what comes out.
///
/// Numbers with a fraction, since those of recordings that were not opened are shares of others'.
struct RecordingWork: Hashable, Sendable {
    /// Seconds of sound.
    var soundSeconds = 0.0
    /// Tokens of the encoder: what time on a device follows.
    var tokens = 0.0
    /// Embeddings of recordings, N numbers of bands each, D values a band.
    var outputs = 0.0
    var utteranceBands = 0.0
    /// The same of segment embeddings: rows, each of its bands.
    var segmentBands = 0.0

    static func += (sum: inout RecordingWork, other: RecordingWork) {
        sum.soundSeconds += other.soundSeconds
        sum.tokens += other.tokens
        sum.outputs += other.outputs
        sum.utteranceBands += other.utteranceBands
        sum.segmentBands += other.segmentBands
    }

    static func * (work: RecordingWork, share: Double) -> RecordingWork {
        RecordingWork(
            soundSeconds: work.soundSeconds * share, tokens: work.tokens * share,
            outputs: work.outputs * share, utteranceBands: work.utteranceBands * share,
            segmentBands: work.segmentBands * share)
    }
}

extension RecordingWork {
    /// What is to do for samples of a length; nothing if they are too short to be embedded.
    ///
    /// - Parameters:
    ///   - channels: Channels that the device embeds.
    ///   - outputs: Embeddings that come out; with `concatenate` one of all channels.
    init(sampleCount: Int, sampleRate: Int, channels: Int, outputs: Int) {
        let framing = Framing(sampleRate: sampleRate)
        let frames = framing.frameCount(sampleCount: sampleCount)
        guard frames > 0 else { return }
        let bands = Double(framing.bandCount)
        let (full, rest) = frames.quotientAndRemainder(dividingBy: Framing.segmentLength)
        // What is left at the end is embedded as a full segment, unless it is all there is.
        let last = full > 0 ? Framing.segmentLength : rest
        let tokens =
            full * Self.tokens(Framing.segmentLength) + (rest > 0 ? Self.tokens(last) : 0)
        soundSeconds = Double(sampleCount) / Double(sampleRate)
        self.tokens = Double(channels * tokens) * bands
        self.outputs = Double(outputs)
        utteranceBands = Double(channels) * bands
        segmentBands =
            Double(channels) * bands * Double(Framing.totalRowCount(frameCount: frames))
    }

    /// Tokens of a band: CLS and the patches.
    private static func tokens(_ frameCount: Int) -> Int {
        1 + Framing.rowCount(frameCount: frameCount)
    }

    /// A clip such as `bench` measures.
    static func clip(seconds: Int, sampleRate: Int) -> RecordingWork {
        RecordingWork(
            sampleCount: seconds * sampleRate, sampleRate: sampleRate, channels: 1, outputs: 1)
    }
}

extension RecordingWork {
    /// Such a clip as a segment.
    static func segment(seconds: Int, sampleRate: Int) -> BatchLayout.Segment {
        let framing = Framing(sampleRate: sampleRate)
        return BatchLayout.Segment(
            framing, framing.frameCount(sampleCount: seconds * sampleRate))
    }
}
