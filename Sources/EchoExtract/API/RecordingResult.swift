import EchoFormats
import EchoSignal
import EchoStore

/// What became of a recording: its embeddings, or why it has none.
///
/// With ``ChannelMode/each`` there is one for each channel.
public struct RecordingResult: Sendable {
    /// The embeddings of a recording, and what is known of it.
    public struct Embedding: Sendable {
        /// Its embeddings; without those that were not asked for.
        public let features: Features
        /// Which channel it is, from 0, where channels are embedded one by one; else nil.
        public let channel: Int?
        /// Samples per second, Hz.
        public let sampleRate: Int
        /// Samples of each channel.
        public let sampleCount: Int
        /// Frames of the spectrogram, 10 ms apart.
        public let frameCount: Int
        /// What is unusual about it, such as a file that was cut off; nil if nothing is.
        public let note: String?
        /// Of a file with columns those that were used, one a channel; nil if there is nothing to choose.
        public let columns: [String]?
    }

    /// Its name: the file's, below a folder that was given with its path in there, or what a list says. Empty
    /// for a folder or archive that could not be searched.
    public let id: String
    /// Where it was read.
    public let path: String
    /// Which of the paths, or of the rows of the list, it comes from, from 0.
    public let inputIndex: Int
    /// What the list says of it besides, by column; empty if it says nothing or there is no list.
    public let fields: [String: String]
    /// Its embeddings, or why it has none.
    public let outcome: Result<Embedding, RecordingFailure>
}

extension RecordingResult {
    init(_ row: RecordingRow) {
        (id, path, inputIndex) = (row.source.id, row.source.path, Int(row.number))
        fields = Dictionary(
            row.source.fields.members.map { ($0.key, $0.value.plainText) },
            uniquingKeysWith: { $1 })
        outcome =
            switch row.outcome {
            case .embedded(let embedding): .success(Embedding(row, embedding))
            case .failed(let code, let reason):
                .failure(RecordingFailure(code: code, reason: reason))
            }
    }
}

extension RecordingResult.Embedding {
    fileprivate init(_ row: RecordingRow, _ embedding: ManifestEntry.Embedding) {
        features = Features(
            utterance: row.utterance, segments: row.segments,
            segmentShape: [row.segments.count / max(row.width, 1), row.width],
            bandCount: Framing(sampleRate: embedding.sampleRate).bandCount)
        (channel, sampleRate) = (embedding.channel, embedding.sampleRate)
        (sampleCount, frameCount) = (embedding.sampleCount, embedding.frameCount)
        (note, columns) = (embedding.note, embedding.columns)
    }
}

extension JSONValue {
    /// What a table would have in the field: text without its quotation marks.
    fileprivate var plainText: String {
        if case .string(let text) = self { text } else { text }
    }
}
