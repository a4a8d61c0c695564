import EchoSignal

/// What is known of a recording once it is open.
struct RecordingFacts: Sendable {
    /// Hz.
    let sampleRate: Int
    /// Seconds of sound.
    let seconds: Double
    /// What tells the outputs of its channels apart: "", or ".ch0", ".ch1", ... where each is
    /// embedded.
    let channelSuffixes: [String]
    /// Bands of frequency, N.
    let bandCount: Int
    /// Rows of a channel's segment embeddings, T.
    let rowCount: Int
    /// What is odd about it; nil where nothing is.
    let note: String?

    init(_ reader: RecordingReader, _ channels: ChannelMode) {
        sampleRate = reader.sampleRate
        seconds = reader.seconds
        bandCount = reader.framing.bandCount
        rowCount = reader.segmentRowCount
        if let declared = reader.declaredFrameCount, declared != reader.sampleCount {
            note = "its header promises \(declared) samples, it holds \(reader.sampleCount)"
        } else {
            note = nil
        }
        channelSuffixes =
            channels == .each ? (0..<reader.outputChannelCount).map { ".ch\($0)" } : [""]
    }
}

extension Engine.Segment {
    init(_ segment: SignalSegment) {
        self.init(
            samples: segment.samples, sampleRate: segment.framing.sampleRate,
            frameCount: segment.frameCount)
    }

    /// Tokens of the encoder: for every band one, and one a patch.
    var tokenCount: Int {
        Framing(sampleRate: sampleRate).bandCount * (1 + Framing.rowCount(frameCount: frameCount))
    }
}
