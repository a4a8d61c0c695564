import EchoSignal

/// The pipeline's second stage: gathers segments into batches and runs them on the device.
final class EncodeStage: Sendable {
    /// The events of a batch in the order in which they came, or why the device stopped.
    typealias Output = Result<[RecordingEvent<EncodedPart>], EchoError>

    private let engine: Engine
    private let batchSize: Int
    private let wantsRows: Bool
    private let input: BoundedQueue<RecordingEvent<Engine.Segment>>
    private let output: BoundedQueue<Output>

    init(
        engine: Engine, batchSize: Int, wantsRows: Bool,
        input: BoundedQueue<RecordingEvent<Engine.Segment>>, output: BoundedQueue<Output>
    ) {
        self.engine = engine
        self.batchSize = batchSize
        self.wantsRows = wantsRows
        self.input = input
        self.output = output
    }

    /// Runs batches until the recordings are through, the device fails or nobody wants them any more.
    func run() {
        defer { output.finish() }
        var batch: [RecordingEvent<Engine.Segment>] = []
        var segmentCount = 0
        while let event = input.pop() {
            batch.append(event)
            if event.part != nil { segmentCount += 1 }
            // Recordings that fail bring no segments: they are passed on now and then as well.
            if segmentCount == batchSize || batch.count == 4 * batchSize || event.isFlush {
                guard send(batch) else { return }
                batch = []
                segmentCount = 0
            }
        }
        if !batch.isEmpty { _ = send(batch) }
    }

    /// Encodes a batch and passes it on; false where there is no point in going on.
    private func send(_ batch: [RecordingEvent<Engine.Segment>]) -> Bool {
        do {
            return output.push(.success(try encode(batch)))
        } catch {
            _ = output.push(.failure(EchoError(error)))
            input.cancel()
            return false
        }
    }

    private func encode(
        _ batch: [RecordingEvent<Engine.Segment>]
    ) throws -> [RecordingEvent<EncodedPart>] {
        let segments = batch.compactMap(\.part)
        let clock = ContinuousClock()
        var encoded: [Engine.Encoded] = []
        let time = try clock.measure {
            if !segments.isEmpty { encoded = try engine.encode(segments, wantsRows: wantsRows) }
        }
        let weights = segments.map { Double($0.tokenCount) }
        let secondsPerToken = time / .seconds(1) / max(weights.reduce(0, +), 1)
        var next = 0
        return batch.map { event in
            event.mapPart { _ in
                defer { next += 1 }
                return EncodedPart(
                    embeddings: encoded[next], deviceSeconds: weights[next] * secondsPerToken)
            }
        }
    }
}
