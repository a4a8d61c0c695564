import EchoSignal
import Synchronization

/// The pipeline's first stage: takes the next recording, decodes it segment by segment, and starts
/// again. Any number of threads may run it at once.
final class DecodeStage: Sendable {
    private let inputs: InputList
    private let reading: ReadingOptions
    private let output: BoundedQueue<RecordingEvent<SignalSegment>>
    private let gate: DecodeGate?
    private let meter: ProgressMeter?
    private let trace: Trace?
    /// What this process could not give, the first time: the run ends with it.
    private let ownFailure = Mutex<EchoError?>(nil)
    private let recordings: RecordingQueue

    /// - Parameter decoderCount: Threads that will run it.
    init(
        inputs: InputList, reading: ReadingOptions, decoderCount: Int,
        output: BoundedQueue<RecordingEvent<SignalSegment>>, gate: DecodeGate? = nil,
        meter: ProgressMeter? = nil, trace: Trace? = nil
    ) {
        self.inputs = inputs
        recordings = RecordingQueue(inputs, reading: reading, archivesAtOnce: decoderCount)
        self.reading = reading
        self.output = output
        self.gate = gate
        self.meter = meter
        self.trace = trace
    }

    /// Why decoding ended before its time, if that is no recording's fault.
    var failure: EchoError? { ownFailure.withLock { $0 } }

    /// Decodes recordings until none is left or nobody wants them any more.
    func run() {
        while let (recording, content) = recordings.next(), decode(recording, content) {}
        output.finish()
    }

    /// Sends what is in one recording; false if the queue was cancelled.
    private func decode(
        _ recording: Int, _ content: Result<SignalContent, SignalError>
    ) -> Bool {
        let begin = ContinuousClock.now
        defer { trace?.record(inputs[recording].name, .recording, since: begin) }
        do throws(SignalError) {
            let reader = try RecordingReader.open(
                inputs[recording], content.get(), reading,
                isUnwanted: { ReadingStop.isAsked || output.isCancelled },
                surveyed: surveyed(inputs[recording].byteCount))
            let facts = RecordingFacts(reader)
            trace?.record("open", .decode, since: begin)
            guard admit(recording, facts) else { return false }
            // Sent together with the first segment, and the end with the last: whoever waits wakes once.
            var events = [RecordingEvent<SignalSegment>.opened(recording: recording, facts)]
            var start = ContinuousClock.now
            while let segment = try reader.next() {
                trace?.record("segment", .decode, since: start)
                guard admit(recording, facts, segment) else { return false }
                events.append(.segment(recording: recording, channel: segment.channel, segment))
                meter?.addDecoded()
                if reader.isAtEnd { break }
                guard output.push(contentsOf: events) else { return false }
                events = []
                start = .now
            }
            events.append(.finished(recording: recording))
            return output.push(contentsOf: events)
        } catch  where ReadingStop.isAsked {
            // Why it failed is no matter then, and no fault of the recording's.
            output.cancel()
            return false
        } catch  where error.nature == .ours {
            ownFailure.withLock { $0 = $0 ?? EchoError(error) }
            output.cancel()
            return false
        } catch {
            let failure = RecordingFailure(
                code: error.code, reason: "\(error.reason). \(error.remedy)")
            return admit(recording) && output.push(.failed(recording: recording, failure))
        }
    }

    /// Counts the bytes of a file as its first pass goes on.
    private func surveyed(_ byteCount: Int) -> (_ share: Double) -> Void {
        guard let meter else { return { _ in } }
        var counted = 0
        return { share in
            let read = Int(share * Double(byteCount))
            meter.addRead(read - counted)
            counted = read
        }
    }

    /// Waits until the writer has room for a recording, or for the rows of a segment, where it takes
    /// recordings in order; false if nobody wants them any more.
    private func admit(
        _ recording: Int, _ facts: RecordingFacts? = nil, _ segment: SignalSegment? = nil
    ) -> Bool {
        gate?.admit(recording, facts, segment) { output.push(.flush) } ?? true
    }
}
