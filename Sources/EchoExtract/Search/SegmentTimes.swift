import EchoFormats
import EchoSignal
import EchoStore

/// From when to when the rows of a recording's segments are.
struct SegmentTimes: Sendable {
    private let framing: Framing
    private let frameCount: Int
    /// The second of the file at which that begins which was embedded.
    let offset: Double

    /// - Parameters:
    ///   - sampleRate: Hz.
    ///   - frameCount: STFT frames.
    ///   - overrides: What a list of inputs said of it.
    init?(sampleRate: Int, frameCount: Int, overrides: JSONObject) {
        guard Framing.supportedSampleRates.contains(sampleRate) else { return nil }
        framing = Framing(sampleRate: sampleRate)
        self.frameCount = frameCount
        offset = if case .number(let text) = overrides["start"] { Double(text) ?? 0 } else { 0 }
    }

    init?(_ entry: ManifestEntry) {
        guard case .embedded(let embedding) = entry.outcome else { return nil }
        self.init(
            sampleRate: embedding.sampleRate, frameCount: embedding.frameCount,
            overrides: entry.source.overrides)
    }

    /// Seconds from where that begins which was embedded.
    func part(ofRow row: Int) -> Range<Double> {
        let frames = Framing.frames(ofRow: row, frameCount: frameCount)
        let hop = Double(framing.hop) / Double(framing.sampleRate)
        return Double(frames.lowerBound) * hop..<Double(frames.upperBound) * hop
    }

    /// Seconds of the file.
    func seconds(ofRow row: Int) -> Range<Double> {
        let part = part(ofRow: row)
        return part.lowerBound + offset..<part.upperBound + offset
    }
}
