import EchoSignal
import Synchronization

/// The first stage where inputs lie in memory: cuts one after the other into segments. Any number of
/// threads may run it at once.
///
/// Of several inputs that cannot be embedded the first is the one that is named, whichever thread was
/// quicker.
final class MemoryDecoding<Inputs: MemoryInputs>: Sendable {
    private struct State {
        var next = 0
        /// Inputs that a thread has begun to look at.
        var unopened: Set<Int> = []
        var failure: (index: Int, error: EchoError)?

        /// True if a failure is known, and no input before it may fail yet.
        var isDecided: Bool {
            failure.map { failure in unopened.allSatisfy { $0 > failure.index } } ?? false
        }
    }

    private let inputs: Inputs
    private let output: BoundedQueue<RecordingEvent<Inputs.Segment>>
    private let giveUp: @Sendable () -> Void
    private let state = Mutex(State())

    /// - Parameter giveUp: Called where an input failed and nothing more is wanted.
    init(
        _ inputs: Inputs, output: BoundedQueue<RecordingEvent<Inputs.Segment>>,
        giveUp: @escaping @Sendable () -> Void
    ) {
        (self.inputs, self.output, self.giveUp) = (inputs, output, giveUp)
    }

    /// The first input that cannot be embedded, and why.
    var failure: MemoryFailure? {
        state.withLock { $0.failure.map { MemoryFailure($0.error, index: $0.index) } }
    }

    /// Cuts inputs into segments until none is left, one fails, or nobody wants them any more.
    func run() {
        while let index = take(), decode(index) {}
        output.finish()
    }

    private func take() -> Int? {
        state.withLock { state in
            guard state.failure == nil, state.next < inputs.count else { return nil }
            defer { state.next += 1 }
            state.unopened.insert(state.next)
            return state.next
        }
    }

    /// Sends what is in one input; false if nothing more is wanted.
    private func decode(_ index: Int) -> Bool {
        do throws(SignalError) {
            let next = try inputs.open(index)
            settle(index, nil)
            // The end is sent together with the last segment: whoever waits wakes once.
            var segment = try next()
            while let current = segment {
                segment = try next()
                var events = [RecordingEvent.segment(recording: index, channel: 0, current)]
                if segment == nil { events.append(.finished(recording: index)) }
                guard output.push(contentsOf: events) else { return false }
            }
            return true
        } catch {
            settle(index, EchoError(error))
            return false
        }
    }

    /// Notes what was found of an input.
    private func settle(_ index: Int, _ error: EchoError?) {
        let isDecided = state.withLock { state in
            state.unopened.remove(index)
            if let error, index < state.failure?.index ?? .max { state.failure = (index, error) }
            return state.isDecided
        }
        if isDecided { giveUp() }
    }
}
