import EchoSignal
import Synchronization

/// The pipeline's first stage: takes the next recording, decodes it segment by segment, and starts
/// again. Any number of threads may run it at once.
final class DecodeStage: Sendable {
    private let inputs: [Input]
    private let channels: ChannelMode
    private let output: BoundedQueue<RecordingEvent<Engine.Segment>>
    private let trace: Trace?
    private let next = Mutex(0)

    init(
        inputs: [Input], channels: ChannelMode,
        output: BoundedQueue<RecordingEvent<Engine.Segment>>, trace: Trace?
    ) {
        self.inputs = inputs
        self.channels = channels
        self.output = output
        self.trace = trace
    }

    /// Decodes recordings until none is left or nobody wants them any more.
    func run() {
        while let recording = takeRecording(), decode(recording) {}
        output.finish()
    }

    private func takeRecording() -> Int? {
        next.withLock { next in
            guard next < inputs.count else { return nil }
            defer { next += 1 }
            return next
        }
    }

    /// Sends what is in one recording; false where the queue was cancelled.
    private func decode(_ recording: Int) -> Bool {
        let begin = ContinuousClock.now
        defer { trace?.record(inputs[recording].name, .recording, since: begin) }
        do throws(SignalError) {
            let reader = try RecordingReader.open(path: inputs[recording].path, channels: channels)
            trace?.record("open", .decode, since: begin)
            guard output.push(.opened(recording: recording, RecordingFacts(reader, channels)))
            else { return false }
            var start = ContinuousClock.now
            while let segment = try reader.next() {
                trace?.record("segment", .decode, since: start)
                let part = RecordingEvent.part(
                    recording: recording, channel: segment.channel, Engine.Segment(segment))
                guard output.push(part) else { return false }
                start = .now
            }
            return output.push(.finished(recording: recording))
        } catch {
            let reason = "\(error.reason). \(error.remedy)"
            return output.push(.failed(recording: recording, reason: reason))
        }
    }
}
