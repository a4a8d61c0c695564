import EchoStore
import EchoTensor

/// The files of one recording while its segments come in.
///
/// Of a channel: `STEM.utterance.npy`, float32 `[N*D]`, and `STEM.segment.npy`, float32 `[T, N*D]`,
/// the latter written as the segments come so that a long recording is never held whole.
final class RecordingFiles {
    let facts: RecordingFacts
    private(set) var deviceSeconds = 0.0
    private let stem: String
    private let level: Extraction.Level
    private var channels: [Channel]

    private struct Channel {
        let stem: String
        var utterance = UtteranceMean()
        var segments: NPYStream?
    }

    /// Files that start with `stem`: the output folder and the recording's name.
    init(stem: String, level: Extraction.Level, facts: RecordingFacts) {
        self.stem = stem
        self.level = level
        self.facts = facts
        channels = facts.channelSuffixes.map { Channel(stem: stem + $0) }
    }

    /// Elements of the utterance embedding; nil before the first segment.
    private(set) var width: Int?

    /// Takes the next segment of a channel.
    ///
    /// - Throws: ``EchoError`` where the segment file cannot be created or written.
    func add(_ part: EncodedPart, channel: Int) throws(EchoError) {
        deviceSeconds += part.deviceSeconds
        width = part.embeddings.width
        channels[channel].utterance.add(part.embeddings.utterance)
        guard level.wantsSegments else { return }
        let stream: NPYStream
        if let opened = channels[channel].segments {
            stream = opened
        } else {
            let shape: Shape = [facts.rowCount, part.embeddings.width]
            let path = channels[channel].stem + ".segment.npy"
            stream = try EchoError.translating { try NPYStream(path: path, shape: shape) }
            channels[channel].segments = stream
        }
        try EchoError.translating { try stream.append(part.embeddings.rows) }
    }

    /// Puts the files in place.
    ///
    /// - Throws: ``EchoError`` where one cannot be written.
    func finish() throws(EchoError) {
        for channel in channels {
            if let segments = channel.segments {
                try EchoError.translating { try segments.commit() }
            }
            if level.wantsUtterance {
                let utterance = channel.utterance.value
                try EchoError.translating {
                    try NPYFile.write(
                        utterance, shape: [utterance.count],
                        to: channel.stem + ".utterance.npy")
                }
            }
        }
    }

    /// Removes what was written so far; nothing of it was in place yet.
    func abandon() {
        for channel in channels { channel.segments?.abandon() }
    }
}
