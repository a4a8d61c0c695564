/// Lays the channels of a recording side by side where `concatenate` asks for it: the events of C
/// channels become those of one output, `[C*N*D]` wide, before anything is written.
///
/// Exact: what is written are the channels' embeddings themselves, and their means over the segments.
struct ChannelJoin {
    /// Channels of the segment that is coming in, of every recording that is joined.
    private var pending: [Int: [EncodedSegment]] = [:]
    private var channelCounts: [Int: Int] = [:]

    /// The event to pass on; nil while channels of the segment are missing.
    mutating func join(_ event: RecordingEvent<EncodedSegment>) -> RecordingEvent<EncodedSegment>? {
        switch event {
        case .opened(let recording, let facts):
            if facts.joinedChannelCount > 1 {
                channelCounts[recording] = facts.joinedChannelCount
            }
        case .segment(let recording, _, let segment):
            guard let count = channelCounts[recording] else { return event }
            pending[recording, default: []].append(segment)
            guard pending[recording]?.count == count else { return nil }
            let channels = pending.removeValue(forKey: recording) ?? []
            return .segment(recording: recording, channel: 0, Self.joined(channels))
        case .finished(let recording), .failed(let recording, _):
            pending[recording] = nil
            channelCounts[recording] = nil
        case .flush: break
        }
        return event
    }

    /// The same segment of every channel as one: rows side by side.
    static func joined(_ channels: [EncodedSegment]) -> EncodedSegment {
        let encoded = channels.map(\.embeddings)
        let rowCount = encoded[0].rowCount
        let hasRows = !encoded[0].rows.isEmpty
        let rows = (0..<(hasRows ? rowCount : 0)).flatMap { row in
            encoded.flatMap { $0.rows[row * $0.width..<(row + 1) * $0.width] }
        }
        return EncodedSegment(
            embeddings: Engine.Encoded(
                utterance: encoded.flatMap(\.utterance), rows: rows,
                width: encoded.reduce(0) { $0 + $1.width }, rowCount: rowCount),
            joining: channels)
    }
}
