import EchoOpenCL
import EchoSignal
import Synchronization

/// The embeddings of recordings, one after the other in the order of the inputs: an asynchronous sequence
/// of ``RecordingResult``, which ``Echo/embeddings(of:level:reading:batchSize:)`` makes.
///
/// ```swift
/// for try await recording in echo.embeddings(of: ["recordings/"]) {
///     switch recording.outcome {
///     case .success(let embedding): print(recording.id, embedding.features.width)
///     case .failure(let failure): print(recording.id, "has none:", failure)
///     }
/// }
/// ```
///
/// A recording that cannot be embedded is an element and ends nothing. What does end the loop, with an
/// ``EchoError``: a list that cannot be read, inputs without a recording, a device that fails, and, of kind
/// `stopped`, the end of its task by cancellation.
///
/// Each loop over it embeds anew, on threads of its own: no thread of Swift's pool is blocked. They are
/// ahead of the loop by at most 256 results. However many recordings there are, at most 448 MiB of embeddings
/// wait in memory (by the limits of the queues; a single recording may need more). Where the loop is left, or
/// its task is cancelled, they stop decoding, and the devices after the batches that they have begun; nobody
/// waits for them.
public struct RecordingEmbeddings: AsyncSequence, Sendable {
    /// What became of a recording.
    public typealias Element = RecordingResult
    /// What ends a loop before its time.
    public typealias Failure = EchoError

    /// Results, and bytes of embeddings, that may wait for the loop. Before it, embeddings wait for their turn
    /// (``RowExtraction``, 256 MiB) and for those of a slower device (``RecordingStages``, 128 MiB).
    private static let resultLimit = 256
    private static let byteLimit = 64 << 20

    /// What a loop leaves behind it.
    private final class Record: Sendable {
        let total = Mutex<Int?>(nil)
        let summary = Mutex<Summary?>(nil)
    }

    private let request: RowExtraction.Request
    private let echo: Echo
    private let record = Record()

    init(_ request: RowExtraction.Request, on echo: Echo) {
        (self.request, self.echo) = (request, echo)
    }

    /// Recordings that the last loop found; nil while it looks for them.
    public var recordingCount: Int? { record.total.withLock { $0 } }

    /// What the last loop did that came to its end; nil before.
    public var summary: Summary? { record.summary.withLock { $0 } }

    /// Begins a loop: with its first element, the threads start.
    public func makeAsyncIterator() -> Iterator { Iterator(self) }

    /// Starts the threads.
    private func start() throws(EchoError) -> ResultChannel<RecordingResult> {
        let channel = ResultChannel<RecordingResult>(
            capacity: Self.resultLimit, sizeLimit: Self.byteLimit)
        record.total.withLock { $0 = nil }
        let extraction = RowExtraction(request, on: echo)
        let work = CallFailure.inheriting { [record] in
            do throws(EchoError) {
                let done = try extraction.run { done, total in
                    if total > 0 { record.total.withLock { $0 = total } }
                    return !channel.isStopped
                } row: {
                    let size = 4 * ($0.utterance.count + $0.segments.count)
                    return channel.push(RecordingResult($0), size: size)
                }
                record.summary.withLock { $0 = Summary(done) }
                channel.finish(nil)
            } catch {
                channel.finish(error)
            }
        }
        try WorkerThread.start("rows", work)
        return channel
    }

    /// A loop over the results.
    public struct Iterator: AsyncIteratorProtocol {
        /// Tells the threads where the loop is left.
        private final class Loop: Sendable {
            let channel: ResultChannel<RecordingResult>

            init(_ channel: ResultChannel<RecordingResult>) { self.channel = channel }

            deinit { channel.cancel() }
        }

        private enum State {
            case unstarted(RecordingEmbeddings)
            case running(Loop)
            case ended
        }

        private var state: State

        fileprivate init(_ embeddings: RecordingEmbeddings) { state = .unstarted(embeddings) }

        /// The next recording's result; nil behind the last one.
        ///
        /// - Throws: ``EchoError`` that ends the loop.
        public mutating func next() async throws(EchoError) -> RecordingResult? {
            try await next(isolation: nil)
        }

        /// Likewise, for a loop that is isolated to an actor.
        ///
        /// - Throws: ``EchoError`` that ends the loop.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(EchoError) -> RecordingResult? {
            let before = state
            state = .ended
            let loop: Loop
            switch before {
            case .ended: return nil
            case .unstarted(let embeddings): loop = Loop(try embeddings.start())
            case .running(let running): loop = running
            }
            guard let result = try await loop.channel.next() else { return nil }
            state = .running(loop)
            return result
        }
    }
}

extension RecordingEmbeddings {
    /// What a loop did.
    public struct Summary: Sendable {
        /// Recordings that were found.
        public let recordingCount: Int
        /// Recordings that were embedded.
        public let embeddedCount: Int
        /// Recordings that could not be embedded, and folders that could not be searched.
        public let badCount: Int
        /// Segments of up to 2000 frames that were embedded.
        public let segmentCount: Int
        /// Seconds of sound in the recordings that were embedded.
        public let soundSeconds: Double
        /// Seconds that it took.
        public let seconds: Double
        /// Nodes of the graph that ran on the CPU though a device was asked for, each with the reason.
        public let declinedNodes: [String: String]
        /// Files of folders and archives that are no recordings by their endings.
        public let skippedCount: Int
        /// What its reader should be told, a sentence each: what was left out of folders, archives and lists
        /// and would be taken with an option, what is unusual about the columns of lists, what happened to
        /// devices.
        public let notes: [String]

        init(_ summary: RowSummary) {
            (recordingCount, embeddedCount) = (summary.recordingCount, summary.embeddedCount)
            (badCount, segmentCount) = (summary.badCount, summary.segmentCount)
            (soundSeconds, seconds) = (summary.soundSeconds, summary.seconds)
            (declinedNodes, skippedCount) = (summary.declinedNodes, summary.skipped.count)
            notes = summary.skipped.sentences + summary.warnings + summary.incidents
        }
    }
}
