import EchoExtract
import EchoSignal
import EchoTensor

/// Both embeddings of a recording.
struct RecordingEmbedding {
    let utterance: HostTensor
    let segment: HostTensor

    /// Embeds a mono or mixed-down recording, all of its segments in one batch.
    init(_ reader: RecordingReader, on engine: Engine) throws {
        let encoded = try engine.encode(SignalSegment.all(of: reader), wantsRows: true)
        let width = encoded[0].width
        let mean = (0..<width).map { index in
            Float(encoded.reduce(0) { $0 + Double($1.utterance[index]) } / Double(encoded.count))
        }
        utterance = HostTensor(mean, [width])
        let rows = encoded.reduce(0) { $0 + $1.rowCount }
        segment = HostTensor(encoded.flatMap(\.rows), [rows, width])
    }
}

extension SignalSegment {
    /// Every segment that `reader` yields.
    static func all(of reader: RecordingReader) throws -> [SignalSegment] {
        var segments: [SignalSegment] = []
        while let segment = try reader.next() {
            segments.append(segment)
        }
        return segments
    }
}
