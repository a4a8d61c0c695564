import Synchronization

/// Puts the events of recordings together to batches, in the order in which they come.
final class BatchGatherer: Sendable {
    /// A batch, and the how-manieth it is.
    struct Batch: Sendable {
        let number: Int
        var events: [RecordingEvent<Engine.Segment>] = []

        var segments: [Engine.Segment] { events.compactMap(\.part) }
    }

    private let input: BoundedQueue<RecordingEvent<Engine.Segment>>
    private let batchSize: Int
    private let state = Mutex(State())

    private struct State {
        var number = 0
        /// The event that the batch before had no room for.
        var left: RecordingEvent<Engine.Segment>?
    }

    /// - Parameter batchSize: Segments of a batch.
    init(_ input: BoundedQueue<RecordingEvent<Engine.Segment>>, batchSize: Int) {
        (self.input, self.batchSize) = (input, batchSize)
    }

    /// The next batch, waited for; nil where all recordings are through or nobody wants them.
    ///
    /// - Parameter tokenLimit: Tokens of all its segments, unless it is one segment of more.
    func next(tokenLimit: Int) -> Batch? {
        state.withLock { state in
            var batch = Batch(number: state.number)
            var (segmentCount, tokenCount) = (0, 0)
            while let event = state.left ?? input.pop() {
                state.left = nil
                if let segment = event.part {
                    tokenCount += segment.tokenCount
                    if segmentCount > 0, tokenCount > tokenLimit {
                        state.left = event
                        break
                    }
                    segmentCount += 1
                }
                batch.events.append(event)
                // Recordings that fail bring no segments: they are passed on now and then as well.
                if segmentCount == batchSize || batch.events.count == 4 * batchSize
                    || event.isFlush
                {
                    break
                }
            }
            guard !batch.events.isEmpty else { return nil }
            state.number += 1
            return batch
        }
    }

    /// Lets whoever decodes stop.
    func cancel() { input.cancel() }
}
