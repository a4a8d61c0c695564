import Dispatch

/// Puts the events of recordings together into batches, in the order in which they come.
// Sendable: `number` and `left` are touched by the thread whose turn it is alone.
final class BatchGatherer<Segment: EngineSegment>: @unchecked Sendable {
    /// A batch, and its number, from 0.
    struct Batch: Sendable {
        let number: Int
        var events: [RecordingEvent<Segment>] = []

        var segments: [Segment] { events.compactMap(\.segment) }
    }

    private let input: BoundedQueue<RecordingEvent<Segment>>
    private let batchSize: Int
    /// Held by one thread from a batch's first event to its last, also while it waits for one: a
    /// mutex must not be held so long.
    private let turn = DispatchSemaphore(value: 1)
    private var number = 0
    /// Events that were taken and are in no batch yet, the oldest last.
    private var left: [RecordingEvent<Segment>] = []

    /// - Parameter batchSize: Segments of a batch.
    init(_ input: BoundedQueue<RecordingEvent<Segment>>, batchSize: Int) {
        (self.input, self.batchSize) = (input, batchSize)
    }

    /// The next batch, waited for; nil if all recordings are through or nobody wants them.
    ///
    /// - Parameter tokenLimit: Tokens of all its segments, unless it is one segment of more.
    func next(tokenLimit: Int) -> Batch? {
        turn.wait()
        defer { turn.signal() }
        var batch = Batch(number: number)
        var (segmentCount, tokenCount) = (0, 0)
        // No more than have room in it, were they all segments.
        while let event = take(upTo: batchSize - segmentCount) {
            if let segment = event.segment {
                tokenCount += segment.tokenCount
                if segmentCount > 0, tokenCount > tokenLimit {
                    left.append(event)
                    break
                }
                segmentCount += 1
            }
            batch.events.append(event)
            // Recordings that fail bring no segments: they are passed on now and then as well.
            if segmentCount == batchSize || batch.events.count == 4 * batchSize || event.isFlush {
                break
            }
        }
        guard !batch.events.isEmpty else { return nil }
        number += 1
        return batch
    }

    /// The oldest event, waited for, out of up to `count` that are taken at once.
    private func take(upTo count: Int) -> RecordingEvent<Segment>? {
        if left.isEmpty { left = input.pop(upTo: count).reversed() }
        return left.popLast()
    }

    /// Lets whoever decodes stop.
    func cancel() { input.cancel() }
}
