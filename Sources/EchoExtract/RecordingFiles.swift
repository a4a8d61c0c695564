import EchoStore
import EchoTensor

/// The files of one recording while its segments come in.
///
/// Of a channel: the utterance embedding, float32 `[N*D]`, and the segment embeddings, float32
/// `[T, N*D]`; the latter are written as the segments come, so that a long recording is never held
/// whole.
final class RecordingFiles {
    let facts: RecordingFacts
    private(set) var deviceSeconds = 0.0
    /// The devices that computed it.
    private(set) var devices: Set<String> = []
    /// Elements of the utterance embedding; nil before the first segment.
    private(set) var width: Int?
    private let files: EmbeddingFiles
    private let level: Extraction.Level
    private var channels: [Channel]

    private struct Channel {
        /// Its number where every channel has files of its own; else nil.
        let number: Int?
        var utterance = UtteranceMean()
        var segments: NPYStream?
    }

    init(_ files: EmbeddingFiles, level: Extraction.Level, facts: RecordingFacts) {
        self.files = files
        self.level = level
        self.facts = facts
        channels = facts.channelNumbers.map { Channel(number: $0) }
    }

    /// Takes the next segment of a channel.
    ///
    /// - Throws: ``StoreError`` where the segment file cannot be created or written.
    func add(_ part: EncodedPart, channel: Int) throws(StoreError) {
        deviceSeconds += part.deviceSeconds
        devices.insert(part.device)
        width = part.embeddings.width
        channels[channel].utterance.add(part.embeddings.utterance)
        guard level.wantsSegments else { return }
        try segments(of: channel, width: part.embeddings.width).append(part.embeddings.rows)
    }

    /// Puts the files in place.
    ///
    /// - Throws: ``StoreError`` where one cannot be written.
    func finish() throws(StoreError) {
        for channel in channels {
            try channel.segments?.commit()
            guard level.wantsUtterance else { continue }
            let utterance = channel.utterance.value
            try NPYFile.write(
                utterance, shape: [utterance.count],
                to: files.path(.utterance, channel: channel.number))
        }
    }

    /// Removes what was written and is not in place yet.
    func abandon() {
        for channel in channels { channel.segments?.abandon() }
    }

    private func segments(of channel: Int, width: Int) throws(StoreError) -> NPYStream {
        if let stream = channels[channel].segments { return stream }
        let path = files.path(.segment, channel: channels[channel].number)
        let stream = try NPYStream(path: path, shape: [facts.rowCount, width])
        channels[channel].segments = stream
        return stream
    }
}
