/// The events of a batch in the order in which they came, or why the device stopped.
typealias EncodedBatch = Result<[RecordingEvent<EncodedSegment>], EchoError>

/// Batches of a device that are laid out, under way, or not taken back yet.
private let batchesInFlight = 2

/// The pipeline's second stage, once for each device: gives batches of segments to it and takes the
/// embeddings.
///
/// Two threads: one lays out and submits the next batch while the device is at work on the last, the
/// other waits for results. Two batches are in flight, so that the device goes from one to the next
/// without a pause, and no more, so that memory is bounded.
final class EncodeStage<Segment: EngineSegment>: Sendable {
    private let engine: Engine
    private let wantsRows: Bool
    private let input: BatchGatherer<Segment>
    private let output: OrderedQueue<EncodedBatch>
    private let submitted = BoundedQueue<Submitted>(capacity: batchesInFlight)
    /// An element for every batch in flight.
    private let places = BoundedQueue<Void>(capacity: batchesInFlight)

    /// A batch that the device has, or why it could not take it.
    private struct Submitted: Sendable {
        let batch: BatchGatherer<Segment>.Batch
        let start: ContinuousClock.Instant
        /// Nil if there are no segments among the events.
        let work: Result<EngineBatch?, EchoError>
    }

    init(
        engine: Engine, wantsRows: Bool, input: BatchGatherer<Segment>,
        output: OrderedQueue<EncodedBatch>
    ) {
        self.engine = engine
        self.wantsRows = wantsRows
        self.input = input
        self.output = output
    }

    /// Submits batches until the recordings are through, the device fails or nobody wants them any
    /// more.
    func submit() {
        defer { submitted.finish() }
        var gathering = ContinuousClock.now
        while let batch = input.next(tokenLimit: engine.tokenLimit) {
            engine.trace?.record("gather", .batch, since: gathering)
            guard places.push(()) else { return }
            let start = ContinuousClock.now
            let segments = batch.segments
            let work = Result {
                try segments.isEmpty
                    ? nil : engine.submit(Segment.request(segments, wantsRows: wantsRows))
            }.mapError { EchoError($0) }
            engine.trace?.record(
                "submit", .batch, since: start, .init(batch: batch.number, segments: segments.count)
            )
            guard submitted.push(Submitted(batch: batch, start: start, work: work)) else { return }
            gathering = .now
        }
    }

    /// Waits for the batches that were submitted and passes their embeddings on.
    func collect() {
        defer { output.finish() }
        var last: ContinuousClock.Instant?
        var isWanted = true
        while let submitted = submitted.pop() {
            // Also if nobody wants it: the device is left with nothing to do.
            let result = Result { try collect(submitted, after: last) }.mapError { EchoError($0) }
            _ = places.pop()
            last = .now
            guard isWanted else { continue }
            isWanted = output.push(
                result, number: submitted.batch.number, size: Self.size(of: result))
            if case .failure = result { isWanted = false }
            if !isWanted {
                input.cancel()
                places.cancel()
            }
        }
    }

    /// Floats of a batch's embeddings.
    private static func size(of output: EncodedBatch) -> Int {
        let events = (try? output.get()) ?? []
        return events.compactMap(\.segment).reduce(0) {
            $0 + $1.embeddings.utterance.count + $1.embeddings.rows.count
        }
    }

    /// Waits for a batch. The device began with it when it was submitted or, where that was later,
    /// when the one before was done.
    private func collect(
        _ submitted: Submitted, after last: ContinuousClock.Instant?
    ) throws -> [RecordingEvent<EncodedSegment>] {
        let begin = max(submitted.start, last ?? submitted.start)
        let encoded = try submitted.work.get().map { try engine.wait(for: $0) } ?? []
        let end = ContinuousClock.now
        let segments = submitted.batch.segments
        engine.trace?.record(
            "batch", .batch, since: begin, until: end,
            .init(batch: submitted.batch.number, segments: segments.count))
        engine.trace?.collect()
        let weights = segments.map { Double($0.tokenCount) }
        let secondsPerToken = (end - begin) / .seconds(1) / max(weights.reduce(0, +), 1)
        var next = 0
        return submitted.batch.events.map { event in
            event.mapSegment { _ in
                defer { next += 1 }
                return EncodedSegment(
                    embeddings: encoded[next], deviceSeconds: weights[next] * secondsPerToken)
            }
        }
    }
}
