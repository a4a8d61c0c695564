import EchoSignal
import Synchronization

/// The pipeline's first stage: takes the next recording, decodes it segment by segment, and starts
/// again. Any number of threads may run it at once.
final class DecodeStage: Sendable {
    private let inputs: [Input]
    private let reading: ReadingOptions
    private let output: BoundedQueue<RecordingEvent<SignalSegment>>
    private let gate: DecodeGate?
    private let trace: Trace?
    /// What this process could not give, the first time: the run ends with it.
    private let ownFailure = Mutex<EchoError?>(nil)
    /// The next recording; members of archives are copied out in that order, under the lock.
    private let next = Mutex((recording: 0, members: ArchiveMembers()))

    init(
        inputs: [Input], reading: ReadingOptions,
        output: BoundedQueue<RecordingEvent<SignalSegment>>, gate: DecodeGate? = nil,
        trace: Trace? = nil
    ) {
        self.inputs = inputs
        self.reading = reading
        self.output = output
        self.gate = gate
        self.trace = trace
    }

    /// Why decoding ended before its time, where that is no recording's fault.
    var failure: EchoError? { ownFailure.withLock { $0 } }

    /// Decodes recordings until none is left or nobody wants them any more.
    func run() {
        while let (recording, content) = takeRecording(), decode(recording, content) {}
        output.finish()
    }

    private func takeRecording() -> (Int, Result<SignalContent, SignalError>)? {
        next.withLock { next in
            guard next.recording < inputs.count else { return nil }
            defer { next.recording += 1 }
            do throws(SignalError) {
                return (
                    next.recording, .success(try next.members.content(of: inputs[next.recording]))
                )
            } catch {
                return (next.recording, .failure(error))
            }
        }
    }

    /// Sends what is in one recording; false where the queue was cancelled.
    private func decode(
        _ recording: Int, _ content: Result<SignalContent, SignalError>
    ) -> Bool {
        let begin = ContinuousClock.now
        defer { trace?.record(inputs[recording].name, .recording, since: begin) }
        do throws(SignalError) {
            let reader = try RecordingReader.open(inputs[recording], content.get(), reading) {
                ReadingStop.isAsked || output.isCancelled
            }
            let facts = RecordingFacts(reader)
            trace?.record("open", .decode, since: begin)
            guard admit(recording, facts), output.push(.opened(recording: recording, facts))
            else { return false }
            var start = ContinuousClock.now
            while let segment = try reader.next() {
                trace?.record("segment", .decode, since: start)
                guard admit(recording, facts, segment) else { return false }
                let event = RecordingEvent.segment(
                    recording: recording, channel: segment.channel, segment)
                guard output.push(event) else { return false }
                start = .now
            }
            return output.push(.finished(recording: recording))
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

    /// Waits until the writer has room for a recording, or for the rows of a segment, where it takes
    /// recordings in order; false where nobody wants them any more.
    private func admit(
        _ recording: Int, _ facts: RecordingFacts? = nil, _ segment: SignalSegment? = nil
    ) -> Bool {
        gate?.admit(recording, facts, segment) { output.push(.flush) } ?? true
    }
}
