import EchoModel
import EchoSignal

/// What a device embeds together with others: a segment of a signal, or of a spectrogram.
protocol EngineSegment: Sendable {
    var layout: BatchLayout.Segment { get }
    /// Tokens of the encoder that it becomes.
    var tokenCount: Int { get }

    /// What the device is asked for where these go to it together.
    static func request(_ segments: [Self], wantsRows: Bool) -> EngineRequest
}

extension SignalSegment: EngineSegment {
    package var layout: BatchLayout.Segment { .init(framing, frameCount) }

    /// Tokens of the encoder: for every band one, and one a patch.
    var tokenCount: Int { framing.bandCount * (1 + rowCount) }

    static func request(_ segments: [SignalSegment], wantsRows: Bool) -> EngineRequest {
        EngineRequest(segments[...], wantsRows: wantsRows)
    }
}

extension Engine.SpectrogramPiece: EngineSegment {
    var layout: BatchLayout.Segment { .init(Framing(sampleRate: sampleRate), frameCount) }
    var tokenCount: Int { layout.tokenCount }

    static func request(_ segments: [Self], wantsRows: Bool) -> EngineRequest {
        EngineRequest(segments[...], wantsRows: wantsRows)
    }
}
