import EchoStore
import EchoTensor

/// The files of one recording while its segments come in.
///
/// Of a channel: the utterance embedding, float32 `[N*D]`, and the segment embeddings, float32
/// `[T, N*D]`; the latter are written as the segments come, so that a long recording is never held
/// whole.
final class RecordingFiles {
    /// Channels whose files may wait together, or a process has too many of them open.
    private static let waitingChannelLimit = 32

    let facts: RecordingFacts
    private(set) var deviceSeconds = 0.0
    /// The devices that computed it.
    private(set) var devices: Set<String> = []
    private var kinds: Set<DeviceKind> = []
    /// Elements of the utterance embedding; nil before the first segment.
    private(set) var width: Int?
    private let files: EmbeddingFiles
    private let level: Extraction.Level
    private let pool: OpenFilePool
    private var channels: [Channel]

    private struct Channel {
        /// Its number where every channel has files of its own; else nil.
        let number: Int?
        var utterance = UtteranceMean()
        var segments: NPYStream?
        /// Its utterance embedding, once it is whole.
        var whole: NPYStream?
        /// Of the files that are in place, their SHA-256.
        var hashes: [EmbeddingFiles.Level: String] = [:]

        /// The files that are open.
        var streams: [NPYStream] { [segments, whole].compactMap { $0 } }
    }

    /// - Parameter pool: Bounds how many files are open at once.
    init(
        _ files: EmbeddingFiles, level: Extraction.Level, facts: RecordingFacts,
        pool: OpenFilePool
    ) {
        (self.files, self.pool) = (files, pool)
        self.level = level
        self.facts = facts
        channels = facts.channelNumbers.map { Channel(number: $0) }
    }

    /// Takes the next segment of a channel.
    ///
    /// - Throws: ``StoreError`` if the segment file cannot be created or written.
    func add(_ segment: EncodedSegment, channel: Int) throws(StoreError) {
        deviceSeconds += segment.deviceSeconds
        devices.formUnion(segment.devices)
        kinds.formUnion(segment.kinds)
        width = segment.embeddings.width
        channels[channel].utterance.add(segment.embeddings.utterance)
        guard level.wantsSegments else { return }
        try segments(of: channel, width: segment.embeddings.width).append(segment.embeddings.rows)
    }

    /// Writes what is left, beside its place; in place at once if there are very many channels.
    ///
    /// - Throws: ``StoreError`` if it cannot be written.
    func finish() throws(StoreError) {
        for index in channels.indices {
            if level.wantsUtterance {
                let utterance = channels[index].utterance.value
                let path = files.path(.utterance, channel: channels[index].number)
                let stream = try NPYStream(
                    path: path, shape: [utterance.count], pool: pool, hashes: true)
                channels[index].whole = stream
                try stream.append(utterance)
            }
            for stream in channels[index].streams { try stream.finish() }
            if channels.count > Self.waitingChannelLimit { try commit(index) }
        }
    }

    /// Files that wait for ``commit()``.
    var fileCount: Int { channels.reduce(0) { $0 + $1.streams.count } }

    /// Puts the files in place, after ``finish()``.
    ///
    /// - Throws: ``StoreError`` if one cannot be.
    func commit() throws(StoreError) {
        for index in channels.indices { try commit(index) }
    }

    /// The folder that the files lie in.
    var folder: String { FolderSync.split(files.path(.utterance)).folder }

    /// What the manifest says, a line for each channel.
    var lines: [ManifestEntry.Embedding] {
        channels.map { channel in
            func place(_ level: EmbeddingFiles.Level, _ rows: Range<Int>?) -> ManifestEntry.Place {
                .init(
                    file: files.file(level, channel: channel.number), rows: rows,
                    sha256: channel.hashes[level])
            }
            var embedding = ManifestEntry.Embedding(
                channel: channel.number, sampleRate: facts.sampleRate,
                sampleCount: facts.sampleCount, frameCount: facts.frameCount, width: width ?? 0,
                utterance: level.wantsUtterance ? place(.utterance, nil) : nil,
                segments: level.wantsSegments ? place(.segment, 0..<facts.rowCount) : nil,
                note: facts.note, devices: kinds.sorted())
            embedding.columns = facts.columns(of: channel.number)
            return embedding
        }
    }

    /// Removes what was written and is not in place yet.
    func abandon() {
        for channel in channels {
            for stream in channel.streams { stream.abandon() }
        }
    }

    private func commit(_ channel: Int) throws(StoreError) {
        for stream in channels[channel].streams { try stream.commit() }
        if let segments = channels[channel].segments {
            channels[channel].hashes[.segment] = segments.sha256
        }
        if let whole = channels[channel].whole {
            channels[channel].hashes[.utterance] = whole.sha256
        }
        (channels[channel].segments, channels[channel].whole) = (nil, nil)
    }

    private func segments(of channel: Int, width: Int) throws(StoreError) -> NPYStream {
        if let stream = channels[channel].segments { return stream }
        let path = files.path(.segment, channel: channels[channel].number)
        let stream = try NPYStream(
            path: path, shape: [facts.rowCount, width], pool: pool, hashes: true)
        channels[channel].segments = stream
        return stream
    }
}
