/// What the stages of the pipeline tell one another of a recording, in order: it opens, its segments
/// follow channel by channel as they are decoded, and it finishes, or fails.
///
/// `Segment` is what a segment is at that stage: its samples, then its embeddings.
package enum RecordingEvent<Segment: Sendable>: Sendable {
    /// Its header was read and its samples can be embedded.
    case opened(recording: Int, RecordingFacts)
    /// The next segment of one of its channels.
    case segment(recording: Int, channel: Int, Segment)
    /// There are no more segments.
    case finished(recording: Int)
    /// It cannot be embedded; nothing more of it follows.
    case failed(recording: Int, RecordingFailure)
    /// Nothing of a recording: what came before is to be passed on without waiting for a full batch.
    case flush

    /// The segment of a `segment`.
    package var segment: Segment? {
        if case .segment(_, _, let segment) = self { segment } else { nil }
    }

    /// The recording that it is about, if any.
    var recording: Int? {
        switch self {
        case .opened(let recording, _), .segment(let recording, _, _), .finished(let recording),
            .failed(let recording, _):
            recording
        case .flush: nil
        }
    }

    /// The same event with what `transform` makes of its segment.
    package func mapSegment<New>(_ transform: (Segment) -> New) -> RecordingEvent<New> {
        switch self {
        case .opened(let recording, let facts):
            .opened(recording: recording, facts)
        case .segment(let recording, let channel, let segment):
            .segment(recording: recording, channel: channel, transform(segment))
        case .finished(let recording):
            .finished(recording: recording)
        case .failed(let recording, let failure):
            .failed(recording: recording, failure)
        case .flush: .flush
        }
    }

    /// True if a batch must not wait for more.
    var isFlush: Bool {
        if case .flush = self { true } else { false }
    }
}
